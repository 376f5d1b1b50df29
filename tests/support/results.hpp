// Checks of Result<T> that say what was got.
//
//   REQUIRE_OK(backend.generate(key));               ends the case after a failure
//   CHECK_OK(verifier->verify(digest, signature));   goes on
//   CHECK_FAILS(backend.open(id), Errc::KeyNotFound);
#pragma once

#include <boost/test/unit_test.hpp>

#include "kvp11/result.hpp"

namespace kvp11::test {

template <class T>
boost::test_tools::predicate_result succeeds(const Result<T>& result) {
    if (result.ok()) return true;
    boost::test_tools::predicate_result failed(false);
    failed.message() << "got error " << static_cast<int>(result.code()) << ": " << result.error().message;
    return failed;
}

template <class T>
boost::test_tools::predicate_result fails_with(const Result<T>& result, Errc wanted) {
    if (!result.ok() && result.code() == wanted) return true;
    boost::test_tools::predicate_result other(false);
    if (result.ok()) {
        other.message() << "got success, want error " << static_cast<int>(wanted);
    } else {
        other.message() << "got error " << static_cast<int>(result.code()) << " (" << result.error().message
                        << "), want " << static_cast<int>(wanted);
    }
    return other;
}

}  // namespace kvp11::test

#define REQUIRE_OK(...) BOOST_REQUIRE(::kvp11::test::succeeds(__VA_ARGS__))
#define CHECK_OK(...) BOOST_CHECK(::kvp11::test::succeeds(__VA_ARGS__))
#define CHECK_FAILS(result, code) BOOST_CHECK(::kvp11::test::fails_with((result), (code)))
