// How an application proves at the token endpoint that it is the one it says: by a secret, by an assertion signed with
// the key of one of its certificates, or by a token of an issuer that it trusts (workload identity). Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "identity/entra_refusal.hpp"
#include "identity/form.hpp"
#include "identity/registration.hpp"

namespace kvp11::identity {

/// What a proof is checked against beside the application itself.
struct ProofCheck {
    const std::vector<std::string>& audiences;  // URLs that assertions may be for
    std::int64_t now = 0;
};

/// Nothing when the form's client_secret or client_assertion is right.
std::optional<Refusal> refusal_of_proof(const Registration& client, const Form& form, const ProofCheck& check);

/// Compares in a time that does not depend on where the texts differ, nor on their lengths.
bool equal_secrets(std::string_view left, std::string_view right);

}  // namespace kvp11::identity
