// CK_MECHANISM in the trace: the mechanism's name and what its parameter says. Of salts, passwords, labels, public
// and shared data only the size is written; an initial value is no secret, and is.
#pragma once

#include "trace/line.hpp"

namespace kvp11::trace {

/// Reads the structure and, if the parameter has a size that fits the mechanism, the parameter.
void write_mechanism(Line& line, const CK_MECHANISM* mechanism);

}  // namespace kvp11::trace
