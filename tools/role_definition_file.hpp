// A role as people write it down: the JSON that `az keyvault role definition create` takes. Thread-safe.
#pragma once

#include <string>

#include "access/role.hpp"
#include "kvp11/result.hpp"

namespace kvp11::tools {

/// `source` is the JSON itself, or the name of a file with it, with or without az's @ before it. What
/// `kvp11 role definition show --json` prints is taken too. The id is empty when none is given.
/// RoleDefinitionInvalid naming the member, FileUnreadable.
Result<access::RoleDefinition> read_role_definition(const std::string& source);

}  // namespace kvp11::tools
