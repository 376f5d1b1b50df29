// GUIDs of tenants, applications and requests, as text. Thread-safe functions.
#pragma once

#include <string>
#include <string_view>

namespace kvp11::identity {

/// 8-4-4-4-12 hexadecimal digits, in either case.
[[nodiscard]] bool is_guid(std::string_view text) noexcept;
/// A random one (version 4, RFC 9562).
[[nodiscard]] std::string random_guid();
/// As GUIDs, host names and client ids are compared.
[[nodiscard]] bool equal_without_case(std::string_view left, std::string_view right) noexcept;

}  // namespace kvp11::identity
