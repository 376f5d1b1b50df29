// RSA and EC keys of the service in use: each signature is checked with the public half by this process's OpenSSL.
#include "remote_case.hpp"

namespace kvp11::test {
namespace {

constexpr SignatureAlgorithm pkcs1(Digest digest) { return {SignatureScheme::RsaPkcs1, digest, digest}; }
constexpr SignatureAlgorithm pss(Digest digest) {
    return {SignatureScheme::RsaPss, digest, digest, digest_size(digest)};
}
constexpr SignatureAlgorithm digest_info{SignatureScheme::RsaPkcs1DigestInfo};
constexpr SignatureAlgorithm ecdsa{SignatureScheme::Ecdsa};

Bytes digest_info_of(Digest digest, ByteView hash) {
    const Bytes head = digest == Digest::Sha256   ? from_hex("3031300d060960864801650304020105000420")
                       : digest == Digest::Sha384 ? from_hex("3041300d060960864801650304020205000430")
                                                  : from_hex("3051300d060960864801650304020305000440");
    return head + copy_of(hash);
}

CipherAlgorithm oaep(Digest digest, Digest mgf, Bytes label = {}) {
    return {.scheme = CipherScheme::RsaOaep, .digest = digest, .mgf_digest = mgf, .iv = {}, .aad = std::move(label)};
}

BOOST_AUTO_TEST_SUITE(key_use)

BOOST_AUTO_TEST_CASE(rsa_signs_what_the_service_has_words_for) {
    RemoteCase remote;
    const KeyRecord key = remote.made(rsa_key("web"));
    const auto opened = remote.opened(key.id);
    for (const Digest digest : {Digest::Sha256, Digest::Sha384, Digest::Sha512}) {
        const Bytes hash = crypto::hash(digest, bytes_of("message"));
        for (const SignatureAlgorithm& algorithm : {pkcs1(digest), pss(digest)}) {
            const auto signature = signature_by(*opened, algorithm, hash);
            REQUIRE_OK(signature);
            CHECK_OK(verified(key, algorithm, hash, *signature));
        }
        const auto signature = signature_by(*opened, digest_info, digest_info_of(digest, hash));
        REQUIRE_OK(signature);
        CHECK_OK(verified(key, pkcs1(digest), hash, *signature));
    }
}

BOOST_AUTO_TEST_CASE(a_signer_signs_again_and_again) {
    RemoteCase remote;
    const KeyRecord key = remote.made(ec_key("web"));
    const auto signer = remote.opened(key.id)->signer(ecdsa);
    REQUIRE_OK(signer);
    Bytes signature((*signer)->size());
    for (int i = 0; i < 3; ++i) {
        const Bytes hash = crypto::hash(Digest::Sha256, bytes_of(std::to_string(i)));
        REQUIRE_OK((*signer)->sign(hash, signature));
        CHECK_OK(verified(key, ecdsa, hash, signature));
    }
}

BOOST_AUTO_TEST_CASE(every_curve_signs_digests_of_any_length) {
    RemoteCase remote;
    for (const Curve curve : {Curve::P256, Curve::P384, Curve::P521, Curve::P256K}) {
        const KeyRecord key = remote.made(ec_key("curve-" + std::to_string(static_cast<int>(curve)), curve));
        const auto opened = remote.opened(key.id);
        for (const std::size_t size : {1U, 20U, 28U, 32U, 48U, 64U}) {
            const Bytes hash = pattern(size);
            const auto signature = signature_by(*opened, ecdsa, hash);
            REQUIRE_OK(signature);
            BOOST_TEST(signature->size() == 2 * curve_size(curve));
            CHECK_OK(verified(key, ecdsa, hash, *signature));
        }
    }
}

BOOST_AUTO_TEST_CASE(what_the_service_cannot_sign_is_refused_when_it_is_prepared) {
    RemoteCase remote;
    const auto rsa = remote.opened(remote.made(rsa_key("rsa")).id);
    const auto ec = remote.opened(remote.made(ec_key("ec")).id);
    remote.hsm.exchanges();
    CHECK_FAILS(rsa->signer({SignatureScheme::RsaRaw}), Errc::MechanismParamInvalid);
    CHECK_FAILS(rsa->signer(pkcs1(Digest::Sha1)), Errc::AlgorithmNotSupported);
    CHECK_FAILS(rsa->signer(pss(Digest::Sha1)), Errc::MechanismParamInvalid);
    CHECK_FAILS(rsa->signer({SignatureScheme::RsaPss, Digest::Sha256, Digest::Sha256, 20}),
                Errc::MechanismParamInvalid);
    CHECK_FAILS(rsa->signer({SignatureScheme::RsaPss, Digest::Sha256, Digest::Sha1, 32}), Errc::MechanismParamInvalid);
    CHECK_FAILS(rsa->signer(ecdsa), Errc::KeyTypeInconsistent);
    CHECK_FAILS(ec->signer(pkcs1(Digest::Sha256)), Errc::KeyTypeInconsistent);
    CHECK_FAILS(ec->agree({}), Errc::KeyFunctionNotPermitted);
    BOOST_TEST(remote.hsm.exchanges().empty());
}

BOOST_AUTO_TEST_CASE(only_digest_infos_that_the_service_makes_itself_are_signed) {
    RemoteCase remote;
    const auto rsa = remote.opened(remote.made(rsa_key("rsa")).id);
    remote.hsm.exchanges();
    const Bytes hash = crypto::hash(Digest::Sha256, bytes_of("m"));
    const Bytes sha1 = from_hex("3021300906052b0e03021a05000414") + crypto::hash(Digest::Sha1, bytes_of("m"));
    Bytes without_null = digest_info_of(Digest::Sha256, hash);
    without_null[15] = 6;
    for (const Bytes& input : {hash, sha1, without_null, digest_info_of(Digest::Sha256, hash) + Bytes{0}, Bytes{}}) {
        CHECK_FAILS(signature_by(*rsa, digest_info, input), Errc::DataInvalid);
    }
    CHECK_FAILS(signature_by(*rsa, pkcs1(Digest::Sha256), pattern(20)), Errc::DataLenRange);
    BOOST_TEST(remote.hsm.exchanges().empty());
}

BOOST_AUTO_TEST_CASE(rsa_decrypts_what_was_encrypted_here) {
    RemoteCase remote;
    const auto key = remote.opened(remote.made(rsa_key("rsa")).id);
    const CipherAlgorithm algorithms[] = {{.scheme = CipherScheme::RsaPkcs1, .iv = {}, .aad = {}},
                                          oaep(Digest::Sha1, Digest::Sha1),
                                          oaep(Digest::Sha256, Digest::Sha256)};
    for (const CipherAlgorithm& algorithm : algorithms) {
        remote.hsm.exchanges();
        const auto encryptor = key->encryptor(algorithm);
        REQUIRE_OK(encryptor);
        const auto encrypted = run(**encryptor, pattern(40));
        REQUIRE_OK(encrypted);
        BOOST_TEST(remote.hsm.exchanges().empty());
        const auto decryptor = key->decryptor(algorithm);
        REQUIRE_OK(decryptor);
        const auto plain = run(**decryptor, *encrypted);
        REQUIRE_OK(plain);
        BOOST_TEST(to_hex(*plain) == to_hex(pattern(40)));
        REQUIRE_OK((*decryptor)->start(algorithm));
        CHECK_FAILS(run(**decryptor, ByteView(*encrypted).first(255)), Errc::EncryptedDataLenRange);
    }
    const auto damaged = key->decryptor(oaep(Digest::Sha256, Digest::Sha256));
    REQUIRE_OK(damaged);
    CHECK_FAILS(run(**damaged, pattern(256)), Errc::EncryptedDataInvalid);
}

BOOST_AUTO_TEST_CASE(what_the_service_cannot_decrypt_is_refused_when_it_is_prepared) {
    RemoteCase remote;
    const auto key = remote.opened(remote.made(rsa_key("rsa")).id);
    CHECK_FAILS(key->decryptor({.scheme = CipherScheme::RsaRaw, .iv = {}, .aad = {}}), Errc::MechanismParamInvalid);
    CHECK_FAILS(key->decryptor(oaep(Digest::Sha384, Digest::Sha384)), Errc::MechanismParamInvalid);
    CHECK_FAILS(key->decryptor(oaep(Digest::Sha256, Digest::Sha1)), Errc::MechanismParamInvalid);
    CHECK_FAILS(key->decryptor(oaep(Digest::Sha256, Digest::Sha256, {1})), Errc::MechanismParamInvalid);
    CHECK_FAILS(key->decryptor({.scheme = CipherScheme::AesCbc, .iv = Bytes(16), .aad = {}}),
                Errc::KeyTypeInconsistent);
}

BOOST_AUTO_TEST_CASE(rsa_unwraps_what_was_wrapped_here) {
    RemoteCase remote;
    const auto key = remote.opened(remote.made(rsa_key("rsa")).id);
    for (const WrapScheme scheme : {WrapScheme::RsaPkcs1, WrapScheme::RsaOaep, WrapScheme::RsaAesKeyWrap}) {
        for (const Digest digest : {Digest::Sha1, Digest::Sha256}) {
            const WrapAlgorithm algorithm{
                .scheme = scheme, .digest = digest, .mgf_digest = digest, .label = {}, .iv = {}};
            const SecretBytes material = secret(pattern(32));
            const auto wrapped = key->wrap(algorithm, material);
            REQUIRE_OK(wrapped);
            const auto back = key->unwrap(algorithm, *wrapped);
            REQUIRE_OK(back);
            BOOST_TEST(back->equals(material));
            CHECK_FAILS(key->unwrap(algorithm, ByteView(*wrapped).first(200)), Errc::EncryptedDataLenRange);
        }
    }
}

BOOST_AUTO_TEST_CASE(nothing_of_a_key_comes_out) {
    RemoteCase remote;
    for (const NewKey& wanted : {ec_key("pair"), aes_key("secret")}) {
        const auto key = remote.opened(remote.made(wanted).id);
        CHECK_FAILS(key->expose_material(MaterialUse::Reveal), Errc::AttributeSensitive);
        CHECK_FAILS(key->expose_material(MaterialUse::Wrap), Errc::KeyUnextractable);
        CHECK_FAILS(key->expose_material(MaterialUse::Copy), Errc::ActionProhibited);
    }
}

BOOST_AUTO_TEST_CASE(a_rotation_does_not_change_the_key_under_an_open_handle) {
    RemoteCase remote;
    const KeyRecord first = remote.made(ec_key("turning"));
    const auto key = remote.opened(first.id);
    const auto signer = key->signer(ecdsa);
    REQUIRE_OK(signer);
    remote.hsm.ask("POST", "/keys/turning/create", R"({"kty":"EC-HSM"})");
    const Bytes hash = pattern(32);
    Bytes signature((*signer)->size());
    REQUIRE_OK((*signer)->sign(hash, signature));
    CHECK_OK(verified(first, ecdsa, hash, signature));
    const auto again = signature_by(*remote.opened(first.id), ecdsa, hash);
    REQUIRE_OK(again);
    CHECK_OK(verified(first, ecdsa, hash, *again));
    for (const Exchange& exchange : remote.hsm.exchanges()) {
        if (exchange.operation != "KeySign") continue;
        BOOST_TEST(exchange.target.starts_with("/keys/turning/" + first.id.version + "/sign?"));
    }
}

BOOST_AUTO_TEST_CASE(a_disabled_key_is_refused_and_taken_again_when_it_is_enabled) {
    RemoteCase remote;
    const KeyRecord made = remote.made(ec_key("switched"));
    const auto key = remote.opened(made.id);
    const auto signer = key->signer(ecdsa);
    REQUIRE_OK(signer);
    remote.hsm.ask("PATCH", "/keys/switched", R"({"attributes":{"enabled":false}})");
    Bytes signature(64);
    CHECK_FAILS((*signer)->sign(pattern(32), signature), Errc::KeyDisabled);
    CHECK_FAILS(remote.opened(made.id)->signer(ecdsa), Errc::KeyDisabled);
    remote.hsm.ask("PATCH", "/keys/switched", R"({"attributes":{"enabled":true}})");
    CHECK_OK(signature_by(*remote.opened(made.id), ecdsa, pattern(32)));
}

BOOST_AUTO_TEST_CASE(outside_its_time_a_key_does_not_sign) {
    RemoteCase remote;
    NewKey early = ec_key("early");
    early.not_before = 4'000'000'000;
    NewKey late = ec_key("late");
    late.expires = 1'000'000'000;
    CHECK_FAILS(remote.opened(remote.made(early).id)->signer(ecdsa), Errc::KeyNotYetValid);
    const KeyRecord expired = remote.made(late);
    CHECK_FAILS(remote.opened(expired.id)->signer(ecdsa), Errc::KeyExpired);
    CHECK_OK(remote.opened(expired.id)->verifier(ecdsa));
}

BOOST_AUTO_TEST_CASE(an_operation_that_key_ops_lacks_is_refused) {
    RemoteCase remote;
    const KeyRecord key = remote.foreign("reader", R"({"kty":"EC-HSM","key_ops":["verify"]})");
    CHECK_FAILS(remote.opened(key.id)->signer(ecdsa), Errc::KeyFunctionNotPermitted);
    CHECK_OK(remote.opened(key.id)->verifier(ecdsa));
}

BOOST_AUTO_TEST_CASE(a_key_that_was_deleted_elsewhere_is_gone) {
    RemoteCase remote;
    const auto key = remote.opened(remote.made(ec_key("going")).id);
    remote.hsm.ask("DELETE", "/keys/going");
    CHECK_FAILS(signature_by(*key, ecdsa, pattern(32)), Errc::KeyHandleInvalid);
    CHECK_FAILS(remote.backend->key_record(key->record().id), Errc::KeyNotFound);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::test
