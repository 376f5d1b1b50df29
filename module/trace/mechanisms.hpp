// CK_MECHANISM in the trace: the mechanism's name and what its parameter says. Of salts, passwords, labels, public
// and shared data only the size is written; an initial value is no secret, and is.
#pragma once

#include "trace/line.hpp"

namespace kvp11::trace {

/// Whose parameter it is: C_WrapKeyAuthenticated's and C_UnwrapKeyAuthenticated's is a message's.
enum class ParameterOf { Operation, Message };

/// Reads the structure and, if the parameter has a size that fits the mechanism, the parameter.
void write_mechanism(Line& line, const CK_MECHANISM* mechanism, ParameterOf owner = ParameterOf::Operation);

}  // namespace kvp11::trace
