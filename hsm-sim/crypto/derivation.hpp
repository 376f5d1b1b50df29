// Key derivation. Thread-safe functions.
#pragma once

#include "kvp11/algorithm.hpp"
#include "kvp11/result.hpp"
#include "kvp11/secret.hpp"

namespace kvp11::crypto {

/// scrypt (RFC 7914) with N = 2^log2_n; memory is 128·r·N bytes.
Result<SecretBytes> scrypt(const SecretBytes& password, ByteView salt, unsigned log2_n, unsigned r, unsigned p,
                           std::size_t size);
/// HKDF (RFC 5869), extract and expand.
Result<SecretBytes> hkdf(Digest digest, const SecretBytes& key, ByteView salt, ByteView info, std::size_t size);
/// SP 800-108 in counter mode over HMAC-SHA512, 32-bit counter and length, label || 00 || context: the
/// security domain's "sp108_kdf".
Result<SecretBytes> sp108_counter(const SecretBytes& key, ByteView label, ByteView context, std::size_t size);
/// The same over a fixed input that the caller has put together (SP 800-108 §4.1): the form of NIST's vectors.
Result<SecretBytes> sp108_counter_over(const SecretBytes& key, ByteView fixed_input, std::size_t size);
/// ANSI X9.63 KDF (SEC 1 §3.6.1) for ECDH with a digest.
Result<SecretBytes> x963(Digest digest, const SecretBytes& shared, ByteView shared_info, std::size_t size);

}  // namespace kvp11::crypto
