// base64 as certificates are written in JSON (RFC 4648 §4). Thread-safe functions.
#pragma once

#include <string>
#include <string_view>

#include "kvp11/bytes.hpp"
#include "kvp11/result.hpp"

namespace kvp11::identity {

std::string base64(ByteView bytes);
/// Padding may be missing. DataInvalid.
Result<Bytes> from_base64(std::string_view text);

}  // namespace kvp11::identity
