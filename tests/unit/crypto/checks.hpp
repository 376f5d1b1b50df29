// What the crypto room's tests share: values out of Results, secrets from hexadecimal, error codes by name.
#pragma once

#include <boost/test/unit_test.hpp>

#include "kvp11/result.hpp"
#include "kvp11/secret.hpp"
#include "support/bytes.hpp"

namespace kvp11::test {

/// The value, or the end of the test case with the error's sentence.
template <class T>
T must(Result<T> result) {
    if (!result.ok()) throw std::runtime_error("unexpected failure: " + result.error().message);
    return std::move(result).value();
}
inline void must(Result<void> result) {
    if (!result.ok()) throw std::runtime_error("unexpected failure: " + result.error().message);
}

template <class T>
boost::test_tools::predicate_result fails_with(const Result<T>& result, Errc wanted) {
    boost::test_tools::predicate_result refused(false);
    if (result.ok()) {
        refused.message() << "succeeded, want the error " << static_cast<unsigned>(wanted);
        return refused;
    }
    if (result.code() == wanted) return true;
    refused.message() << "got the error " << static_cast<unsigned>(result.code()) << " (" << result.error().message
                      << "), want " << static_cast<unsigned>(wanted);
    return refused;
}

inline SecretBytes secret(ByteView bytes) { return SecretBytes::copy_of(bytes); }
inline SecretBytes secret_hex(std::string_view hex) { return SecretBytes::copy_of(from_hex(hex)); }
inline std::string hex_of(const SecretBytes& bytes) { return to_hex(bytes.expose_bytes()); }

}  // namespace kvp11::test

#define EXPECT_ERROR(result, wanted) BOOST_CHECK(::kvp11::test::fails_with((result), (wanted)))
#define EXPECT_OK(result)                                                                                              \
    do {                                                                                                               \
        const auto& outcome_ = (result);                                                                               \
        BOOST_CHECK_MESSAGE(outcome_.ok(), #result " succeeds");                                                       \
    } while (false)
