// Request ids: a GUID for every request, made of the time and a count as the service's are. Thread-safe.
#pragma once

#include <string>

namespace kvp11::rest {

/// Lower case, 36 characters, different for every call in this and every other process.
std::string new_request_id();

}  // namespace kvp11::rest
