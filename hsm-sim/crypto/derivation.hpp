// Key derivation. Thread-safe functions.
#pragma once

#include "kvp11/algorithm.hpp"
#include "kvp11/result.hpp"
#include "kvp11/secret.hpp"

namespace kvp11::crypto {

/// scrypt (RFC 7914) with N = 2^log2_n; memory is 128·r·N bytes.
Result<SecretBytes> scrypt(const SecretBytes& password, ByteView salt, unsigned log2_n, unsigned r, unsigned p,
                           std::size_t size);
/// HKDF (RFC 5869), extract and expand. An empty salt stands for digest_size zero bytes (§2.2), here and below.
/// KeySizeRange for no bytes and for more than 255 × digest_size (§2.3).
Result<SecretBytes> hkdf(Digest digest, const SecretBytes& key, ByteView salt, ByteView info, std::size_t size);
/// Its first step alone: the pseudorandom key, digest_size bytes.
Result<SecretBytes> hkdf_extract(Digest digest, const SecretBytes& key, ByteView salt);
/// Its second step alone; `pseudorandom_key` of any size. KeySizeRange.
Result<SecretBytes> hkdf_expand(Digest digest, const SecretBytes& pseudorandom_key, ByteView info, std::size_t size);
/// PBKDF2 (RFC 8018 §5.2) over HMAC. MechanismParamInvalid for no iterations, KeySizeRange for no bytes and for more
/// than (2^32 - 1) × digest_size. SP 800-132's lower limits are the caller's to ask for.
Result<SecretBytes> pbkdf2(Digest digest, const SecretBytes& password, ByteView salt, std::uint64_t iterations,
                           std::size_t size);
/// SP 800-108 in counter mode over HMAC-SHA512, 32-bit counter and length, label || 00 || context: the
/// security domain's "sp108_kdf".
Result<SecretBytes> sp108_counter(const SecretBytes& key, ByteView label, ByteView context, std::size_t size);
/// The same over a fixed input that the caller has put together (SP 800-108 §4.1): the form of NIST's vectors.
Result<SecretBytes> sp108_counter_over(const SecretBytes& key, ByteView fixed_input, std::size_t size);
/// ANSI X9.63 KDF (SEC 1 §3.6.1) for ECDH with a digest.
Result<SecretBytes> x963(Digest digest, const SecretBytes& shared, ByteView shared_info, std::size_t size);
/// One-step KDF of SP 800-56C r2 §4.1, option 1 (a digest): the same with the counter before the secret.
Result<SecretBytes> one_step(Digest digest, const SecretBytes& shared, ByteView fixed_info, std::size_t size);

}  // namespace kvp11::crypto
