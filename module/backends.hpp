// The composition root: from the configuration to what stands behind the slots. backends.cpp is the only
// file of the module that names concrete backends.
#pragma once

#include <string>
#include <vector>

#include "token/slot.hpp"

namespace kvp11 {

/// Reads the configuration (`reserved`: the host's string, may be empty), sets the log up and opens
/// every slot's backend. A slot whose backend fails carries the error; a configuration that cannot be
/// read fails the whole.
Result<std::vector<token::SlotDefinition>> open_backends(const std::string& reserved);

}  // namespace kvp11
