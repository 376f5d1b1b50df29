// Secure key release: who gets a key, and that it is the key.
#include "conformance/service/service_case.hpp"
#include "crypto/asymmetric.hpp"

KVP11_SERVICE_CASES

namespace {

constexpr const char* authority = "https://attest.example/";
const std::string policy = R"({"version":"1.0.0","anyOf":[{"authority":"https://attest.example",)"
                           R"("allOf":[{"claim":"x-ms-runtime.secure.boot","equals":true}]}]})";
const std::string good_claims = R"({"iss":"https://attest.example/","x-ms-runtime":{"secure":{"boot":true}}})";

/// The other side: it holds the key for which released keys are wrapped.
struct Enclave {
    explicit Enclave(std::uint32_t bits = 2048) {
        auto made = crypto::PrivateHalf::generate({.type = KeyType::Rsa, .bits = bits});
        REQUIRE_OK(made);
        key = *made;
    }
    AttestedEnvironment saying(const std::string& claims, const std::string& who = authority) const {
        return {who, claims, key->public_key()};
    }
    std::shared_ptr<const crypto::PrivateHalf> key;
};

WrapAlgorithm wrapping(Digest digest = Digest::Sha1) {
    return {.scheme = WrapScheme::RsaAesKeyWrap, .digest = digest, .mgf_digest = digest, .label = {}, .iv = {}};
}

NewKey exportable(NewKey key) {
    key.exportable = true;
    key.release_policy.emplace();
    key.release_policy->data = copy_of(bytes_of(policy));
    return key;
}

Result<ReleasedKey> release(ServiceSubject& subject, const KeyId& id, const Enclave& enclave) {
    return subject.keys().release_key(id, enclave.saying(good_claims), wrapping());
}

}  // namespace

SERVICE(release, gives_the_key_to_an_environment_that_fulfils_its_policy) {
    const Enclave enclave;
    for (const Digest digest : {Digest::Sha1, Digest::Sha256, Digest::Sha384}) {
        for (const NewKey& wanted : {rsa_pair("rsa"), signing_pair("ec")}) {
            const KeyRecord key = made(subject, exportable(versioned(wanted)));
            const auto released = subject.keys().release_key(key.id, enclave.saying(good_claims), wrapping(digest));
            REQUIRE_OK(released);
            BOOST_CHECK(same_key(*released->record, key));
            const auto material = enclave.key->unwrap(wrapping(digest), released->ciphertext);
            REQUIRE_OK(material);
            const auto pair = crypto::PrivateHalf::parse(*material);
            REQUIRE_OK(pair);
            BOOST_CHECK((*pair)->public_key() == key.public_key);
        }
    }
    NewKey wanted = exportable(aes_key("aes"));
    wanted.spec.bits = 0;
    const SecretBytes value = SecretBytes::copy_of(bytes_of("0123456789abcdef0123456789ABCDEF"));
    const auto imported = subject.backend().import_key(wanted, value);
    REQUIRE_OK(imported);
    const auto released = release(subject, (*imported)->id, enclave);
    REQUIRE_OK(released);
    const auto material = enclave.key->unwrap(wrapping(), released->ciphertext);
    REQUIRE_OK(material);
    BOOST_CHECK(material->equals(value));
}

SERVICE(release, gives_each_version_and_without_one_the_latest) {
    const Enclave enclave;
    const KeyRecord first = made(subject, exportable(signing_pair("key")));
    const KeyRecord second = made(subject, exportable(versioned(signing_pair("key"))));
    BOOST_CHECK(release(subject, first.id, enclave)->record->id == first.id);
    BOOST_CHECK(release(subject, latest("key"), enclave)->record->id == second.id);
    CHECK_FAILS(release(subject, {"key", std::string(32, '0')}, enclave), Errc::KeyNotFound);
    CHECK_FAILS(release(subject, latest("none"), enclave), Errc::KeyNotFound);
    REQUIRE_OK(subject.keys().remove_key("key"));
    CHECK_FAILS(release(subject, first.id, enclave), Errc::KeyNotFound);
}

SERVICE(release, is_refused_to_everybody_else) {
    const Enclave enclave;
    const KeyId id = made(subject, exportable(signing_pair("key"))).id;
    for (const char* claims : {"", "[]", "{}", "no json", R"({"x-ms-runtime":{"secure":{"boot":false}}})",
                               R"({"x-ms-runtime":{"secure":{"boot":"true"}}})", R"({"x-ms-runtime.secure.boot":true})",
                               R"({"x-ms-runtime":{"secure":true}})", R"({"secure":{"boot":true}})"}) {
        BOOST_TEST_CONTEXT(claims) {
            CHECK_FAILS(subject.keys().release_key(id, enclave.saying(claims), wrapping()), Errc::AccessDenied);
        }
    }
    for (const char* who : {"", "https://attest.example.org", "http://attest.example", "https://attest.example//"}) {
        BOOST_TEST_CONTEXT(who) {
            CHECK_FAILS(subject.keys().release_key(id, enclave.saying(good_claims, who), wrapping()),
                        Errc::AccessDenied);
        }
    }
    CHECK_OK(release(subject, id, enclave));
}

SERVICE(release, is_for_exportable_keys_that_have_a_policy) {
    const Enclave enclave;
    CHECK_FAILS(release(subject, made(subject, signing_pair("kept")).id, enclave), Errc::KeyUnextractable);
    NewKey extractable = signing_pair("extractable");
    extractable.protection = {.sensitive = false, .extractable = true};
    CHECK_FAILS(release(subject, made(subject, extractable).id, enclave), Errc::KeyUnextractable);
    NewKey without = signing_pair("without");
    without.exportable = true;
    CHECK_FAILS(release(subject, made(subject, without).id, enclave), Errc::KeyUnextractable);
}

SERVICE(release, wraps_by_one_scheme_for_an_rsa_key_that_is_long_enough) {
    const KeyId id = made(subject, exportable(signing_pair("key"))).id;
    const Enclave enclave;
    for (const WrapScheme scheme : {WrapScheme::RsaOaep, WrapScheme::RsaPkcs1, WrapScheme::AesKwp}) {
        WrapAlgorithm other = wrapping();
        other.scheme = scheme;
        CHECK_FAILS(subject.keys().release_key(id, enclave.saying(good_claims), other), Errc::MechanismParamInvalid);
    }
    CHECK_FAILS(release(subject, id, Enclave(1024)), Errc::PublicKeyInvalid);
    AttestedEnvironment environment = enclave.saying(good_claims);
    environment.recipient = (*crypto::PrivateHalf::generate({.type = KeyType::Ec}))->public_key();
    CHECK_FAILS(subject.keys().release_key(id, environment, wrapping()), Errc::PublicKeyInvalid);
    environment.recipient = {};
    BOOST_CHECK(!subject.keys().release_key(id, environment, wrapping()).ok());
}

SERVICE(release, goes_on_outside_the_keys_time_and_not_when_it_is_disabled, .needs = Ability::Clock) {
    const Enclave enclave;
    NewKey wanted = exportable(signing_pair("key"));
    wanted.not_before = subject.clock().now() + day;
    wanted.expires = subject.clock().now() + 2 * day;
    const KeyId id = made(subject, wanted).id;
    CHECK_OK(release(subject, id, enclave));
    subject.clock().advance(10 * day);
    CHECK_OK(release(subject, id, enclave));
    KeyUpdate update;
    update.enabled = false;
    REQUIRE_OK(subject.backend().update(id, update));
    CHECK_FAILS(release(subject, id, enclave), Errc::KeyDisabled);
}

KVP11_SERVICE_CASES_END
