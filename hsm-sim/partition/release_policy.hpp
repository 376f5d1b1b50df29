// What a key release policy may say: Azure's grammar of authorities and claims. Pure functions.
//
//   {"version":"1.0.0","anyOf":[{"authority":"https://issuer","allOf":[{"claim":"a.b","equals":"c"}]}]}
#pragma once

#include "kvp11/key.hpp"
#include "kvp11/result.hpp"

namespace kvp11::partition {

/// ReleasePolicyInvalid, with the place that is wrong, for what is not of the grammar.
Result<void> check_policy_grammar(const ReleasePolicy& policy);

}  // namespace kvp11::partition
