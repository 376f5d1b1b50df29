// Checks of Results that print the condition, and requests made of C structs.
#pragma once

#include <boost/test/unit_test.hpp>

#include "mechanism/registry.hpp"
#include "support/bytes.hpp"

namespace kvp11::test {

template <class T>
boost::test_tools::predicate_result fails_with(const Result<T>& result, Errc wanted) {
    if (!result.ok() && result.code() == wanted) return true;
    boost::test_tools::predicate_result answer(false);
    answer.message() << "want condition " << static_cast<int>(wanted) << ", got ";
    if (result.ok())
        answer.message() << "success";
    else
        answer.message() << static_cast<int>(result.code()) << ": " << result.error().message;
    return answer;
}

template <class T>
boost::test_tools::predicate_result succeeds(const Result<T>& result) {
    if (result.ok()) return true;
    boost::test_tools::predicate_result answer(false);
    answer.message() << "condition " << static_cast<int>(result.code()) << ": " << result.error().message;
    return answer;
}

template <class T>
T must(Result<T> result) {
    BOOST_REQUIRE(succeeds(result));
    return std::move(result).value();
}

/// The bytes of a parameter struct, or of any part of it.
template <class Struct>
ByteView parameter_of(const Struct& params, std::size_t size = sizeof(Struct)) {
    return {reinterpret_cast<const std::uint8_t*>(&params), size};
}

inline mechanism::Request ask(CK_MECHANISM_TYPE type, ByteView parameter = {}) {
    return must(mechanism::request(type, parameter));
}

}  // namespace kvp11::test

#define EXPECT_FAILURE(result, errc) BOOST_CHECK(::kvp11::test::fails_with((result), (errc)))
#define EXPECT_SUCCESS(result) BOOST_CHECK(::kvp11::test::succeeds((result)))
