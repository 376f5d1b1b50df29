// POST …/release: who gets the key, how it is wrapped, and the JWS that it comes in.
#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include "crypto/asymmetric.hpp"
#include "crypto/jose.hpp"
#include "crypto/x509.hpp"
#include "key_case.hpp"
#include "support/bytes.hpp"

using namespace kvp11;
using namespace kvp11::test;
namespace json = boost::json;

namespace {

constexpr std::string_view policy =
    R"({"anyOf":[{"allOf":[{"claim":"sdk-test","equals":"true"}],"authority":"https://attest.localhost/"}],"version":"1.0.0"})";

// Knows two environments; what tokens are checked for is identity's matter.
class TwoEnvironments final : public identity::AttestationVerifier {
public:
    TwoEnvironments() : key_(*crypto::PrivateHalf::generate({.type = KeyType::Rsa, .bits = 2048})) {}
    const crypto::PrivateHalf& key() const { return *key_; }

private:
    Result<identity::Attestation> verify(std::string_view target) override {
        if (target == "not.a.token") return fail(Errc::DataInvalid, "the target is no token");
        if (target == "of.a.stranger") return fail(Errc::AccessDenied, "the authority is not trusted here");
        identity::Attestation attestation;
        attestation.environment.authority = "https://attest.localhost/";
        attestation.environment.claims = target == "fits" ? R"({"sdk-test":"true"})" : R"({"sdk-test":"false"})";
        attestation.environment.recipient = key_->public_key();
        attestation.recipient_id = "their-key";
        return attestation;
    }
    std::shared_ptr<const crypto::PrivateHalf> key_;
};

struct Case {
    ServiceCase hsm;
    TwoEnvironments environments;

    Case() {
        hsm.site().attestation = &environments;
        const std::string id = "00000000-0000-4000-9000-0000000000aa";
        BOOST_REQUIRE(
            hsm.partition().assign_role({id, ServiceCase::object_id("user"), access::role_id::release_user, "/"}).ok());
    }
    json::value make(const std::string& name, const std::string& kind) {
        return make_key(hsm, name,
                        "{" + kind + R"(,"attributes":{"exportable":true},"release_policy":{"data":")" +
                            base64(bytes_of(policy)) + R"("}})");
    }
    Answer release(const std::string& key, const std::string& body, const std::string& token = "user") {
        return hsm.post("/keys/" + key + "/release", body, token);
    }
};

json::value decoded(std::string_view part) { return json::parse(std::string(text_of(unbase64(part)))); }

}  // namespace

BOOST_AUTO_TEST_SUITE(key_release)

BOOST_AUTO_TEST_CASE(a_released_key_comes_in_a_jws_that_its_chain_verifies) {
    Case test;
    const json::value made = test.make("k", R"("kty":"oct","key_size":256)");
    const Answer answer = test.release("k/", R"({"target":"fits","nonce":"n1"})");
    BOOST_REQUIRE_MESSAGE(answer.status == 200U, answer.text);
    const std::string jws = text_at(answer.json(), "value");
    const std::size_t first = jws.find('.');
    const std::size_t second = jws.find('.', first + 1);
    const json::value header = decoded(std::string_view(jws).substr(0, first));
    const json::value payload = decoded(std::string_view(jws).substr(first + 1, second - first - 1));
    BOOST_TEST(text_at(header, "alg") == "RS256");
    BOOST_TEST(text_at(header, "kid") == text_at(header, "x5t#S256"));
    const std::string pem = "-----BEGIN CERTIFICATE-----\n" + std::string(header.at("x5c").at(0).as_string()) +
                            "\n-----END CERTIFICATE-----\n";
    const auto certificate = crypto::parse_certificate(bytes_of(pem));
    BOOST_REQUIRE(certificate.ok());
    BOOST_TEST(base64(certificate->sha256_thumbprint) == text_at(header, "kid"));
    const json::value signer{{"kty", "RSA"}, {"n", base64(certificate->key.n)}, {"e", base64(certificate->key.e)}};
    BOOST_TEST(openssl_verifies(signer, "RS256", jws.substr(0, second), unbase64(jws.substr(second + 1))));

    const json::value& request = payload.at("request");
    BOOST_TEST(json::serialize(request) == R"({"api-version":"7.4","enc":"CKM_RSA_AES_KEY_WRAP","kid":")" +
                                               std::string(ServiceCase::base_url) + R"(/keys/k","nonce":"n1"})");
    const json::value& key = payload.at("response").at("key");
    BOOST_TEST(text_at(key.at("key"), "kty") == "oct");
    BOOST_TEST(text_at(key.at("key"), "kid") == text_at(made.at("key"), "kid"));
    BOOST_TEST(key.at("attributes").at("exportable").as_bool());
    BOOST_TEST(text_of(unbase64(text_at(key.at("release_policy"), "data"))) == policy);
    const json::value wrapped = decoded(text_at(key.at("key"), "key_hsm"));
    BOOST_TEST(text_at(wrapped, "schema_version") == "1.0");
    BOOST_TEST(json::serialize(wrapped.at("header")) ==
               R"({"alg":"dir","enc":"CKM_RSA_AES_KEY_WRAP","kid":"their-key"})");
    WrapAlgorithm wrapping{};
    wrapping.scheme = WrapScheme::RsaAesKeyWrap;
    const auto material = test.environments.key().unwrap(wrapping, unbase64(text_at(wrapped, "ciphertext")));
    BOOST_REQUIRE(material.ok());
    BOOST_TEST(material->size() == 32U);
    // It is the key itself: what it wraps, the HSM unwraps.
    const Bytes plain = pattern(32);
    import_jwk(test.hsm, "copy", R"({"kty":"oct","k":")" + base64(material->expose_bytes()) + R"("})");
    const Bytes secret = result_of(test.hsm, "copy", "wrapkey", use_body("A256KW", plain));
    BOOST_TEST((result_of(test.hsm, "k", "unwrapkey", use_body("A256KW", secret)) == plain));
}

BOOST_AUTO_TEST_CASE(pairs_are_released_as_keys_of_no_hsm) {
    Case test;
    for (const auto& [kind, kty] : {std::pair(R"("kty":"RSA")", "RSA"), std::pair(R"("kty":"EC")", "EC")}) {
        const std::string version = version_of(test.make(kty, kind));
        for (const char* enc : {"CKM_RSA_AES_KEY_WRAP", "RSA_AES_KEY_WRAP_256", "RSA_AES_KEY_WRAP_384"}) {
            const Answer answer = test.release(std::string(kty) + "/" + version,
                                               R"({"target":"fits","enc":")" + std::string(enc) + R"("})");
            BOOST_REQUIRE_MESSAGE(answer.status == 200U, answer.text);
            const std::string jws = text_at(answer.json(), "value");
            const std::size_t dot = jws.find('.');
            const json::value payload = decoded(std::string_view(jws).substr(dot + 1, jws.rfind('.') - dot - 1));
            BOOST_TEST(text_at(payload.at("request"), "kid").ends_with(version));
            BOOST_TEST(text_at(payload.at("request"), "enc") == enc);
            BOOST_TEST(text_at(payload.at("response").at("key").at("key"), "kty") == kty);
        }
    }
}

BOOST_AUTO_TEST_CASE(who_or_what_does_not_fit_gets_nothing) {
    Case test;
    test.make("k", R"("kty":"EC")");
    make_key(test.hsm, "kept", R"({"kty":"EC"})");
    const auto status = [&](const std::string& key, const std::string& body, const std::string& token = "user") {
        const Answer answer = test.release(key, body, token);
        BOOST_TEST(answer.json().as_object().contains("error"));
        return answer.status;
    };
    BOOST_TEST(status("k", R"({"target":"does-not-fit"})") == 403U);
    BOOST_TEST(status("k", R"({"target":"of.a.stranger"})") == 403U);
    BOOST_TEST(status("k", R"({"target":"not.a.token"})") == 400U);
    BOOST_TEST(status("k", R"({"target":"fits","enc":"ROT13"})") == 400U);
    BOOST_TEST(status("k", "{}") == 400U);
    BOOST_TEST(status("kept", R"({"target":"fits"})") == 403U);
    BOOST_TEST(status("none", R"({"target":"fits"})") == 404U);
    for (const char* target : {"fits", "not.a.token", "of.a.stranger"}) {
        BOOST_TEST(status("k", R"({"target":")" + std::string(target) + R"("})", "nobody") == 403U);
    }
    test.hsm.site().attestation = nullptr;
    BOOST_TEST(status("k", R"({"target":"fits"})") == 403U);
}

BOOST_AUTO_TEST_SUITE_END()
