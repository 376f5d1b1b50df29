// Names and addresses of hosts, told apart without asking anybody. Thread-safe functions.
#pragma once

#include <string>
#include <string_view>

namespace kvp11::transport {

/// An IPv4 or IPv6 address in its usual text, without brackets.
[[nodiscard]] bool is_address(const std::string& host) noexcept;
/// The text of an address of 4 or 16 bytes; empty for others.
[[nodiscard]] std::string address_text(std::string_view bytes);
/// The 4 or 16 bytes of an address' text; empty when it is none.
[[nodiscard]] std::string address_bytes(const std::string& text);
/// "localhost" and names below it (RFC 6761 §6.3).
[[nodiscard]] bool is_localhost(std::string_view host) noexcept;
/// This machine (loopback), or the link that its identity endpoint is on (169.254.0.0/16, fe80::/10).
[[nodiscard]] bool stays_here(const std::string& host) noexcept;

[[nodiscard]] bool equals_ignoring_case(std::string_view one, std::string_view other) noexcept;
[[nodiscard]] std::string lower_case(std::string_view text);

}  // namespace kvp11::transport
