// GCM's IVs that are longer than OpenSSL takes. Of this room only; thread-safe functions.
#pragma once

#include "kvp11/bytes.hpp"
#include "kvp11/result.hpp"
#include "kvp11/secret.hpp"

namespace kvp11::crypto {

constexpr std::size_t longest_openssl_gcm_iv = 128;

/// A 16-byte IV with which GCM does exactly what it would do with `iv`, of any length but 12 bytes.
Result<Bytes> equivalent_gcm_iv(const SecretBytes& key, ByteView iv);

}  // namespace kvp11::crypto
