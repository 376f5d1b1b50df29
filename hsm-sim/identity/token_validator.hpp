// TokenValidator: checks access tokens as a resource of Entra ID does: RS256 signature by a key of the issuer's
// JWKS, issuer, audience, not-before and expiry. Thread-safe.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "host/clock.hpp"
#include "identity/principal.hpp"

namespace kvp11::identity {

struct ValidatorSettings {
    std::vector<std::string> issuers;    // exactly as in the iss claim
    std::vector<std::string> audiences;  // exactly as in the aud claim; with and without a trailing slash are equal
    /// The JWKS as JSON: read at the start, again when a token names a key that is not there (not more often than
    /// every minute), and every day. Of a file, of a URL (http::fetch), or of the test authority. After the start it is
    /// called on a thread of the validator's.
    std::function<Result<std::string>()> keys;
    /// How long the token that names a key that is not there waits for the keys: it holds up an I/O thread.
    std::chrono::milliseconds patience{250};
    std::int64_t leeway = 300;  // seconds of difference between clocks
    std::shared_ptr<const host::Clock> clock = host::system_clock();
    std::size_t cached_tokens = 4096;
};

class TokenValidator : public Authenticator {
public:
    /// Fails as `keys` does, and with ConfigurationInvalid for a JWKS without a usable key.
    static Result<std::unique_ptr<TokenValidator>> make(ValidatorSettings settings);
};

}  // namespace kvp11::identity
