// A partition in mode Approved: what it makes, takes in, lists and lets its keys do.
#include "crypto/digest.hpp"
#include "crypto/key_material.hpp"
#include "fips/error_state.hpp"
#include "partition/partition_core.hpp"
#include "workplace.hpp"

namespace kvp11::partition {
namespace {

using namespace kvp11::test;

std::unique_ptr<Partition> partition_in(fips::Mode mode) {
    PartitionSettings settings;
    settings.mode = mode;
    return Partition::in_memory(settings).value();
}

struct Approved {
    std::unique_ptr<Partition> token = partition_in(fips::Mode::Approved);

    std::shared_ptr<const Key> made(const NewKey& wanted) const {
        const auto record = token->generate(wanted);
        REQUIRE_OK(record);
        return token->open((*record)->id).value();
    }
};

NewKey key_for(KeyType type, std::uint32_t bits, KeyOps operations, Curve curve = Curve::P256) {
    NewKey key = new_key(type, bits, "approved");
    key.spec.curve = curve;
    key.ops = operations;
    return key;
}

constexpr KeyOps signing = KeyOps::Sign | KeyOps::Verify;

}  // namespace

BOOST_FIXTURE_TEST_SUITE(approved_partition, Approved)

BOOST_AUTO_TEST_CASE(keys_outside_the_policy_are_not_made) {
    CHECK_FAILS(token->generate(key_for(KeyType::Ec, 0, signing, Curve::P256K)), Errc::CurveNotSupported);
    CHECK_FAILS(token->generate(key_for(KeyType::GenericSecret, 104, signing)), Errc::KeySizeRange);
    NewKey exponent = key_for(KeyType::Rsa, 2048, signing);
    exponent.spec.public_exponent = 3;
    CHECK_FAILS(token->generate(exponent), Errc::KeySizeRange);
    CHECK_OK(token->generate(key_for(KeyType::Rsa, 2048, signing)));
    CHECK_OK(token->generate(key_for(KeyType::Ec, 0, signing, Curve::P521)));
    CHECK_OK(token->generate(key_for(KeyType::Aes, 192, KeyOps::Encrypt | KeyOps::Decrypt)));
}

BOOST_AUTO_TEST_CASE(keys_outside_the_policy_are_not_taken_in) {
    const auto k1 = crypto::pack_ec(Curve::P256K, SecretBytes::copy_of(Bytes(32, 5))).value();
    CHECK_FAILS(token->import_key(key_for(KeyType::Ec, 0, signing), k1), Errc::CurveNotSupported);
    CHECK_FAILS(token->import_key(key_for(KeyType::GenericSecret, 0, signing), SecretBytes(13)), Errc::KeySizeRange);
    CHECK_OK(token->import_key(key_for(KeyType::GenericSecret, 0, signing), SecretBytes(14)));
}

BOOST_AUTO_TEST_CASE(no_key_may_wrap_and_decrypt_now_or_later) {
    constexpr KeyOps both = KeyOps::Wrap | KeyOps::Decrypt;
    CHECK_FAILS(token->generate(key_for(KeyType::Aes, 256, both)), Errc::TemplateInconsistent);
    CHECK_FAILS(token->import_key(key_for(KeyType::Aes, 0, both), SecretBytes(32)), Errc::TemplateInconsistent);
    const auto key = made(key_for(KeyType::Aes, 256, KeyOps::Wrap | KeyOps::Unwrap));
    KeyUpdate update;
    update.ops = KeyOps::Wrap | KeyOps::Unwrap | KeyOps::Decrypt;
    CHECK_FAILS(token->update(key->record().id, update), Errc::TemplateInconsistent);
    update.ops = KeyOps::Wrap;
    CHECK_OK(token->update(key->record().id, update));
    update.ops = KeyOps::Decrypt;
    CHECK_FAILS(token->update(key->record().id, update), Errc::TemplateInconsistent);
}

BOOST_AUTO_TEST_CASE(keys_refuse_what_the_policy_does_not_approve) {
    const auto rsa = made(key_for(KeyType::Rsa, 2048, signing));
    CHECK_FAILS(rsa->signer({SignatureScheme::RsaPkcs1, Digest::Sha1}), Errc::MechanismParamInvalid);
    CHECK_OK(rsa->verifier({SignatureScheme::RsaPkcs1, Digest::Sha1}));
    CHECK_FAILS(rsa->signer({SignatureScheme::RsaRaw}), Errc::MechanismInvalid);
    const auto signer = rsa->signer({SignatureScheme::RsaPkcs1DigestInfo});
    REQUIRE_OK(signer);
    Bytes signature(256);
    CHECK_FAILS((*signer)->sign(Bytes(32), signature), Errc::DataInvalid);
    const auto aes = made(key_for(KeyType::Aes, 256, KeyOps::Encrypt | KeyOps::Decrypt));
    const CipherAlgorithm gcm{.scheme = CipherScheme::AesGcm, .iv = Bytes(12), .aad = {}};
    CHECK_FAILS(aes->encryptor(gcm), Errc::MechanismParamInvalid);
    CHECK_OK(aes->decryptor(gcm));
}

BOOST_AUTO_TEST_CASE(it_lists_what_some_key_could_do) {
    BOOST_CHECK(token->approved_only());
    BOOST_CHECK(!token->supports({SignatureScheme::RsaRaw}, KeyType::Rsa, false));
    BOOST_CHECK(token->supports({SignatureScheme::RsaPkcs1DigestInfo}, KeyType::Rsa, false));
    BOOST_CHECK(!token->supports(CipherScheme::RsaPkcs1, KeyType::Rsa, true));
    BOOST_CHECK(!token->supports(WrapScheme::AesCbcPad, KeyType::Aes));
    const auto all = partition_in(fips::Mode::All);
    BOOST_CHECK(!all->approved_only());
    BOOST_CHECK(all->supports({SignatureScheme::RsaRaw}, KeyType::Rsa, false));
}

BOOST_AUTO_TEST_CASE(the_indicator_is_the_policys_in_every_mode) {
    const auto all = partition_in(fips::Mode::All);
    const auto record = all->generate(key_for(KeyType::Ec, 0, signing, Curve::P256K));
    REQUIRE_OK(record);
    BOOST_CHECK(!all->generation_is_approved((*record)->spec));
    const auto key = all->open((*record)->id).value();
    BOOST_CHECK(!key->is_approved(SignatureAlgorithm{SignatureScheme::Ecdsa}, false));
    CHECK_OK(key->signer({SignatureScheme::Ecdsa}));
}

// What the service's own algorithm for releases does, RSA-OAEP with SHA-1 and AES-KWP, is a row of the policy.
BOOST_AUTO_TEST_CASE(keys_are_released_to_keys_of_the_policy) {
    const auto here = partition_in(fips::Mode::Approved);
    NewKey wanted = key_for(KeyType::Ec, 0, signing);
    wanted.exportable = true;
    wanted.release_policy.emplace();
    wanted.release_policy->data = copy_of(
        bytes_of(R"({"version":"1.0.0","anyOf":[{"authority":"https://a","anyOf":[{"claim":"c","equals":1}]}]})"));
    const auto record = here->generate(wanted);
    REQUIRE_OK(record);
    const auto release_to = [&](const KeySpec& recipient) {
        AttestedEnvironment environment{"https://a", R"({"c":1})", {}};
        environment.recipient = (*crypto::PrivateHalf::generate(recipient))->public_key();
        return here->release_key((*record)->id, environment,
                                 {.scheme = WrapScheme::RsaAesKeyWrap, .label = {}, .iv = {}});
    };
    CHECK_OK(release_to({.type = KeyType::Rsa, .bits = 2048}));
    CHECK_FAILS(release_to({.type = KeyType::Rsa, .bits = 2048, .public_exponent = 3}), Errc::KeySizeRange);
}

BOOST_AUTO_TEST_CASE(gcm_encrypts_with_an_iv_made_inside) {
    const auto here = partition_in(fips::Mode::Approved);
    const auto record = here->generate(key_for(KeyType::Aes, 256, KeyOps::Encrypt | KeyOps::Decrypt));
    REQUIRE_OK(record);
    const auto key = here->open((*record)->id).value();
    CipherAlgorithm algorithm{.scheme = CipherScheme::AesGcm, .iv = Bytes(12), .aad = {}};
    CHECK_FAILS(key->encryptor(algorithm), Errc::MechanismParamInvalid);
    CipherAlgorithm inside{.scheme = CipherScheme::AesGcm, .iv = {}, .aad = {}, .iv_inside = true};
    const auto cipher = key->encryptor(inside);
    REQUIRE_OK(cipher);
    BOOST_CHECK_EQUAL((*cipher)->made_iv().size(), 12U);
    CHECK_FAILS((*cipher)->start(algorithm), Errc::MechanismParamInvalid);
}

BOOST_AUTO_TEST_CASE(gcm_wraps_with_an_iv_made_inside_and_gmac_only_verifies) {
    const auto wrapping = made(key_for(KeyType::Aes, 256, KeyOps::Wrap | KeyOps::Unwrap));
    const SecretBytes material(32);
    WrapAlgorithm algorithm{.scheme = WrapScheme::AesGcm, .label = {}, .iv = Bytes(12, 1)};
    CHECK_FAILS(wrapping->wrap(algorithm, material), Errc::MechanismParamInvalid);
    BOOST_CHECK(!wrapping->is_approved(algorithm, false));
    algorithm.iv.clear();
    algorithm.iv_inside = true;
    const auto wrapped = wrapping->wrap(algorithm, material);
    REQUIRE_OK(wrapped);
    BOOST_CHECK(wrapping->is_approved(algorithm, false));
    const WrapAlgorithm opening{
        .scheme = WrapScheme::AesGcm, .label = {}, .iv = Bytes(wrapped->begin(), wrapped->begin() + gcm_made_iv)};
    const auto back = wrapping->unwrap(opening, ByteView(*wrapped).subspan(gcm_made_iv));
    REQUIRE_OK(back);
    BOOST_CHECK(back->equals(material));
    algorithm.tag_length = 8;
    CHECK_FAILS(wrapping->wrap(algorithm, material), Errc::MechanismParamInvalid);

    const auto signing_key = made(key_for(KeyType::Aes, 256, signing));
    SignatureAlgorithm gmac{.scheme = SignatureScheme::AesGmac};
    gmac.iv.size = 12;
    CHECK_FAILS(signing_key->mac(gmac, false), Errc::MechanismParamInvalid);
    CHECK_OK(signing_key->mac(gmac, true));
}

BOOST_AUTO_TEST_CASE(a_folder_in_this_mode_works) {
    const TemporaryFolder folder;
    PartitionSettings settings;
    settings.path = folder.path();
    settings.kdf_cost = least_kdf_cost;
    settings.mode = fips::Mode::Approved;
    const auto here = Partition::open(settings).value();
    CHECK_OK(here->initialise(pin(so_pin), "approved"));
    CHECK_OK(here->login(Role::SecurityOfficer, pin(so_pin)));
    CHECK_OK(here->initialise_user_pin(pin(user_pin)));
    CHECK_OK(here->logout());
    CHECK_OK(here->login(Role::User, pin(user_pin)));
    const auto record = here->generate(key_for(KeyType::Ec, 0, signing));
    REQUIRE_OK(record);
    check_signs(*here, (*record)->id);
    const auto summary = here->summary();
    REQUIRE_OK(summary);
    BOOST_CHECK(summary->integrity.outcome == fips::Integrity::Matches);
    BOOST_CHECK(summary->mode == fips::Mode::Approved);
    BOOST_CHECK(here->status()->life_cycle == LifeCycle::Active);
}

// p is a product of two primes: the pair passes every check of its components and fails the test.
BOOST_AUTO_TEST_CASE(an_inconsistent_pair_is_refused_in_every_mode_and_stops_nobody) {
    const auto bytes = [](std::string_view hex) {
        Bytes made;
        for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
            made.push_back(static_cast<std::uint8_t>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
        }
        return made;
    };
    crypto::RsaComponents components;
    components.n = bytes("ae8e0dfe755495f015e0e85721c0cce61f890dfdf1dc5642c2b23b4f1c7c45e2"
                         "b0e1a0850f13d62cf37ba4817eb96b470ea998112e42de9cddfc9c386102e620"
                         "b853e1bcf7a3e6cf4c25dc44a485497bea30059f9563148b87b324b0e294dada"
                         "dceb87b9f6bd94ca079f21a7dc0da5ca35d340e4e56c3c5fe533bc3d50daf4c9");
    components.e = {1, 0, 1};
    components.d = SecretBytes::copy_of(bytes("025b177442382087eb7bac1714f509aee7690d9fca465b81ae2802a5e830032f"
                                              "728cb1026ab82d5150fdefb3f1b665ecc11567e07f7bd68e4e6eacdb13f01a93"
                                              "fbc1ff3d1751d4ebf937c551ccda5f5589ab64bda6227512e3c4a6cc674d0407"
                                              "696721ffb90f5dca5df5b45f8fc823978de17768a66d7204112608cb0bd78781"));
    components.p = SecretBytes::copy_of(bytes("c83f22b1c33c55c0b324e00d602a2a7cc18018451c323cae11fa3727a1287055"
                                              "8f494289af69d53d282c5b79b08ed523b860d2eeea7038c7c82b5c3e982f8661"));
    const auto material = crypto::pack_rsa(components);
    REQUIRE_OK(material);
    const auto all = partition_in(fips::Mode::All);
    CHECK_FAILS(all->import_key(key_for(KeyType::Rsa, 0, signing), *material), Errc::AttributeValueInvalid);
    BOOST_CHECK(!fips::in_error_state());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::partition
