// The head of a response as it goes onto the wire. Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "http/message.hpp"

namespace kvp11::http {

struct Framing {
    bool http_1_0 = false;
    bool keep_alive = true;
};

/// Everything up to the body, for a body of `response.body.size()` bytes. Header fields that would end early, by a
/// line break in name or value, are left out.
void append_head(std::string& text, const Response& response, const Framing& framing);
/// Whether a response of this status may have a body at all (RFC 9110 6.4.1).
bool has_body(unsigned status) noexcept;

inline constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace kvp11::http
