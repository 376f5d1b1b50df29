// Sealed boxes at rest: AES-256-GCM with a random 96-bit nonce, as nonce || ciphertext || tag (16).
// The associated data binds a box to its place (name, version, revision). Thread-safe functions.
#pragma once

#include "kvp11/bytes.hpp"
#include "kvp11/result.hpp"
#include "kvp11/secret.hpp"

namespace kvp11::crypto {

Result<Bytes> seal(const SecretBytes& key, ByteView associated, const SecretBytes& plain);
/// StoreDamaged when the box was changed, belongs elsewhere or was sealed by another key.
Result<SecretBytes> unseal(const SecretBytes& key, ByteView associated, ByteView box);

/// HMAC-SHA256 for records that are authenticated but not secret.
Result<Bytes> authenticate(const SecretBytes& key, ByteView message);

}  // namespace kvp11::crypto
