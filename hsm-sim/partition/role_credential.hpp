// A role's PIN as the store keeps it: the token's role secret, sealed by a key that takes both the PIN
// (through scrypt, whose cost is kept beside it) and the folder's root secret. Pure functions.
#pragma once

#include "kvp11/backend.hpp"

namespace kvp11::partition {

inline constexpr unsigned default_kdf_cost = 14;  // scrypt's log2 N
inline constexpr unsigned least_kdf_cost = 10;
inline constexpr unsigned greatest_kdf_cost = 20;
inline constexpr std::size_t secret_size = 32;

/// "so" or "user": the last part of the names under which the store keeps it.
const char* role_word(Role role) noexcept;

/// PinLenRange unless 4 to 255 bytes.
Result<void> check_new_pin(const SecretBytes& pin);

Result<Bytes> seal_role_secret(Role role, const SecretBytes& pin, const SecretBytes& root, unsigned kdf_cost,
                               const SecretBytes& role_secret);
/// PinIncorrect when the PIN or the root is another one; StoreDamaged when the credential does not decode.
Result<SecretBytes> unseal_role_secret(Role role, const SecretBytes& pin, const SecretBytes& root, ByteView credential);

}  // namespace kvp11::partition
