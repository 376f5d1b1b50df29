// What keys of the partition can do: one table of scheme × key type. Pure functions.
#pragma once

#include "kvp11/algorithm.hpp"

namespace kvp11::partition {

bool fits(SignatureScheme scheme, KeyType type) noexcept;
bool fits(CipherScheme scheme, KeyType type) noexcept;
bool fits(WrapScheme scheme, KeyType type) noexcept;
/// Key::agree.
bool fits_agreement(KeyType type) noexcept;
/// MaterialUse::Derive.
bool fits_derivation(KeyType type) noexcept;

}  // namespace kvp11::partition
