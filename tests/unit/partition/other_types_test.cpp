// Keys of types that the service has not: they live the same life here. Backup, full backup and recovery through the
// security domain keep what they are and do; they rotate, and the partition attests them.
#include <boost/json/parse.hpp>

#include "crypto/jose.hpp"
#include "twins.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

struct Other {
    std::string name;
    KeySpec spec;
};
const std::vector<Other>& others() {
    static const std::vector<Other> all = {
        {"ed25519", {.type = KeyType::EcEdwards, .curve = Curve::Ed25519}},
        {"ed448", {.type = KeyType::EcEdwards, .curve = Curve::Ed448}},
        {"x25519", {.type = KeyType::EcMontgomery, .curve = Curve::X25519}},
        {"x448", {.type = KeyType::EcMontgomery, .curve = Curve::X448}},
        {"chacha20", {.type = KeyType::ChaCha20, .bits = 256}},
        {"xts-128", {.type = KeyType::AesXts, .bits = 256}},
        {"xts-256", {.type = KeyType::AesXts, .bits = 512}},
    };
    return all;
}

NewKey wanted_key(const Other& other) {
    NewKey wanted = new_key(other.spec.type, other.spec.bits, other.name);
    wanted.spec = other.spec;
    if (is_on_curve(other.spec.type)) wanted.public_face = wanted.face;
    if (other.spec.type == KeyType::EcEdwards) wanted.ops = KeyOps::Sign | KeyOps::Verify;
    if (other.spec.type == KeyType::EcMontgomery) wanted.ops = KeyOps::Derive;
    return wanted;
}

/// What only this key gives: a signature of Ed25519 and Ed448 is always the same (RFC 8032), an agreement too.
Bytes fingerprint(const Backend& token, const KeyId& id) {
    const auto opened = token.open(id);
    REQUIRE_OK(opened);
    const Key& key = **opened;
    const Bytes text(48, 7);
    if (key.record().spec.type == KeyType::EcEdwards) {
        const auto signer = key.signer({SignatureScheme::EdDsa});
        REQUIRE_OK(signer);
        Bytes signature((*signer)->size());
        REQUIRE_OK((*signer)->sign(text, signature));
        CHECK_OK((*key.verifier({SignatureScheme::EdDsa}))->verify(text, signature));
        return signature;
    }
    if (key.record().spec.type == KeyType::EcMontgomery) {
        const auto agreed = key.agree(key.record().public_key);
        REQUIRE_OK(agreed);
        return copy_of(agreed->expose_bytes());
    }
    const bool is_xts = key.record().spec.type == KeyType::AesXts;
    const CipherAlgorithm algorithm{
        .scheme = is_xts ? CipherScheme::AesXts : CipherScheme::ChaCha20, .iv = Bytes(16), .aad = {}};
    const auto cipher = key.encryptor(algorithm);
    REQUIRE_OK(cipher);
    Bytes sealed(text.size());
    const auto begun = (*cipher)->update(text, sealed);
    REQUIRE_OK(begun);
    REQUIRE_OK((*cipher)->finish(MutableBytes(sealed).subspan(*begun)));
    return sealed;
}

boost::json::object claims_of(const std::string& statement) {
    const std::size_t first = statement.find('.');
    const std::string middle = statement.substr(first + 1, statement.rfind('.') - first - 1);
    return boost::json::parse(text_of(crypto::from_base64url(middle).value())).as_object();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(other_types)

BOOST_AUTO_TEST_CASE(a_key_comes_back_from_its_backup_in_a_twin_of_the_domain) {
    const TemporaryFolder folder;
    const Domain here = domain_at(folder.path("here"));
    const auto twin = twin_at(folder.path("twin"), here.file);
    for (const Other& other : others()) {
        BOOST_TEST_CONTEXT(other.name) {
            const auto made = here.token->generate(wanted_key(other));
            REQUIRE_OK(made);
            const auto backup = here.token->backup_key(other.name);
            REQUIRE_OK(backup);
            const auto restored = twin->restore_key(*backup);
            REQUIRE_OK(restored);
            BOOST_TEST(((*restored)->spec == (*made)->spec));
            BOOST_TEST(((*restored)->public_key == (*made)->public_key));
            BOOST_TEST(((*restored)->ops == (*made)->ops));
            BOOST_TEST(((*restored)->face == (*made)->face));
            BOOST_TEST(fingerprint(*twin, (*restored)->id) == fingerprint(*here.token, (*made)->id));
        }
    }
}

BOOST_AUTO_TEST_CASE(all_come_back_from_a_full_backup_with_their_versions) {
    const TemporaryFolder folder;
    const Domain here = domain_at(folder.path("here"));
    for (const Other& other : others()) {
        REQUIRE_OK(here.token->generate(wanted_key(other)));
        RotationPolicy policy;
        policy.actions = {{LifetimeActionType::Rotate, Period{.months = 18}, {}}};
        REQUIRE_OK(here.token->set_rotation_policy(other.name, policy));
        REQUIRE_OK(here.token->rotate_key(other.name));
    }
    log_in(*here.token, Role::SecurityOfficer);
    const auto backup = here.token->backup();
    REQUIRE_OK(backup);
    log_in(*here.token, Role::User);
    const auto twin = twin_at(folder.path("twin"), here.file);
    log_in(*twin, Role::SecurityOfficer);
    const auto report = twin->restore(*backup, {});
    REQUIRE_OK(report);
    log_in(*twin, Role::User);
    for (const Other& other : others()) {
        BOOST_TEST_CONTEXT(other.name) {
            const auto before = here.token->list_versions(other.name, {.after = {}, .limit = 9}).value().keys;
            const auto after = twin->list_versions(other.name, {.after = {}, .limit = 9}).value().keys;
            BOOST_REQUIRE_EQUAL(before.size(), 2U);
            BOOST_REQUIRE_EQUAL(after.size(), 2U);
            for (std::size_t i = 0; i < 2; ++i) {
                BOOST_TEST((before[i]->spec == after[i]->spec));
                BOOST_TEST(fingerprint(*here.token, before[i]->id) == fingerprint(*twin, after[i]->id));
            }
            BOOST_TEST(fingerprint(*twin, after[0]->id) != fingerprint(*twin, after[1]->id));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_rotated_key_is_of_the_same_spec_with_another_value) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    for (const Other& other : others()) {
        BOOST_TEST_CONTEXT(other.name) {
            const auto first = token->generate(wanted_key(other));
            REQUIRE_OK(first);
            RotationPolicy policy;
            policy.actions = {{LifetimeActionType::Rotate, Period{.months = 18}, {}}};
            REQUIRE_OK(token->set_rotation_policy(other.name, policy));
            const auto second = token->rotate_key(other.name);
            REQUIRE_OK(second);
            BOOST_TEST(((*second)->id.name == (*first)->id.name && (*second)->id != (*first)->id));
            BOOST_TEST(((*second)->spec == (*first)->spec));
            BOOST_TEST(((*second)->ops == (*first)->ops));
            BOOST_TEST(fingerprint(*token, (*second)->id) != fingerprint(*token, (*first)->id));
        }
    }
}

// Pairs by RFC 8037; a secret key's statement has its size and no value.
BOOST_AUTO_TEST_CASE(the_partition_attests_them) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    for (const Other& other : others()) {
        BOOST_TEST_CONTEXT(other.name) {
            const auto made = token->generate(wanted_key(other));
            REQUIRE_OK(made);
            const auto attestation = token->attest_key((*made)->id);
            REQUIRE_OK(attestation);
            const boost::json::object claims = claims_of(attestation->statement);
            const boost::json::object& jwk = claims.at("jwk").as_object();
            BOOST_TEST(claims.at("generated").as_bool());
            if (is_on_curve(other.spec.type)) {
                BOOST_TEST(jwk.at("kty").as_string() == "OKP-HSM");
                BOOST_TEST(jwk.at("x").as_string() == crypto::base64url((*made)->public_key.point));
                std::string curve(jwk.at("crv").as_string());
                curve[0] = static_cast<char>(std::tolower(curve[0]));
                BOOST_TEST(curve == other.name);
                BOOST_TEST(claims_of(attestation->public_statement).at("half").as_string() == "public");
            } else {
                BOOST_TEST(jwk.at("kty").as_string() == "oct-HSM");
                BOOST_TEST(jwk.size() == 1U);
                BOOST_TEST(claims.at("bits").to_number<std::uint32_t>() == other.spec.bits);
                BOOST_TEST(attestation->public_statement.empty());
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
