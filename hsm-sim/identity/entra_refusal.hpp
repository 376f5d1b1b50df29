// Refusals as Entra ID's token endpoint words them: {"error":"invalid_client","error_description":"AADSTS…", …}.
// Values and thread-safe functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "http/message.hpp"

namespace kvp11::identity {

/// The numbers that Entra ID gives to the conditions, which people search for.
enum class Aadsts : std::uint32_t {
    AssertionMalformed = 50027,
    GrantTypeNotSupported = 70003,
    ScopeInvalid = 70011,
    TenantNotFound = 90002,
    ApplicationNotFound = 700016,
    AssertionNotOfClient = 700021,
    AssertionAudience = 700023,
    AssertionOutsideItsTime = 700024,
    AssertionSignature = 700027,
    FederatedIssuer = 700211,
    FederatedAudience = 700212,
    FederatedSubject = 700213,
    ParameterMissing = 900144,
    ClientSecretWrong = 7000215,
    ProofMissing = 7000218,
    RequestMalformed = 9000411,
};

struct Refusal {
    Aadsts code;
    std::string sentence;  // never holds a secret or a token
};

/// What one exchange with the authority is called and when it was, in answers of every kind.
struct Occasion {
    std::string request_id;      // ours
    std::string correlation_id;  // the client's, or ours
    std::int64_t time = 0;
};

http::Response refusal_response(const Refusal& refusal, const Occasion& occasion);
/// Not to be stored by anybody: it may be a token.
http::Response json_response(unsigned status, const boost::json::value& body, const Occasion& occasion);

}  // namespace kvp11::identity
