// Signers and verifiers of mode Approved: where the caller digests by himself they look at each input
// (approve_input) before the key does. As thread-safe as what they wrap.
#pragma once

#include <memory>

#include "fips/approved_mode.hpp"
#include "kvp11/backend.hpp"

namespace kvp11::fips {

/// The same operation where the scheme needs no look at its input.
std::unique_ptr<Signer> with_approved_input(std::unique_ptr<Signer> signer, const SignatureAlgorithm& algorithm);
std::unique_ptr<Verifier> with_approved_input(std::unique_ptr<Verifier> verifier, const SignatureAlgorithm& algorithm);

}  // namespace kvp11::fips
