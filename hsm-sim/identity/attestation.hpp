// AttestationVerifier: what the environment that asks for a key's release says of itself, checked. Thread-safe.
//
// The target of POST …/release is a JWT of an attestation service. Its issuer is the policy's "authority", its claims
// are what the policy asks for, and x-ms-runtime.keys[] holds the RSA key that the released key is wrapped for.
#pragma once

#include <string>
#include <string_view>

#include "kvp11/key_life_cycle.hpp"
#include "kvp11/result.hpp"

namespace kvp11::identity {

struct Attestation {
    AttestedEnvironment environment;  // as KeyLifeCycle::release_key wants it
    std::string recipient_id;         // kid of the recipient's JWK: the kid in the header of the wrapped key
};

class AttestationVerifier {
public:
    virtual ~AttestationVerifier() = default;
    /// DataInvalid for what is no such token or names no usable RSA key of 2048 bits or more; AccessDenied for one of
    /// an authority that is not trusted here, with a wrong signature, or outside its time. The sentences are plain
    /// and never hold the token. May block for a fetch of keys, at most once a minute: not for I/O threads.
    [[nodiscard]] virtual Result<Attestation> verify(std::string_view target) = 0;
};

}  // namespace kvp11::identity
