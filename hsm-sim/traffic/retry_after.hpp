// The header Retry-After in both of its forms (RFC 9110 section 10.2.3).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "kvp11/result.hpp"

namespace kvp11::traffic {

enum class RetryAfterForm : std::uint8_t { Seconds, Date, None };

/// "seconds", "date" or "none".
Result<RetryAfterForm> retry_after_form(std::string_view where, std::string_view word);

/// A wait is rounded up to whole seconds, at least one. `now`: Unix seconds.
std::optional<std::string> retry_after_text(RetryAfterForm form, std::chrono::nanoseconds wait, std::int64_t now);

/// "Sun, 06 Nov 1994 08:49:37 GMT".
std::string http_date(std::int64_t unix_seconds);

}  // namespace kvp11::traffic
