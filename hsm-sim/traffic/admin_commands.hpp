// The commands of the local admin socket: a line of text in, lines of text out. Thread-safe.
//
// The last line of an answer is "ok", or "error: " and a sentence; what comes before it never looks like that.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "traffic/traffic.hpp"

namespace kvp11::traffic {

/// `line` without its end. `help` tells which commands there are.
std::vector<std::string> answer_admin(std::string_view line, Traffic& traffic);

}  // namespace kvp11::traffic
