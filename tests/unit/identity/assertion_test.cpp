#include "authority_workplace.hpp"

#include <fstream>

#include "crypto/digest.hpp"
#include "crypto/jose.hpp"
#include "crypto/x509.hpp"
#include "identity/compact_jws.hpp"

using namespace kvp11;
using namespace kvp11::test;
namespace json = boost::json;

namespace {

constexpr const char* bearer_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

crypto::Certificate certificate(std::size_t key = 0) {
    return crypto::parse_certificate(bytes_of(certificate_of(key))).value();
}

json::object assertion_claims(const json::object& changes = {}) {
    json::object claims{{"aud", std::string("https://localhost:8443/") + tenant_id + "/oauth2/v2.0/token"},
                        {"iss", admin_id},
                        {"sub", admin_id},
                        {"jti", "1"},
                        {"nbf", vector_time()},
                        {"exp", vector_time() + 600}};
    for (const json::key_value_pair& change : changes) {
        claims.erase(change.key());
        if (!change.value().is_null()) claims[change.key()] = change.value();
    }
    return claims;
}

json::object rs256_header(std::size_t key = 0) {
    return {{"typ", "JWT"}, {"x5t", crypto::base64url(certificate(key).sha1_thumbprint)}};
}

std::string assertion(const json::object& header, const json::object& claims, std::size_t key = 0) {
    return identity::sign_jws(*rsa_key(key), header, claims).value();
}

/// As msal-node makes them: PS256, and the thumbprint by SHA-256.
std::string pss_assertion(const json::object& claims, std::size_t salt = 32, std::size_t key = 0) {
    const json::object header{{"alg", "PS256"}, {"x5t#S256", crypto::base64url(certificate().sha256_thumbprint)}};
    std::string text = crypto::base64url(bytes_of(json::serialize(header))) + "." +
                       crypto::base64url(bytes_of(json::serialize(claims)));
    const auto signer = rsa_key(key)->signer({.scheme = SignatureScheme::RsaPss, .salt_length = salt}).value();
    Bytes signature(signer->size());
    (void)signer->sign(crypto::hash(Digest::Sha256, bytes_of(text)), signature).value();
    return text + "." + crypto::base64url(signature);
}

http::Response login_with(const LoginServer& server, const std::string& text, const std::string& type = bearer_type) {
    return server.login({{"client_secret", ""}, {"client_assertion_type", type}, {"client_assertion", text}});
}

json::object cluster_claims(const json::object& changes = {}) {
    json::object claims{{"aud", json::array{"api://AzureADTokenExchange"}},
                        {"iss", "https://cluster.example.org"},
                        {"sub", "system:serviceaccount:default:app"},
                        {"exp", vector_time() + 3600}};
    for (const json::key_value_pair& change : changes) {
        claims.erase(change.key());
        if (!change.value().is_null()) claims[change.key()] = change.value();
    }
    return claims;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(client_assertions)

BOOST_AUTO_TEST_CASE(assertions_of_all_clients_are_accepted) {
    const LoginServer server;
    json::object padded = rs256_header();  // as MSAL for Python writes it
    padded["x5t"] = std::string(padded.at("x5t").as_string().c_str()) + "=";
    for (const std::string& text :
         {assertion(rs256_header(), assertion_claims()), assertion(padded, assertion_claims()),
          assertion({{"x5t#S256", crypto::base64url(certificate().sha256_thumbprint)}}, assertion_claims()),
          assertion({{"kid", crypto::base64url(certificate().sha1_thumbprint)}}, assertion_claims()),
          pss_assertion(assertion_claims()),
          assertion(rs256_header(), assertion_claims({{"aud", "https://localhost:8443/adfs/oauth2/token"}})),
          assertion(rs256_header(), assertion_claims({{"exp", static_cast<double>(vector_time()) + 600.25}}))}) {
        const http::Response response = login_with(server, text);
        BOOST_CHECK_EQUAL(response.status, 200);
        BOOST_TEST_MESSAGE(response.body.substr(0, 200));
        if (response.status != 200) continue;
        const std::string token = text_of_member(response, "access_token");
        REQUIRE_OK(server.judge(token));
        BOOST_CHECK_EQUAL(payload_of(token).at("azpacr").as_string().c_str(), "2");
    }
}

BOOST_AUTO_TEST_CASE(every_wrong_assertion_has_its_number) {
    const LoginServer server;
    struct Case {
        std::string text;
        std::int64_t number;
    };
    for (const Case& wrong : std::initializer_list<Case>{
             {"nonsense", 50027},
             {assertion(rs256_header(), assertion_claims({{"exp", nullptr}})), 50027},
             {assertion(rs256_header(1), assertion_claims(), 1), 700027},  // a certificate of somebody else
             {assertion(rs256_header(), assertion_claims(), 1), 700027},   // its thumbprint on another key
             {assertion({{"typ", "JWT"}}, assertion_claims()), 700027},
             {assertion({{"x5t", ""}}, assertion_claims()), 700027},
             {pss_assertion(assertion_claims(), 20), 700027},
             {pss_assertion(assertion_claims(), 32, 1), 700027},
             {assertion(rs256_header(), assertion_claims({{"sub", machine_id}})), 700021},
             {assertion(rs256_header(), assertion_claims({{"aud", "https://login.microsoftonline.com/x"}})), 700023},
             {assertion(rs256_header(), assertion_claims({{"aud", nullptr}})), 700023},
             {assertion(rs256_header(), assertion_claims({{"exp", vector_time() - 300}})), 700024},
             {assertion(rs256_header(), assertion_claims({{"nbf", vector_time() + 301}})), 700024},
             {assertion(rs256_header(), assertion_claims({{"iss", machine_id}})), 700211}}) {
        const http::Response response = login_with(server, wrong.text);
        BOOST_CHECK_EQUAL(response.status, wrong.number == 50027 ? 400 : 401);
        BOOST_CHECK_EQUAL(aadsts(response), wrong.number);
        BOOST_CHECK(response.body.find(wrong.text.substr(wrong.text.size() - 8)) == std::string::npos);
    }
    BOOST_CHECK_EQUAL(login_with(server, assertion(rs256_header(), assertion_claims()), "password").status, 400);
}

BOOST_AUTO_TEST_CASE(an_assertion_without_a_signature_or_with_an_hmac_is_worth_nothing) {
    const LoginServer server;
    const std::string good = assertion(rs256_header(), assertion_claims());
    json::object header = rs256_header();
    for (const char* algorithm : {"none", "HS256", "RS512", "ES256", ""}) {
        header["alg"] = algorithm;
        const std::string text = crypto::base64url(bytes_of(json::serialize(header))) + good.substr(good.find('.'));
        BOOST_CHECK_EQUAL(aadsts(login_with(server, text)), 700027);
        BOOST_CHECK_EQUAL(aadsts(login_with(server, text.substr(0, text.rfind('.') + 1))), 700027);
    }
}

BOOST_AUTO_TEST_CASE(an_application_without_certificates_accepts_none) {
    const LoginServer server;
    const std::string text = assertion(rs256_header(), assertion_claims({{"iss", machine_id}, {"sub", machine_id}}));
    const http::Response response = server.login({{"client_id", machine_id},
                                                  {"client_secret", ""},
                                                  {"client_assertion_type", bearer_type},
                                                  {"client_assertion", text}});
    BOOST_CHECK_EQUAL(aadsts(response), 700027);
}

BOOST_AUTO_TEST_CASE(a_federated_token_is_accepted_and_its_issuers_keys_may_change) {
    const LoginServer server;
    const http::Response response = login_with(server, signed_token(cluster_claims(), "cluster", 2));
    BOOST_REQUIRE_EQUAL(response.status, 200);
    REQUIRE_OK(server.judge(text_of_member(response, "access_token")));
    BOOST_CHECK_EQUAL(aadsts(login_with(server, signed_token(cluster_claims(), "next", 3))), 700027);
    std::ofstream(server.folder.path("issuer.json")) << jwks_of({{"cluster", 2}, {"next", 3}});
    BOOST_CHECK_EQUAL(login_with(server, signed_token(cluster_claims(), "next", 3)).status, 200);
    std::filesystem::remove(server.folder.path("issuer.json"));
    BOOST_CHECK_EQUAL(aadsts(login_with(server, signed_token(cluster_claims(), "next", 3))), 700027);
}

BOOST_AUTO_TEST_CASE(every_wrong_federated_token_has_its_number) {
    const LoginServer server;
    struct Case {
        json::object changes;
        std::int64_t number;
    };
    for (const Case& wrong : std::initializer_list<Case>{{{{"iss", "https://cluster.example.org/"}}, 700211},
                                                         {{{"iss", nullptr}}, 700211},
                                                         {{{"sub", "system:serviceaccount:default:other"}}, 700213},
                                                         {{{"aud", "https://localhost:8443"}}, 700212},
                                                         {{{"exp", vector_time() - 300}}, 700024},
                                                         {{{"exp", nullptr}}, 50027}}) {
        BOOST_CHECK_EQUAL(aadsts(login_with(server, signed_token(cluster_claims(wrong.changes), "cluster", 2))),
                          wrong.number);
    }
    BOOST_CHECK_EQUAL(aadsts(login_with(server, signed_token(cluster_claims(), "cluster", 0))), 700027);
}

BOOST_AUTO_TEST_SUITE_END()
