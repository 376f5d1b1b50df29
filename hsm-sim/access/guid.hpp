// GUIDs as text: 8-4-4-4-12 hexadecimal digits. Thread-safe functions.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace kvp11::access {

/// In either case of letters.
[[nodiscard]] bool is_guid(std::string_view text) noexcept;

/// The random GUID (version 4, RFC 9562) that these bytes make, in lower case.
[[nodiscard]] std::string guid_of(std::span<const std::uint8_t, 16> random);

}  // namespace kvp11::access
