// Challenge: what a 401 says of the token that is wanted: WWW-Authenticate with the Bearer scheme.
// Values and pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kvp11/result.hpp"
#include "transport/message.hpp"

namespace kvp11::pipeline {

struct Challenge {
    std::string resource;   // "https://managedhsm.azure.net"; from "scope" without its "/.default" where that is sent
    std::string authority;  // "authorization" as it was sent: the login server, with the tenant as its path
    std::string tenant;     // the first part of that path; empty when it has none
    std::string error;      // "invalid_token", "insufficient_claims"; empty: no token was shown
    std::string claims;     // JSON that the next token is to be asked for with; empty: none
};

/// Nothing when the answer has no Bearer challenge that can be read.
std::optional<Challenge> read_challenge(const transport::Answer& answer);
/// Of one header's value; other schemes may stand before or behind Bearer.
std::optional<Challenge> parse_challenge(std::string_view header);

/// Whether tokens for this resource are the host's business: it is "NAME." and the resource's host, and the port is the
/// resource's where that names one. Otherwise any server could have itself sent tokens that are good elsewhere.
/// AccessDenied.
Result<void> check_resource(std::string_view resource, const transport::Endpoint& endpoint);

}  // namespace kvp11::pipeline
