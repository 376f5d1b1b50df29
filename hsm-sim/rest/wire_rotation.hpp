// Rotation policies on the wire: lifetimeActions, triggers, ISO 8601 periods. Pure functions.
#pragma once

#include <string_view>

#include "kvp11/rotation.hpp"
#include "rest/wire_value.hpp"

namespace kvp11::rest {

/// The body of PUT …/rotationpolicy; what answers have more in it is ignored. ArgumentsBad, RotationPolicyInvalid.
Result<RotationPolicy> rotation_policy_of(const json::object& body);

/// `id` is the policy's URL. One that was never set has no actions and no times.
json::object rotation_policy_json(std::string_view id, const RotationPolicy& policy);

}  // namespace kvp11::rest
