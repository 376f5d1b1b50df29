#include "token_maker.hpp"

#include "identity/compact_jws.hpp"
#include "identity/jwk.hpp"

namespace kvp11::fuzz {
namespace {

constexpr const char* issuer = "https://localhost:8443/11111111-1111-4111-8111-111111111111/v2.0";
constexpr const char* audience = "https://managedhsm.localhost:8443";

const crypto::PrivateHalf& signing_key() {
    static const auto key = crypto::PrivateHalf::generate({.type = KeyType::Rsa, .bits = 2048}).value();
    return *key;
}

}  // namespace

boost::json::object good_claims() {
    return {{"iss", issuer},
            {"aud", audience},
            {"iat", token_time - 10},
            {"nbf", token_time - 10},
            {"exp", token_time + 3600},
            {"oid", "00000000-0000-4000-8000-00000000000c"},
            {"sub", "00000000-0000-4000-8000-00000000000c"},
            {"tid", "11111111-1111-4111-8111-111111111111"},
            {"azp", "22222222-2222-4222-8222-222222222222"},
            {"ver", "2.0"},
            {"groups", {"33333333-3333-4333-8333-333333333333"}}};
}

std::string signed_token(const boost::json::object& header, const boost::json::object& claims) {
    return identity::sign_jws(signing_key(), header, claims).value();
}

std::string jwks() {
    return boost::json::serialize(
        boost::json::object{{"keys", {identity::jwk_of(signing_key().public_key(), "key-1", "sig")}}});
}

std::unique_ptr<identity::Authenticator> validator() {
    identity::ValidatorSettings settings;
    settings.issuers = {issuer};
    settings.audiences = {audience};
    settings.keys = []() -> Result<std::string> { return jwks(); };
    settings.clock = std::make_shared<host::ManualClock>(token_time);
    return identity::TokenValidator::make(std::move(settings)).value();
}

}  // namespace kvp11::fuzz
