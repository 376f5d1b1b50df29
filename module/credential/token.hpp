// An access token and what is asked for: values. A Token is an immutable snapshot once it is shared.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "kvp11/secret.hpp"

namespace kvp11::credential {

/// Whose token, for what. Comparable, so that it can be a cache's key.
struct TokenRequest {
    std::string resource = {};  // "https://managedhsm.azure.net", without "/.default"
    std::string tenant = {};    // from the service's challenge; used where the credential has none of its own
    std::string claims = {};    // JSON of a claims challenge; empty: none
    /// The login server that the service's challenge names ("https://login.microsoftonline.com", a path is ignored);
    /// empty: not known. A secret goes there only by the rule of authority.hpp.
    std::string authority = {};
    auto operator<=>(const TokenRequest&) const = default;
};

struct Token {
    SecretBytes value;  // the compact JWT, ASCII
    std::chrono::system_clock::time_point expires;
    /// From here on it is replaced ahead of time: half its life, at least two minutes before it ends (but not in the
    /// first quarter of a short life), or what the issuer says.
    std::chrono::system_clock::time_point refresh_at;
    std::string source;  // "ManagedIdentityCredential (IMDS)", for logs and `kvp11 doctor`
};
using TokenPtr = std::shared_ptr<const Token>;

}  // namespace kvp11::credential
