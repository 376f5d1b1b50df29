#include "identity/attestation_authority.hpp"

#include <array>

#include "crypto/x509.hpp"
#include "identity/base64.hpp"
#include "identity/compact_jws.hpp"
#include "identity/entra_refusal.hpp"
#include "identity/form.hpp"
#include "identity/guid.hpp"
#include "identity/jwk.hpp"
#include "identity/signing_key.hpp"
#include "identity/strict_json.hpp"

namespace kvp11::identity {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_request = 32 * 1024;
constexpr std::size_t most_keys = 8;
constexpr int certificate_days = 3650;
/// What the authority itself says, and nobody for it.
constexpr std::array<std::string_view, 6> own_claims{"iss", "iat", "nbf", "exp", "jti", "x-ms-runtime"};

Failure invalid(const std::string& why) { return fail(Errc::DataInvalid, why); }

Result<json::array> recipients_of(const json::object& request) {
    const json::array* keys = array_in(request, "keys");
    if (!keys || keys->empty() || keys->size() > most_keys) return invalid("'keys' is no list of one to eight JWKs");
    json::array recipients;
    for (const json::value& member : *keys) {
        const json::object* jwk = member.if_object();
        if (!jwk) return invalid("a member of 'keys' is no JWK");
        const PublicKey key = TRY(public_key_of(*jwk));
        const std::string_view kid = text_in(*jwk, "kid");
        recipients.push_back(jwk_of(key, kid.empty() ? thumbprint_of(key) : kid, "enc"));
    }
    return recipients;
}

class Authority final : public AttestationAuthority {
public:
    Authority(AttestationSettings settings, std::shared_ptr<const crypto::PrivateHalf> key, ByteView certificate)
        : settings_(std::move(settings)), key_(std::move(key)), kid_(thumbprint_of(key_->public_key())) {
        json::object jwk = jwk_of(key_->public_key(), kid_, "sig");
        jwk["alg"] = "RS256";
        jwk["x5c"] = json::array{base64(certificate)};
        jwks_ = json::serialize(json::object{{"keys", json::array{std::move(jwk)}}});
    }

    [[nodiscard]] bool answers(std::string_view path) const noexcept override { return route_of(path) != nullptr; }
    [[nodiscard]] http::Response answer(const http::Request& request) override;
    [[nodiscard]] Result<std::string> attest(std::string_view request) override;
    [[nodiscard]] std::string issuer() const override { return settings_.base_url; }
    [[nodiscard]] std::string keys() const override { return jwks_; }

private:
    using Handler = Result<json::value> (Authority::*)(const http::Request&);
    struct Route {
        std::string_view method;
        std::string_view path;
        Handler handler;
    };
    static const std::array<Route, 4> routes;
    static const Route* route_of(std::string_view path) noexcept;

    Result<json::value> attestation(const http::Request& request);
    Result<json::value> test_token(const http::Request& request);
    Result<json::value> certificates(const http::Request& request);
    Result<json::value> configuration(const http::Request& request);
    [[nodiscard]] Result<std::string> token(json::object claims, json::array recipients) const;

    AttestationSettings settings_;
    std::shared_ptr<const crypto::PrivateHalf> key_;
    std::string kid_;
    std::string jwks_;
};

const std::array<Authority::Route, 4> Authority::routes{{
    {"POST", "/attest/kvp11", &Authority::attestation},
    {"GET", "/generate-test-token", &Authority::test_token},
    {"GET", "/certs", &Authority::certificates},
    {"GET", "/.well-known/openid-configuration", &Authority::configuration},
}};

const Authority::Route* Authority::route_of(std::string_view path) noexcept {
    for (const Route& route : routes) {
        if (route.path == path) return &route;
    }
    return nullptr;
}

Result<std::string> Authority::token(json::object claims, json::array recipients) const {
    const std::int64_t now = settings_.clock->now();
    claims["iss"] = settings_.base_url;
    claims["iat"] = now;
    claims["nbf"] = now;
    claims["exp"] = now + settings_.token_seconds;
    claims["jti"] = random_guid();
    claims["x-ms-runtime"] = json::object{{"keys", std::move(recipients)}};
    return sign_jws(*key_, {{"alg", "RS256"}, {"typ", "JWT"}, {"kid", kid_}, {"jku", settings_.base_url + "/certs"}},
                    claims);
}

Result<std::string> Authority::attest(std::string_view request) {
    if (request.size() > longest_request) return invalid("the request is longer than 32 KiB");
    const json::object parsed = TRY(parse_object(request));
    json::array recipients = TRY(recipients_of(parsed));
    const json::object* claims = object_in(parsed, "claims");
    if (!claims) return invalid("'claims' is no object");
    for (const std::string_view own : own_claims) {
        if (claims->contains(json::string_view(own.data(), own.size()))) {
            return invalid("the claim " + quoted(own) + " is the authority's own");
        }
    }
    return token(*claims, std::move(recipients));
}

Result<json::value> Authority::attestation(const http::Request& request) {
    const std::string made = TRY(attest(request.body.expose_text()));
    return json::value{{"token", made}};
}

Result<json::value> Authority::test_token(const http::Request&) {
    const std::string made = TRY(token({{"sdk-test", true}}, {jwk_of(key_->public_key(), kid_, "enc")}));
    return json::value{{"token", made}};
}

Result<json::value> Authority::certificates(const http::Request&) { return json::parse(jwks_); }

Result<json::value> Authority::configuration(const http::Request&) {
    return json::value{{"issuer", settings_.base_url},
                       {"jwks_uri", settings_.base_url + "/certs"},
                       {"response_types_supported", json::array{"token"}},
                       {"id_token_signing_alg_values_supported", json::array{"RS256"}}};
}

http::Response Authority::answer(const http::Request& request) {
    const Occasion occasion{random_guid(), random_guid(), settings_.clock->now()};
    const auto refused = [&](unsigned status, const char* code, const std::string& sentence) {
        return json_response(status, json::object{{"error", {{"code", code}, {"message", sentence}}}}, occasion);
    };
    const Route* route = route_of(path_of(request.target));
    if (!route) return refused(404, "NotFound", "no such endpoint");
    if (route->method != request.method) {
        http::Response response = refused(405, "MethodNotAllowed", "the endpoint has another method");
        response.headers.add("Allow", std::string(route->method));
        return response;
    }
    const Result<json::value> answer = (this->*route->handler)(request);
    if (answer) return json_response(200, *answer, occasion);
    if (answer.code() != Errc::DataInvalid) return refused(500, "InternalError", "the token could not be signed");
    return refused(400, "InvalidParameter", answer.error().message);
}

}  // namespace

Result<std::unique_ptr<AttestationAuthority>> AttestationAuthority::open(AttestationSettings settings) {
    while (settings.base_url.ends_with('/')) settings.base_url.pop_back();
    if (!settings.base_url.starts_with("https://") || !settings.clock || settings.token_seconds <= 0) {
        return fail(Errc::ConfigurationInvalid, "an attestation authority needs an https URL and a token lifetime");
    }
    auto key = TRY(open_signing_key(settings.folder, "attestation-key.p8"));
    const crypto::Certificate certificate =
        TRY(crypto::self_signed(*key, "hsm-sim test attestation", certificate_days));
    return std::make_unique<Authority>(std::move(settings), std::move(key), certificate.der);
}

}  // namespace kvp11::identity
