// Access tokens of the test authority: RS256 JWTs with the claims that resources look at. Immutable, thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "crypto/asymmetric.hpp"
#include "identity/test_authority.hpp"

namespace kvp11::identity {

/// What the token says of how its bearer logged in (azpacr, appidacr).
enum class ClientProof : char { None = '0', Secret = '1', Certificate = '2' };

struct AccessToken {
    std::string text;
    std::int64_t issued = 0;
    std::int64_t expires = 0;
};

class AccessTokens {
public:
    AccessTokens(std::shared_ptr<const crypto::PrivateHalf> key, std::string tenant, std::int64_t seconds);

    [[nodiscard]] Result<AccessToken> issue(const Application& application, ClientProof proof, std::string_view issuer,
                                            std::string_view audience, std::int64_t now) const;
    /// The verification key as a JWKS.
    [[nodiscard]] const std::string& jwks() const noexcept { return jwks_; }

private:
    std::shared_ptr<const crypto::PrivateHalf> key_;
    std::string kid_;
    std::string jwks_;
    std::string tenant_;
    std::int64_t seconds_;
};

}  // namespace kvp11::identity
