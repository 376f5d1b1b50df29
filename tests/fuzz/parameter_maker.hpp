// Parameters of mechanisms, for ArgumentMaker: one function a structure, and the table of which mechanism has which.
#pragma once

#include "argument_maker.hpp"

namespace kvp11::fuzz {

using ParameterMaker = MadeBytes (*)(ArgumentMaker&);

/// Makes the parameter of this mechanism, of members that fit or do not. Null: there is none.
ParameterMaker parameter_maker(CK_MECHANISM_TYPE type);
/// Mechanisms whose parameter may have pointers, made here or not: other bytes are no parameter of theirs.
bool may_have_pointers(CK_MECHANISM_TYPE type);

}  // namespace kvp11::fuzz
