// Times as people read and write them: UTC, 2026-07-01T12:00:00Z. Thread-safe functions.
#pragma once

#include <cstdint>
#include <string>

#include "kvp11/result.hpp"

namespace kvp11::tools {

/// Unix seconds as "2026-07-01T12:00:00Z".
std::string utc(std::int64_t seconds);
/// Unix microseconds, with them.
std::string utc_with_micros(std::int64_t microseconds);

/// "2026-07-01T12:00:00Z", or "2026-07-01" for its beginning. ArgumentsBad, with the option's name, for anything else.
Result<std::int64_t> parse_utc(const std::string& option, const std::string& text);

}  // namespace kvp11::tools
