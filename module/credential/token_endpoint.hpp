// The token endpoint of a login server (OAuth 2.0 client credentials, v2): one form, one token. Thread-safe functions.
#pragma once

#include <string>

#include "credential/surroundings.hpp"
#include "credential/wiped_text.hpp"

namespace kvp11::credential {

/// Where a request's form goes.
struct TokenEndpoint {
    std::string url;  // "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token": also an assertion's audience
    std::string tenant;
};
/// By the rules of authority.hpp.
Result<TokenEndpoint> token_endpoint_for(const Surroundings& surroundings, const TokenRequest& request);

/// How an application shows who it is.
struct Proof {
    std::string client_id;
    std::string what;             // "the client secret", for sentences
    const WipedText& parameters;  // of the form: "client_secret=…" or "client_assertion=…&client_assertion_type=…"
    std::string_view secret = {};  // what an answer might repeat and a sentence must not
};
/// UserNotLoggedIn with the issuer's reason, DeviceError when it cannot be asked or is out of order.
Result<Token> token_from(const Surroundings& surroundings, const TokenEndpoint& endpoint, const Proof& proof,
                         const TokenRequest& request, transport::Clock::time_point deadline);

/// "client_assertion=…&client_assertion_type=…" of a JWT.
WipedText assertion_parameters(const SecretBytes& jwt);

}  // namespace kvp11::credential
