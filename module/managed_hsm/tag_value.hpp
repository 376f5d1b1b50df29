// Bytes as the value of a tag. Functions over values; thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kvp11/bytes.hpp"

namespace kvp11::managed_hsm {

/// Printable text as it is, else "0x" and hex, else "base64:" (URL alphabet, no padding). None when none of them fits
/// into a tag.
std::optional<std::string> tag_value_of(ByteView bytes);
/// Back. Text that only looks like "0x" or "base64:" is text.
Bytes bytes_of_tag(std::string_view value);

/// What Microsoft's TLS offload library may have meant, whose way of writing is not published: hex or base64 without a
/// mark is taken as such where what comes out is printable text.
Bytes label_of_foreign_tag(std::string_view value);
/// Hex of whole bytes, or base64 with its padding, is taken as such.
Bytes id_of_foreign_tag(std::string_view value);

std::string hex_of(ByteView bytes);
/// Of at least 2 digits, an even number of them.
std::optional<Bytes> from_hex(std::string_view text);

}  // namespace kvp11::managed_hsm
