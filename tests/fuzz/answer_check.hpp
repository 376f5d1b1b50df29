// What every answer of the service must be, whatever was asked.
#pragma once

#include <string>

#include "http/message.hpp"

namespace kvp11::fuzz {

/// Empty, or a sentence about what is wrong with the answer. `may_fail`: a status of 500 and more is expected.
std::string fault_of(const http::Response& response, bool is_get, bool may_fail = false);

/// A response as text, for messages.
std::string shown(const http::Response& response);

}  // namespace kvp11::fuzz
