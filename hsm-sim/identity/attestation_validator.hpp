// AttestationValidator: checks attestation tokens against the authorities that are trusted here. Thread-safe.
//
// Where a token says its keys are (jku) is not looked at: they are read from where the settings say.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "host/clock.hpp"
#include "identity/attestation.hpp"

namespace kvp11::identity {

struct TrustedAuthority {
    std::string issuer;                         // as in the iss claim; a slash at the end does not matter
    std::function<Result<std::string>()> keys;  // its JWKS as JSON: read at the first token, then as ValidatorSettings
};

struct AttestationValidatorSettings {
    std::vector<TrustedAuthority> authorities;
    std::int64_t leeway = 300;  // seconds of difference between clocks
    std::shared_ptr<const host::Clock> clock = host::system_clock();
};

class AttestationValidator : public AttestationVerifier {
public:
    static std::unique_ptr<AttestationValidator> make(AttestationValidatorSettings settings);
};

}  // namespace kvp11::identity
