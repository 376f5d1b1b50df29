// What keys may be called. Pure functions but for the random ones.
#pragma once

#include <string>

#include "kvp11/bytes.hpp"
#include "kvp11/result.hpp"

namespace kvp11::partition {

/// 1 to 127 of [0-9a-zA-Z-].
bool is_legal_name(std::string_view name);
/// Lower-case hexadecimal.
std::string hex_of(ByteView bytes);

/// 32 hex digits: versions and the ids of records.
Result<std::string> random_id();
/// "p11-" and 32 hex digits, for a key whose label is no name.
Result<std::string> random_name();

}  // namespace kvp11::partition
