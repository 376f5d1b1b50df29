// Random bytes from the private library context's DRBGs (CTR-DRBG, reseeded after fork by OpenSSL).
// Thread-safe.
#pragma once

#include "kvp11/bytes.hpp"
#include "kvp11/result.hpp"
#include "kvp11/secret.hpp"

namespace kvp11::crypto {

/// For nonces, names and what callers ask of C_GenerateRandom. DeviceError when the generator fails.
Result<void> random_bytes(MutableBytes output);
/// For keys: from the separate private generator.
Result<SecretBytes> random_secret(std::size_t size);

/// Seeds the generator of all threads anew, from the system and with `seed` as additional input (SP 800-90A 9.2), which
/// takes nothing from it whoever chose it. DeviceError when the system gives nothing.
Result<void> seed_random(ByteView seed);

}  // namespace kvp11::crypto
