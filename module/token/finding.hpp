// Finding objects by template. Thread-safe.
#pragma once

#include "token/slot.hpp"

namespace kvp11::token {

/// The handles of all objects that match and can be seen now, token objects first, each kind in the
/// order of creation, and then built-in ones. CKA_CLASS, CKA_ID and CKA_LABEL are answered by the stores' indexes.
Result<std::vector<Handle>> find_objects(Slot& slot, const Template& wanted);

/// Whether the object has every attribute with exactly the value that `wanted` gives. A secret value
/// matches nothing.
bool matches(const Object& object, const Template& wanted);

}  // namespace kvp11::token
