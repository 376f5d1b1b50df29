// The rules for what a key may be when it is made and what it may become. Pure functions.
#pragma once

#include "kvp11/backend.hpp"

namespace kvp11::partition {

/// Limits that do not depend on the material: faces and tags of a storable size.
Result<void> check_new_key(const NewKey& key);
/// KeySizeRange unless RSA 2048, 3072 or 4096, or on a curve.
Result<void> check_pair_size(const KeySpec& spec);
/// KeySizeRange unless AES 128, 192, 256; AES-XTS 256, 512; ChaCha20 256; or a generic secret of whole bytes up to 8
/// KiB.
Result<void> check_secret_size(KeyType type, std::uint32_t bits);
/// AttributeValueInvalid when the material is not what was said of it.
Result<void> check_import(const KeySpec& said, const KeySpec& material);

/// ArgumentsBad unless 7 to 90.
Result<void> check_retention(std::uint32_t days);

/// The record of a new key without its name, version and public part.
KeyRecord record_of(const NewKey& key, const KeySpec& spec, std::int64_t now);

/// AttributeReadOnly for a change that would protect the key less; only the security officer makes a
/// key trusted, and changes nothing else of a private one.
Result<void> apply_update(KeyRecord& record, const KeyUpdate& update, Role role);

}  // namespace kvp11::partition
