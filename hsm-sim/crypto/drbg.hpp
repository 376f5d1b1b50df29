// The kind of generator that random_bytes draws from, seeded by the caller, so that its answers can be
// compared with published ones. Nothing else is made with it. Thread-safe function.
#pragma once

#include "kvp11/bytes.hpp"
#include "kvp11/result.hpp"

namespace kvp11::crypto {

/// What the second request gives to a CTR-DRBG with AES-256 and derivation function (SP 800-90A §10.2.1),
/// instantiated from `entropy` (32 bytes) and `nonce` (16 bytes) alone: the form of NIST's vectors.
Result<Bytes> ctr_drbg_second_answer(ByteView entropy, ByteView nonce, std::size_t size);

}  // namespace kvp11::crypto
