// The table of the REST API's routes as docs/hsm-sim-api.md has it. Thread-safe.
#pragma once

#include <string>

namespace kvp11::server {

std::string routes_markdown();

}  // namespace kvp11::server
