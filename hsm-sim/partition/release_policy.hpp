// What a key release policy may say, and whom it lets have the key: Azure's grammar of authorities and claims. Pure
// functions.
//
//   {"version":"1.0.0","anyOf":[{"authority":"https://issuer","allOf":[{"claim":"a.b","equals":"c"}]}]}
#pragma once

#include "kvp11/key_life_cycle.hpp"

namespace kvp11::partition {

/// ReleasePolicyInvalid, with the place that is wrong, for what is not of the grammar.
Result<void> check_policy_grammar(const ReleasePolicy& policy);

/// Whether what the environment's authority says fulfils the policy: one of its authorities is that one, and its
/// claims are as that one's conditions want them. "a.b.c" is the member c of the object b of the object a. A value is
/// the wanted one when it is equal and of the same type, numbers by what they are as text; and a string in the policy
/// is also fulfilled by the boolean or number of that text, as Azure's own examples want it ("equals":"false").
/// AccessDenied; ReleasePolicyInvalid for a policy that is none.
Result<void> require_fulfilled(const ReleasePolicy& policy, const AttestedEnvironment& environment);

}  // namespace kvp11::partition
