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

}  // namespace kvp11::crypto
