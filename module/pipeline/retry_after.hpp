// When a service wants to be asked again: Retry-After in seconds or as a date, and the headers in milliseconds that
// Azure has beside it. Pure functions.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "transport/message.hpp"

namespace kvp11::pipeline {

/// Nothing when the answer does not say, or nothing that can be read. Never negative, at most a day.
std::optional<std::chrono::milliseconds> retry_after(const transport::Answer& answer,
                                                     std::chrono::system_clock::time_point now) noexcept;

/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 5.6.7, the form that is sent today), whatever the host's locale.
std::optional<std::chrono::system_clock::time_point> parse_http_date(std::string_view text) noexcept;

}  // namespace kvp11::pipeline
