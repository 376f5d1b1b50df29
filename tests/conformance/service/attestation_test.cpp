// What a partition attests of its keys, as a client with a JOSE library reads it.
#include <boost/json.hpp>

#include "conformance/service/service_case.hpp"
#include "crypto/asymmetric.hpp"
#include "crypto/digest.hpp"
#include "crypto/jose.hpp"
#include "crypto/x509.hpp"

KVP11_SERVICE_CASES

namespace {

namespace json = boost::json;

json::object decoded(const std::string& part) {
    const auto bytes = crypto::from_base64url(part);
    REQUIRE_OK(bytes);
    return json::parse(text_of(*bytes)).as_object();
}

/// The payload, once the signature was checked with the first certificate.
json::object checked(const std::string& statement, const KeyAttestation& attestation) {
    const std::size_t first = statement.find('.');
    const std::size_t last = statement.rfind('.');
    BOOST_REQUIRE(first != std::string::npos && first < last);
    const auto certificate = crypto::parse_certificate(bytes_of(attestation.certificates_pem));
    REQUIRE_OK(certificate);
    const json::object header = decoded(statement.substr(0, first));
    BOOST_CHECK_EQUAL(header.at("alg").as_string(), "ES256");
    BOOST_CHECK_EQUAL(header.at("x5t#S256").as_string(), crypto::base64url(certificate->sha256_thumbprint));
    const auto key = crypto::PublicHalf::parse(certificate->key);
    REQUIRE_OK(key);
    const auto verifier = (*key)->verifier({.scheme = SignatureScheme::Ecdsa});
    REQUIRE_OK(verifier);
    const Bytes digest = crypto::hash(Digest::Sha256, bytes_of(statement.substr(0, last)));
    CHECK_OK((*verifier)->verify(digest, crypto::from_base64url(statement.substr(last + 1)).value()));
    return decoded(statement.substr(first + 1, last - first - 1));
}

void check_common(const json::object& said, const KeyRecord& key, const std::string& half) {
    BOOST_CHECK_EQUAL(said.at("iss").as_string(), "kvp11 hsm-sim");
    BOOST_CHECK(said.at("simulation").as_bool());
    BOOST_CHECK(said.at("note").as_string().find("simulated") != json::string::npos);
    BOOST_CHECK_EQUAL(said.at("half").as_string(), half);
    BOOST_CHECK_EQUAL(said.at("key").at("name").as_string(), key.id.name);
    BOOST_CHECK_EQUAL(said.at("key").at("version").as_string(), key.id.version);
    BOOST_CHECK_EQUAL(said.at("created").to_number<std::int64_t>(), key.created);
    BOOST_CHECK_EQUAL(said.at("generated").as_bool(), key.generated);
    BOOST_CHECK(said.contains("iat") && said.at("hsm").as_object().contains("serial"));
}

void check_protection(const json::object& said, const KeyRecord& key) {
    BOOST_CHECK_EQUAL(said.at("sensitive").as_bool(), key.protection.sensitive);
    BOOST_CHECK_EQUAL(said.at("extractable").as_bool(), key.protection.extractable);
    BOOST_CHECK_EQUAL(said.at("exportable").as_bool(), key.exportable);
    BOOST_CHECK(!said.at("destroyed").as_bool());
}

void check_attested(ServiceSubject& subject, const KeyRecord& key) {
    BOOST_TEST_CONTEXT(key.id.name) {
        const auto attestation = subject.keys().attest_key(key.id);
        REQUIRE_OK(attestation);
        const bool is_pair = key.spec.type == KeyType::Rsa || key.spec.type == KeyType::Ec;
        const json::object said = checked(attestation->statement, *attestation);
        check_common(said, key, is_pair ? "private" : "secret");
        check_protection(said, key);
        BOOST_CHECK_EQUAL(attestation->public_statement.empty(), !is_pair);
        if (!is_pair) return;
        const json::object of_public = checked(attestation->public_statement, *attestation);
        check_common(of_public, key, "public");
        BOOST_CHECK(!of_public.contains("sensitive"));
        BOOST_CHECK(of_public.at("jwk") == said.at("jwk"));
        const json::object& jwk = said.at("jwk").as_object();
        if (key.spec.type == KeyType::Rsa) {
            BOOST_CHECK_EQUAL(jwk.at("n").as_string(), crypto::base64url(key.public_key.n));
            BOOST_CHECK_EQUAL(said.at("bits").to_number<unsigned>(), 2048U);
        } else {
            const Bytes x = crypto::from_base64url(std::string(jwk.at("x").as_string())).value();
            BOOST_CHECK(x == Bytes(key.public_key.point.begin() + 1, key.public_key.point.begin() + 33));
            BOOST_CHECK_EQUAL(jwk.at("crv").as_string(), "P-256");
        }
    }
}

}  // namespace

SERVICE(attestation, tells_of_every_key_what_it_is_and_how_it_is_kept) {
    for (const NewKey& wanted : {rsa_pair("rsa"), signing_pair("ec"), aes_key("aes")}) {
        check_attested(subject, made(subject, wanted));
    }
    NewKey open = signing_pair("open");
    open.protection = {.sensitive = false, .extractable = true};
    open.exportable = true;
    check_attested(subject, made(subject, open));
    NewKey from_outside = aes_key("outside");
    from_outside.spec.bits = 0;
    const auto imported = subject.backend().import_key(from_outside, SecretBytes(16));
    REQUIRE_OK(imported);
    BOOST_CHECK(!(*imported)->generated);
    check_attested(subject, **imported);
}

SERVICE(attestation, names_the_version_and_works_for_keys_that_do_not) {
    const KeyRecord first = made(subject, signing_pair("key"));
    const KeyRecord second = made(subject, versioned(signing_pair("key")));
    KeyUpdate update;
    update.enabled = false;
    REQUIRE_OK(subject.backend().update(first.id, update));
    check_attested(subject, first);
    const auto of_latest = subject.keys().attest_key(latest("KEY"));
    REQUIRE_OK(of_latest);
    check_common(checked(of_latest->statement, *of_latest), second, "private");
    CHECK_FAILS(subject.keys().attest_key(latest("none")), Errc::KeyNotFound);
    REQUIRE_OK(subject.keys().remove_key("key"));
    CHECK_FAILS(subject.keys().attest_key(first.id), Errc::KeyNotFound);
}

SERVICE(attestation, is_signed_by_one_key_for_all, .needs = Ability::SecondView) {
    const KeyRecord key = made(subject, signing_pair("key"));
    const auto second = subject.second_view();
    const auto one = subject.keys().attest_key(key.id);
    const auto other = second->keys().attest_key(key.id);
    REQUIRE_OK(one);
    REQUIRE_OK(other);
    BOOST_CHECK_EQUAL(one->certificates_pem, other->certificates_pem);
    const auto stranger = subject.stranger();
    const auto foreign = stranger->keys().attest_key(made(*stranger, signing_pair("key")).id);
    REQUIRE_OK(foreign);
    BOOST_CHECK_NE(one->certificates_pem, foreign->certificates_pem);
}

KVP11_SERVICE_CASES_END
