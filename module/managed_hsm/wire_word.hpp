// The words of the wire for types, curves and operations of keys. Constants and functions over values; thread-safe.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "kvp11/key.hpp"

namespace kvp11::managed_hsm {

/// "RSA-HSM", "EC-HSM", "oct-HSM"; without "-HSM" for keys that a Key Vault keeps in software.
std::string_view kty_word(KeyType type, bool software) noexcept;
/// None for kinds of keys that we do not know. A secret key is KeyType::Aes until its operations say otherwise.
std::optional<KeyType> type_of_kty(std::string_view kty) noexcept;

/// "P-256", "P-384", "P-521", "P-256K".
std::string_view crv_word(Curve curve) noexcept;
std::optional<Curve> curve_of_crv(std::string_view crv) noexcept;

/// Those operations of the set that keys of this type can do at the service, in its words.
std::vector<std::string_view> operation_words(KeyType type, KeyOps operations);
/// None for words that we do not know.
std::optional<KeyOps> operation_of(std::string_view word) noexcept;
/// What a key of this type can do at the service at all.
KeyOps possible_operations(KeyType type) noexcept;
/// What a key can do whose answer does not say.
KeyOps usual_operations(KeyType type) noexcept;
/// A secret key that signs and does not encrypt is one of HMAC.
KeyType secret_type(KeyOps operations) noexcept;

}  // namespace kvp11::managed_hsm
