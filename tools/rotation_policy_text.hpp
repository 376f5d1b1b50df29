// Rotation policies in the service's JSON, as `az keyvault key rotation-policy` takes and shows them. Pure functions.
//
//   {"lifetimeActions":[{"trigger":{"timeAfterCreate":"P90D"},"action":{"type":"Rotate"}}],
//    "attributes":{"expiryTime":"P1Y"}}
#pragma once

#include <string>

#include "kvp11/result.hpp"
#include "kvp11/rotation.hpp"

namespace kvp11::tools {

/// RotationPolicyInvalid, saying which member is wrong; unknown members are too.
Result<RotationPolicy> parse_rotation_policy(const std::string& json);
/// One line of JSON with `id`, the policy's path.
std::string rotation_policy_json(const RotationPolicy& policy, const std::string& key_name);
/// "rotate P90D after creation; versions expire after P1Y", for people.
std::string rotation_policy_line(const RotationPolicy& policy);

}  // namespace kvp11::tools
