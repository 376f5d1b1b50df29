#include "identity/access_token.hpp"

#include <array>

#include "crypto/jose.hpp"
#include "crypto/random.hpp"
#include "identity/compact_jws.hpp"
#include "identity/jwk.hpp"

namespace kvp11::identity {

namespace json = boost::json;

AccessTokens::AccessTokens(std::shared_ptr<const crypto::PrivateHalf> key, std::string tenant, std::int64_t seconds)
    : key_(std::move(key)),
      kid_(thumbprint_of(key_->public_key())),
      jwks_(json::serialize(json::object{{"keys", json::array{jwk_of(key_->public_key(), kid_, "sig")}}})),
      tenant_(std::move(tenant)),
      seconds_(seconds) {}

Result<AccessToken> AccessTokens::issue(const Application& application, ClientProof proof, std::string_view issuer,
                                        std::string_view audience, std::int64_t now) const {
    std::array<std::uint8_t, 16> random{};  // no two tokens are the same
    TRY(crypto::random_bytes(random));
    const std::string how(1, static_cast<char>(proof));
    AccessToken token{{}, now, now + seconds_};
    json::object claims{{"aud", json::string_view(audience.data(), audience.size())},
                        {"iss", json::string_view(issuer.data(), issuer.size())},
                        {"iat", token.issued},
                        {"nbf", token.issued},
                        {"exp", token.expires},
                        {"appid", application.client_id},
                        {"appidacr", how},
                        {"azp", application.client_id},
                        {"azpacr", how},
                        {"idtyp", "app"},
                        {"oid", application.object_id},
                        {"sub", application.object_id},
                        {"tid", tenant_},
                        {"uti", crypto::base64url(random)},
                        {"ver", "2.0"}};
    if (!application.groups.empty())
        claims["groups"] = json::array(application.groups.begin(), application.groups.end());
    token.text = TRY(sign_jws(*key_, {{"typ", "JWT"}, {"alg", "RS256"}, {"kid", kid_}}, claims));
    return token;
}

}  // namespace kvp11::identity
