// Role definitions and assignments as the service writes and reads them. Pure functions.
#pragma once

#include "access/role.hpp"
#include "rest/wire_value.hpp"

namespace kvp11::rest {

/// {"id","name","type","properties":{…}}.
json::value wire_of(const access::RoleDefinition& definition);
json::value wire_of(const access::RoleAssignment& assignment);

/// From a PUT's body. ArgumentsBad for members of another type, names of data actions that there are not, and
/// `actions`, which a Managed HSM's own roles do not have. What the id and the name may be is the partition's matter.
Result<access::RoleDefinition> definition_of(const std::string& id, const json::object& body);
/// The role's id is what stands after the last slash of roleDefinitionId.
Result<access::RoleAssignment> assignment_of(const std::string& scope, const std::string& id, const json::object& body);

}  // namespace kvp11::rest
