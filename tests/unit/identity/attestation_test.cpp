#include "workplace.hpp"

#include <sys/stat.h>

#include "crypto/x509.hpp"
#include "identity/attestation_authority.hpp"
#include "identity/attestation_validator.hpp"
#include "identity/base64.hpp"
#include "identity/compact_jws.hpp"
#include "identity/jwk.hpp"

using namespace kvp11;
using namespace kvp11::test;
namespace json = boost::json;

namespace {

constexpr const char* issuer = "https://localhost:8443";

std::string request_of(const json::object& claims, std::size_t key = 1) {
    json::object jwk = identity::jwk_of(rsa_key(key)->public_key(), "enclave-key", "enc");
    return json::serialize(json::object{{"claims", claims}, {"keys", json::array{jwk}}});
}

/// An authority, and a validator that trusts it.
struct Enclave {
    TemporaryFolder folder;
    std::shared_ptr<host::ManualClock> clock = std::make_shared<host::ManualClock>(vector_time());
    std::unique_ptr<identity::AttestationAuthority> authority;
    std::unique_ptr<identity::AttestationVerifier> verifier;
    int asked = 0;

    Enclave() : authority(identity::AttestationAuthority::open({folder.path("keys"), issuer, 3600, clock}).value()) {
        identity::AttestationValidatorSettings settings;
        settings.authorities = {{"https://other.example.org",
                                 [] {
                                     return Result<std::string>(jwks_of({{"o", 3}}));
                                 }},
                                {issuer, [this]() -> Result<std::string> {
                                     ++asked;
                                     return authority->keys();
                                 }}};
        settings.clock = clock;
        verifier = identity::AttestationValidator::make(settings);
    }
    http::Response send(const std::string& method, const std::string& target, const std::string& body = {}) const {
        http::Request request;
        request.method = method;
        request.target = target;
        request.body = http::Body(body);
        return authority->answer(request);
    }
    std::string sentence(const std::string& token) const {
        const auto result = verifier->verify(token);
        return result.ok() ? "accepted" : result.error().message;
    }
};

/// A token of another maker for the same authority's name.
std::string forged(const json::object& changes, std::size_t key = 3, const std::string& kid = "o") {
    const json::object jwk = identity::jwk_of(rsa_key(1)->public_key(), "k", "enc");
    json::object claims{{"iss", "https://other.example.org/"},
                        {"exp", vector_time() + 3600},
                        {"x-ms-runtime", {{"keys", json::array{jwk}}}}};
    for (const json::key_value_pair& change : changes) {
        claims.erase(change.key());
        if (!change.value().is_null()) claims[change.key()] = change.value();
    }
    return signed_token(claims, kid, key);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(attestation)

BOOST_AUTO_TEST_CASE(what_the_authority_attests_the_validator_reads) {
    const Enclave enclave;
    const http::Response response = enclave.send("POST", "/attest/kvp11?api-version=1",
                                                 request_of({{"x-ms-sgx-is-debuggable", false}, {"a", "b"}}));
    BOOST_REQUIRE_EQUAL(response.status, 200);
    const std::string token(json::parse(response.body).at("token").as_string().c_str());
    const auto read = enclave.verifier->verify(token);
    REQUIRE_OK(read);
    BOOST_CHECK_EQUAL(read->environment.authority, issuer);
    BOOST_CHECK_EQUAL(read->recipient_id, "enclave-key");
    BOOST_CHECK(read->environment.recipient == rsa_key(1)->public_key());
    const json::value claims = json::parse(read->environment.claims);
    BOOST_CHECK_EQUAL(claims.at("a").as_string().c_str(), "b");
    BOOST_CHECK_EQUAL(claims.at("x-ms-sgx-is-debuggable").as_bool(), false);
    const auto jws = identity::CompactJws::parse(token);
    REQUIRE_OK(jws);
    BOOST_CHECK_EQUAL(jws->header.at("jku").as_string().c_str(), std::string(issuer) + "/certs");
}

BOOST_AUTO_TEST_CASE(its_documents_lead_to_its_certificate) {
    const Enclave enclave;
    const json::value document = json::parse(enclave.send("GET", "/.well-known/openid-configuration").body);
    BOOST_CHECK_EQUAL(document.at("issuer").as_string().c_str(), issuer);
    BOOST_CHECK_EQUAL(document.at("jwks_uri").as_string().c_str(), std::string(issuer) + "/certs");
    const http::Response keys = enclave.send("GET", "/certs");
    BOOST_CHECK(json::parse(keys.body) == json::parse(enclave.authority->keys()));
    const json::value jwk = json::parse(keys.body).at("keys").at(0);
    const auto der = identity::from_base64(jwk.at("x5c").at(0).as_string().c_str());
    REQUIRE_OK(der);
    const auto certificate = crypto::parse_certificate(*der);
    REQUIRE_OK(certificate);
    BOOST_CHECK(certificate->key == identity::public_key_of(jwk.as_object()).value());
}

BOOST_AUTO_TEST_CASE(the_token_that_sdk_tests_ask_for_is_accepted) {
    const Enclave enclave;
    const http::Response response = enclave.send("GET", "/generate-test-token");
    const auto read = enclave.verifier->verify(json::parse(response.body).at("token").as_string().c_str());
    REQUIRE_OK(read);
    BOOST_CHECK(json::parse(read->environment.claims).at("sdk-test").as_bool());
}

BOOST_AUTO_TEST_CASE(requests_that_cannot_be_attested_are_refused) {
    const Enclave enclave;
    const json::object good = json::parse(request_of({})).as_object();
    const auto with = [&](const char* name, const json::value& value) {
        json::object request = good;
        request[name] = value;
        return json::serialize(request);
    };
    const json::value jwk = good.at("keys").at(0);
    json::object private_jwk = jwk.as_object();
    private_jwk["d"] = "AQAB";
    for (const std::string& body :
         {std::string(), std::string("[]"), std::string(40'000, ' ') + json::serialize(good), with("claims", 7),
          with("claims", {{"iss", "https://evil"}}), with("claims", {{"exp", 7}}),
          with("claims", {{"x-ms-runtime", json::object{}}}), with("keys", json::array{}), with("keys", 7),
          with("keys", json::array{7}), with("keys", json::array{private_jwk}), with("keys", json::array(9, jwk)),
          with("keys", json::array{json::object{{"kty", "EC"}}})}) {
        const http::Response response = enclave.send("POST", "/attest/kvp11", body);
        BOOST_CHECK_EQUAL(response.status, 400);
        BOOST_CHECK_EQUAL(json::parse(response.body).at("error").at("code").as_string().c_str(), "InvalidParameter");
    }
    BOOST_CHECK_EQUAL(enclave.send("GET", "/attest/kvp11").status, 405);
    BOOST_CHECK_EQUAL(enclave.send("GET", "/attest/SgxEnclave").status, 404);
    BOOST_CHECK(!enclave.authority->answers("/keys"));
    BOOST_CHECK(enclave.authority->answers("/certs"));
}

BOOST_AUTO_TEST_CASE(its_key_outlives_a_restart_and_is_nobody_elses) {
    const Enclave enclave;
    const auto again = identity::AttestationAuthority::open({enclave.folder.path("keys"), issuer, 3600, enclave.clock});
    REQUIRE_OK(again);
    const auto token = (*again)->attest(request_of({}));
    REQUIRE_OK(token);
    REQUIRE_OK(enclave.verifier->verify(*token));
    struct stat about {};
    BOOST_REQUIRE_EQUAL(stat((enclave.folder.path("keys") + "/attestation-key.p8").c_str(), &about), 0);
    BOOST_CHECK_EQUAL(about.st_mode & 0777, 0600);
    CHECK_FAILS(identity::AttestationAuthority::open({enclave.folder.path("keys"), "http://x", 3600, enclave.clock}),
                Errc::ConfigurationInvalid);
}

BOOST_AUTO_TEST_CASE(tokens_of_trusted_authorities_count_within_their_time) {
    const Enclave enclave;
    BOOST_CHECK_EQUAL(enclave.sentence(forged({})), "accepted");
    BOOST_CHECK_EQUAL(enclave.sentence(forged({{"iss", "https://other.example.org"}})), "accepted");
    enclave.clock->set(vector_time() + 3600 + 299);
    BOOST_CHECK_EQUAL(enclave.sentence(forged({})), "accepted");
    enclave.clock->advance(1);
    CHECK_FAILS(enclave.verifier->verify(forged({})), Errc::AccessDenied);
    BOOST_CHECK_EQUAL(enclave.sentence(forged({})), "the attestation token expired at 2025-11-22T09:26:40Z");
    CHECK_FAILS(enclave.verifier->verify(forged({{"exp", vector_time() + 9999}, {"nbf", vector_time() + 9000}})),
                Errc::AccessDenied);
    CHECK_FAILS(enclave.verifier->verify(forged({{"exp", nullptr}})), Errc::DataInvalid);
}

BOOST_AUTO_TEST_CASE(forgeries_are_refused) {
    const Enclave enclave;
    for (const std::string& token :
         {forged({}, 2), forged({}, 3, "p"), forged({{"iss", issuer}}), forged({{"iss", "https://evil.example.org"}}),
          forged({{"iss", nullptr}}), forged({{"iss", ""}}), vector_text("refused", "none"),
          vector_text("refused", "HS256 with the public key"), vector_text("refused", "PS256")}) {
        const auto result = enclave.verifier->verify(token);
        CHECK_FAILS(result, Errc::AccessDenied);
        BOOST_CHECK(result.error().message.find(token.substr(token.size() - 10)) == std::string::npos);
    }
    const auto token = enclave.authority->attest(request_of({}));
    REQUIRE_OK(token);
    for (std::size_t i = 0; i < token->size(); i += 5) {
        std::string changed = *token;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        BOOST_CHECK(!enclave.verifier->verify(changed).ok());
    }
    for (const std::string& nonsense : {std::string(), std::string("a.b.c"), std::string(100'000, 'a')}) {
        CHECK_FAILS(enclave.verifier->verify(nonsense), Errc::DataInvalid);
    }
}

BOOST_AUTO_TEST_CASE(the_recipient_is_the_first_key_to_encrypt_for) {
    const Enclave enclave;
    const json::object good = identity::jwk_of(rsa_key(1)->public_key(), "right", "enc");
    json::object signing = good;
    signing["use"] = "sig";
    json::object operations = good;  // as confidential virtual machines name it
    operations.erase("use");
    operations["key_ops"] = json::array{"encrypt"};
    json::object verifying = operations;
    verifying["key_ops"] = json::array{"verify"};
    const json::object curve{{"kty", "EC"}, {"use", "enc"}, {"kid", "curve"}};
    const auto with = [](const json::array& keys) { return forged({{"x-ms-runtime", {{"keys", keys}}}}); };
    BOOST_CHECK_EQUAL(enclave.verifier->verify(with({7, signing, curve, verifying, good})).value().recipient_id,
                      "right");
    BOOST_CHECK_EQUAL(enclave.verifier->verify(with({operations})).value().recipient_id, "right");
    for (const json::array& keys : {json::array{}, json::array{signing}, json::array{curve, verifying}}) {
        CHECK_FAILS(enclave.verifier->verify(with(keys)), Errc::DataInvalid);
    }
    CHECK_FAILS(enclave.verifier->verify(forged({{"x-ms-runtime", nullptr}})), Errc::DataInvalid);
    CHECK_FAILS(enclave.verifier->verify(forged({{"x-ms-runtime", {{"keys", "none"}}}})), Errc::DataInvalid);
}

BOOST_AUTO_TEST_CASE(keys_are_read_when_they_are_first_needed) {
    const Enclave enclave;
    BOOST_CHECK_EQUAL(enclave.asked, 0);
    const auto token = enclave.authority->attest(request_of({}));
    REQUIRE_OK(token);
    REQUIRE_OK(enclave.verifier->verify(*token));
    REQUIRE_OK(enclave.verifier->verify(*token));
    BOOST_CHECK_EQUAL(enclave.asked, 1);
}

BOOST_AUTO_TEST_SUITE_END()
