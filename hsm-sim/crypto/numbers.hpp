// Big numbers in and out of byte strings. Of this room only; thread-safe functions.
#pragma once

#include <openssl/evp.h>

#include "crypto/handles.hpp"
#include "crypto/library.hpp"
#include "kvp11/secret.hpp"

namespace kvp11::crypto {

inline BigNumber number_of(ByteView big_endian) {
    return BigNumber(required(BN_bin2bn(big_endian.data(), static_cast<int>(big_endian.size()), nullptr), "a number"));
}
inline BigNumber number_of(const EVP_PKEY* key, const char* parameter) {
    BIGNUM* number = nullptr;
    EVP_PKEY_get_bn_param(key, parameter, &number);
    return BigNumber(number);
}

/// Without leading zeros.
inline Bytes bytes_of_number(const BIGNUM* number) {
    Bytes bytes(static_cast<std::size_t>(BN_num_bytes(number)));
    BN_bn2bin(number, bytes.data());
    return bytes;
}
/// Big-endian in exactly `size` bytes.
inline SecretBytes secret_of_number(const BIGNUM* number, std::size_t size) {
    SecretBytes bytes(size);
    BN_bn2binpad(number, bytes.expose_writable().data(), static_cast<int>(size));
    return bytes;
}

inline ByteView without_leading_zeros(ByteView bytes) {
    while (!bytes.empty() && bytes.front() == 0) bytes = bytes.subspan(1);
    return bytes;
}

}  // namespace kvp11::crypto
