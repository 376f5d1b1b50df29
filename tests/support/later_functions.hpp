// The functions that 3.x added, of a module that has them.
#pragma once

#include "support/subject.hpp"

namespace kvp11::test {

/// The 3.2 list of the subject's module; fails the case where there is none.
const CK_FUNCTION_LIST_3_2& later(const Subject& subject);

}  // namespace kvp11::test
