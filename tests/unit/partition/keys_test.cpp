#include "workplace.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

std::vector<ObjectRef> all(const Backend& token) { return token.find({}).value(); }

void check_exposed(const Key& key, MaterialUse use, const SecretBytes& wanted, std::optional<Errc> refusal) {
    const auto exposed = key.expose_material(use);
    if (refusal) {
        CHECK_FAILS(exposed, *refusal);
    } else {
        BOOST_CHECK(exposed.value().equals(wanted));
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(keys)

BOOST_AUTO_TEST_CASE(every_kind_of_key_survives_its_process) {
    const TemporaryFolder folder;
    std::vector<KeyId> pairs;
    KeyId aes;
    KeyId secret;
    {
        const auto token = user_token(folder.path());
        pairs.push_back(token->generate(new_key(KeyType::Rsa, 2048, "rsa")).value()->id);
        for (const Curve curve : {Curve::P256, Curve::P384, Curve::P521, Curve::P256K}) {
            NewKey wanted = new_key(KeyType::Ec, 0, "ec" + std::to_string(static_cast<int>(curve)));
            wanted.spec.curve = curve;
            pairs.push_back(token->generate(wanted).value()->id);
        }
        aes = token->generate(new_key(KeyType::Aes, 192, "aes")).value()->id;
        secret = token->generate(new_key(KeyType::GenericSecret, 160, "hmac")).value()->id;
    }
    const auto token = partition_at(folder.path());
    REQUIRE_OK(token->login(Role::User, pin(user_pin)));
    for (const KeyId& id : pairs) check_signs(*token, id);
    CHECK_OK(token->open(aes).value()->encryptor({.scheme = CipherScheme::AesCbc, .iv = Bytes(16), .aad = {}}));
    CHECK_OK(token->open(secret).value()->mac({.scheme = SignatureScheme::Hmac}, false));
    BOOST_CHECK_EQUAL(token->open(aes).value()->expose_material(MaterialUse::Copy).value().size(), 24U);
}

BOOST_AUTO_TEST_CASE(sizes_that_no_key_has_are_refused) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    for (const std::uint32_t bits : {0U, 64U, 129U, 512U}) {
        CHECK_FAILS(token->generate(new_key(KeyType::Aes, bits, "x")), Errc::KeySizeRange);
    }
    for (const std::uint32_t bits : {0U, 7U, 12U, 1U << 30U}) {
        CHECK_FAILS(token->generate(new_key(KeyType::GenericSecret, bits, "x")), Errc::KeySizeRange);
    }
    CHECK_FAILS(token->generate(new_key(KeyType::Rsa, 1024, "x")), Errc::KeySizeRange);
    CHECK_FAILS(token->import_key(new_key(KeyType::Aes, 0, "x"), SecretBytes(17)), Errc::AttributeValueInvalid);
    CHECK_FAILS(token->import_key(new_key(KeyType::Aes, 256, "x"), SecretBytes(16)), Errc::AttributeValueInvalid);
    CHECK_FAILS(token->import_key(new_key(KeyType::Rsa, 0, "x"), SecretBytes(16)), Errc::AttributeValueInvalid);
    BOOST_CHECK(all(*token).empty());
}

BOOST_AUTO_TEST_CASE(material_comes_back_as_its_protection_says) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    const SecretBytes material = pin("0123456789abcdef");
    NewKey wanted = new_key(KeyType::Aes, 0, "");
    struct Row {
        bool sensitive, extractable;
        std::optional<Errc> reveal, wrap;
    };
    const Row rows[] = {{false, true, {}, {}},
                        {true, true, Errc::AttributeSensitive, {}},
                        {false, false, Errc::AttributeSensitive, Errc::KeyUnextractable},
                        {true, false, Errc::AttributeSensitive, Errc::KeyUnextractable}};
    for (const Row& row : rows) {
        wanted.protection.sensitive = row.sensitive;
        wanted.protection.extractable = row.extractable;
        const auto key = token->open(token->import_key(wanted, material).value()->id).value();
        BOOST_CHECK_EQUAL(key->record().spec.bits, 128U);
        check_exposed(*key, MaterialUse::Reveal, material, row.reveal);
        check_exposed(*key, MaterialUse::Wrap, material, row.wrap);
        BOOST_CHECK(key->expose_material(MaterialUse::Copy).value().equals(material));
    }
}

BOOST_AUTO_TEST_CASE(keys_of_every_type_are_made_stored_and_found_again) {
    const TemporaryFolder folder;
    struct Made {
        KeySpec spec;
        KeyId id;
        PublicKey half;
    };
    std::vector<Made> all_made;
    for (const Curve curve : {Curve::Ed25519, Curve::Ed448, Curve::X25519, Curve::X448}) {
        all_made.push_back({{.type = type_of(curve), .curve = curve}, {}, {}});
    }
    for (const std::uint32_t bits : {256U, 512U}) all_made.push_back({{.type = KeyType::AesXts, .bits = bits}, {}, {}});
    all_made.push_back({{.type = KeyType::ChaCha20, .bits = 256}, {}, {}});
    all_made.push_back({{.type = KeyType::Rsa, .bits = 2048, .public_exponent = 3}, {}, {}});
    {
        const auto token = user_token(folder.path());
        for (Made& made : all_made) {
            NewKey wanted = new_key(made.spec.type, made.spec.bits, "");
            wanted.spec = made.spec;
            const KeyRecordPtr record = token->generate(wanted).value();
            made.id = record->id;
            made.half = record->public_key;
        }
    }
    const auto again = partition_at(folder.path());
    REQUIRE_OK(again->login(Role::User, pin(user_pin)));
    for (const Made& made : all_made) {
        const auto key = again->open(made.id).value();
        BOOST_CHECK(key->record().spec.type == made.spec.type);
        BOOST_CHECK(key->record().public_key == made.half);
        if (is_on_curve(made.spec.type)) BOOST_CHECK_EQUAL(made.half.point.size(), curve_size(made.spec.curve));
        if (!is_pair(made.spec.type)) BOOST_CHECK_EQUAL(key->record().spec.bits, made.spec.bits);
        if (made.spec.type == KeyType::Rsa) BOOST_CHECK_EQUAL(key->record().spec.public_exponent, 3U);
        const SecretMaterial material = key->expose_material(MaterialUse::Copy).value();
        NewKey copy = new_key(made.spec.type, 0, "");
        copy.spec.curve = made.spec.curve;
        BOOST_CHECK(again->import_key(copy, material).value()->public_key == made.half);
    }
}

BOOST_AUTO_TEST_CASE(material_of_the_new_types_is_checked) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    CHECK_FAILS(token->generate(new_key(KeyType::AesXts, 384, "x")), Errc::KeySizeRange);
    CHECK_FAILS(token->generate(new_key(KeyType::ChaCha20, 128, "x")), Errc::KeySizeRange);
    NewKey wrong_curve = new_key(KeyType::EcEdwards, 0, "x");
    wrong_curve.spec.curve = Curve::P256;
    CHECK_FAILS(token->generate(wrong_curve), Errc::CurveNotSupported);
    CHECK_FAILS(token->import_key(new_key(KeyType::AesXts, 0, "x"), SecretBytes(32)), Errc::AttributeValueInvalid);
    CHECK_FAILS(token->import_key(new_key(KeyType::ChaCha20, 0, "x"), SecretBytes(31)), Errc::AttributeValueInvalid);
    CHECK_FAILS(token->import_key(new_key(KeyType::EcEdwards, 0, "x"), SecretBytes(32)), Errc::AttributeValueInvalid);
    BOOST_CHECK(all(*token).empty());
}

// ADR 9: the module derives, with material that the partition gives out for this and nothing else.
BOOST_AUTO_TEST_CASE(material_to_derive_from_needs_a_key_that_may_and_its_time) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    const SecretBytes material = pin("0123456789abcdef");
    const auto opened = [&](KeyType type, KeyOps ops, std::optional<std::int64_t> expires) {
        NewKey wanted = new_key(type, 0, "");
        wanted.ops = ops;
        wanted.protection = {.sensitive = true, .extractable = false};
        wanted.expires = expires;
        return token->open(token->import_key(wanted, material).value()->id).value();
    };
    for (const KeyType type : {KeyType::GenericSecret, KeyType::Aes}) {
        const auto deriving = opened(type, KeyOps::Derive, {});
        BOOST_CHECK(deriving->expose_material(MaterialUse::Derive).value().equals(material));
        CHECK_FAILS(deriving->expose_material(MaterialUse::Reveal), Errc::AttributeSensitive);
        CHECK_FAILS(deriving->expose_material(MaterialUse::Wrap), Errc::KeyUnextractable);
        CHECK_FAILS(opened(type, KeyOps::Sign, {})->expose_material(MaterialUse::Derive),
                    Errc::KeyFunctionNotPermitted);
        CHECK_FAILS(opened(type, KeyOps::Derive, 1)->expose_material(MaterialUse::Derive), Errc::KeyExpired);
    }
    const auto pair = token->open(token->generate(new_key(KeyType::Ec, 0, "")).value()->id).value();
    CHECK_FAILS(pair->expose_material(MaterialUse::Derive), Errc::KeyTypeInconsistent);
}

BOOST_AUTO_TEST_CASE(edwards_keys_sign_and_montgomery_keys_agree) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    const auto made = [&](Curve curve, KeyOps ops) {
        NewKey wanted = new_key(type_of(curve), 0, "");
        wanted.spec.curve = curve;
        wanted.ops = ops;
        return token->open(token->generate(wanted).value()->id).value();
    };
    for (const Curve curve : {Curve::Ed25519, Curve::Ed448}) {
        const auto key = made(curve, KeyOps::Sign | KeyOps::Verify);
        const auto signer = key->signer({.scheme = SignatureScheme::EdDsa}).value();
        Bytes signature(signer->size());
        BOOST_CHECK_EQUAL(signer->sign(bytes_of("message"), signature).value(), 2 * curve_size(curve));
        REQUIRE_OK(key->verifier({.scheme = SignatureScheme::EdDsa}).value()->verify(bytes_of("message"), signature));
        CHECK_FAILS(key->agree(key->record().public_key), Errc::KeyTypeInconsistent);
    }
    for (const Curve curve : {Curve::X25519, Curve::X448}) {
        const auto ours = made(curve, KeyOps::Derive);
        const auto theirs = made(curve, KeyOps::Derive);
        BOOST_CHECK(
            ours->agree(theirs->record().public_key).value().equals(theirs->agree(ours->record().public_key).value()));
        CHECK_FAILS(ours->signer({.scheme = SignatureScheme::EdDsa}), Errc::KeyTypeInconsistent);
    }
}

BOOST_AUTO_TEST_CASE(operations_follow_the_keys_type_and_operations) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    const auto ec = token->open(token->generate(new_key(KeyType::Ec, 0, "ec")).value()->id).value();
    CHECK_FAILS(ec->signer({.scheme = SignatureScheme::RsaPss}), Errc::KeyTypeInconsistent);
    CHECK_FAILS(ec->agree(ec->record().public_key), Errc::KeyFunctionNotPermitted);
    CHECK_FAILS(ec->mac({.scheme = SignatureScheme::Hmac}, false), Errc::KeyTypeInconsistent);
    const auto aes = token->open(token->generate(new_key(KeyType::Aes, 256, "aes")).value()->id).value();
    CHECK_FAILS(aes->signer({.scheme = SignatureScheme::Ecdsa}), Errc::KeyTypeInconsistent);
    CHECK_FAILS(aes->wrap({.scheme = WrapScheme::AesKw, .label = {}, .iv = {}}, SecretBytes(16)),
                Errc::KeyFunctionNotPermitted);
    CHECK_FAILS(aes->mac({.scheme = SignatureScheme::AesCmac}, false), Errc::KeyFunctionNotPermitted);
    REQUIRE_OK(token->update(aes->record().id,
                             {.ops = KeyOps::Sign, .protection = {}, .face = {}, .public_face = {}, .enabled = false}));
    const auto off = token->open(aes->record().id).value();
    CHECK_FAILS(off->mac({.scheme = SignatureScheme::AesCmac}, false), Errc::KeyDisabled);
}

BOOST_AUTO_TEST_CASE(an_update_is_seen_at_once_and_only_tightens_protection) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    const auto other = partition_at(folder.path());
    REQUIRE_OK(other->login(Role::User, pin(user_pin)));
    NewKey wanted = new_key(KeyType::Ec, 0, "before");
    wanted.protection = {.sensitive = false, .extractable = true};
    const KeyId id = token->generate(wanted).value()->id;
    check_signs(*other, id);
    KeyUpdate update;
    update.face = wanted.face;
    update.face->label = copy_of(bytes_of("after"));
    update.protection = Protection{.sensitive = true, .extractable = false};
    REQUIRE_OK(token->update(id, update));
    ObjectQuery by_label;
    by_label.label = update.face->label;
    BOOST_CHECK_EQUAL(other->find(by_label).value().size(), 1U);
    BOOST_CHECK_EQUAL(other->key_record(id).value()->revision, 2U);
    check_signs(*other, id);
    KeyUpdate loosened;
    loosened.protection = Protection{.sensitive = false, .extractable = false};
    CHECK_FAILS(other->update(id, loosened), Errc::AttributeReadOnly);
    loosened.protection = Protection{.sensitive = true, .extractable = true};
    CHECK_FAILS(other->update(id, loosened), Errc::AttributeReadOnly);
    loosened.protection = Protection{.trusted = true};
    CHECK_FAILS(other->update(id, loosened), Errc::AttributeReadOnly);
}

BOOST_AUTO_TEST_CASE(only_the_security_officer_makes_a_key_trusted) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    const KeyId id = token->generate(new_key(KeyType::Aes, 256, "wrapper")).value()->id;
    REQUIRE_OK(token->logout());
    REQUIRE_OK(token->login(Role::SecurityOfficer, pin(so_pin)));
    KeyUpdate update;
    update.protection = Protection{.trusted = true};
    CHECK_OK(token->update(id, update));
    BOOST_CHECK(token->key_record(id).value()->protection.trusted);
    update.ops = KeyOps::Export;
    CHECK_FAILS(token->update(id, update), Errc::UserNotLoggedIn);
}

BOOST_AUTO_TEST_CASE(the_public_half_outlives_the_private_one_and_the_other_way_round) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    const KeyId id = token->generate(new_key(KeyType::Ec, 0, "pair")).value()->id;
    const KeyId other = token->generate(new_key(KeyType::Ec, 0, "pair2")).value()->id;
    REQUIRE_OK(token->open(id));
    REQUIRE_OK(token->remove({ObjectKind::PrivateKey, id}));
    REQUIRE_OK(token->remove({ObjectKind::PublicKey, other}));
    const std::vector<ObjectRef> left = {{ObjectKind::PublicKey, id}, {ObjectKind::PrivateKey, other}};
    BOOST_CHECK(all(*token) == left);
    const auto half = token->open(id).value();
    CHECK_FAILS(half->signer({.scheme = SignatureScheme::Ecdsa}), Errc::KeyFunctionNotPermitted);
    CHECK_FAILS(half->expose_material(MaterialUse::Copy), Errc::KeyFunctionNotPermitted);
    CHECK_OK(half->verifier({.scheme = SignatureScheme::Ecdsa}));
    check_signs(*token, other);
    CHECK_FAILS(token->remove({ObjectKind::PrivateKey, id}), Errc::KeyNotFound);
    REQUIRE_OK(token->remove({ObjectKind::PublicKey, id}));
    REQUIRE_OK(token->remove({ObjectKind::PrivateKey, other}));
    BOOST_CHECK(all(*token).empty());
    CHECK_FAILS(token->open(id), Errc::KeyNotFound);
}

BOOST_AUTO_TEST_CASE(a_key_is_parsed_once_per_process_and_shared) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    const KeyId id = token->generate(new_key(KeyType::Ec, 0, "warm")).value()->id;
    const auto first = token->open(id).value();
    const auto is_the_same = [&](const KeyId& asked) {
        return &token->open(asked).value()->record() == &first->record();
    };
    BOOST_CHECK(is_the_same(id));
    BOOST_CHECK(is_the_same({id.name, ""}));
    token->generate(new_key(KeyType::Aes, 128, "noise")).value();
    BOOST_CHECK(is_the_same(id));
}

BOOST_AUTO_TEST_CASE(session_objects_behave_the_same_in_memory) {
    const auto session = partition::Partition::in_memory().value();
    const std::uint64_t before = session->generation();
    const KeyId id = session->generate(new_key(KeyType::Ec, 0, "temp")).value()->id;
    const KeyId twin = session->generate(new_key(KeyType::Aes, 128, "temp")).value()->id;
    BOOST_CHECK_NE(session->generation(), before);
    check_signs(*session, id);
    ObjectQuery query;
    query.label = copy_of(bytes_of("temp"));
    BOOST_CHECK_EQUAL(session->find(query).value().size(), 3U);
    REQUIRE_OK(session->remove({ObjectKind::SecretKey, twin}));
    REQUIRE_OK(session->remove({ObjectKind::PrivateKey, id}));
    BOOST_CHECK(session->find(query).value() == std::vector<ObjectRef>({{ObjectKind::PublicKey, id}}));
    REQUIRE_OK(session->logout());
    CHECK_OK(session->generate(new_key(KeyType::Aes, 128, "still")));
    CHECK_FAILS(session->initialise(pin(so_pin), "x"), Errc::FunctionNotSupported);
}

BOOST_AUTO_TEST_SUITE_END()
