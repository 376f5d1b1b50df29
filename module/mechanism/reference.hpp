// Bytes that nobody can guess, for references to what a process keeps. Thread-safe.
#pragma once

#include "kvp11/bytes.hpp"
#include "kvp11/result.hpp"

namespace kvp11::mechanism {

/// DeviceError when the generator fails.
Result<Bytes> random_reference(std::size_t size);

}  // namespace kvp11::mechanism
