// One partition from both sides: the loaded module here, the service in another process.
#include <chrono>

#include "module/service_side.hpp"

namespace kvp11::test {
namespace {

struct BothSides {
    Subject subject{Kind::Kvp11};
    Session session{subject};

    void service(const ServiceWork& work) { by_service(subject, kvp11::Role::User, work); }
    void officer(const ServiceWork& work) { by_service(subject, kvp11::Role::SecurityOfficer, work); }

    std::vector<CK_OBJECT_HANDLE> found(CK_OBJECT_CLASS object_class, const std::string& label) {
        return session.find(Template().set(CKA_CLASS, object_class).text(CKA_LABEL, label));
    }
    CK_OBJECT_HANDLE only(CK_OBJECT_CLASS object_class, const std::string& label) {
        const auto objects = found(object_class, label);
        BOOST_REQUIRE_EQUAL(objects.size(), 1U);
        return objects[0];
    }
    /// A pair on the token whose label becomes its name.
    KeyPair make_pair(const std::string& label) {
        return session.generate_pair(CKM_EC_KEY_PAIR_GEN,
                                     pair_public({1})
                                         .flag(CKA_TOKEN, true)
                                         .text(CKA_LABEL, label)
                                         .bytes(CKA_EC_PARAMS, ec_numbers(Curve::P256).parameters),
                                     pair_private({1}).flag(CKA_TOKEN, true).text(CKA_LABEL, label));
    }
    Bytes sign(CK_OBJECT_HANDLE key) { return session.sign(CKM_ECDSA, key, pattern(32)); }
    CK_RV try_sign(CK_OBJECT_HANDLE key) { return session.try_sign(CKM_ECDSA, key, pattern(32)); }
    CK_RV try_verify(CK_OBJECT_HANDLE key, const Bytes& signature) {
        return session.try_verify(CKM_ECDSA, key, pattern(32), signature);
    }
};

constexpr std::int64_t begins = 1'767'258'000;  // 2026-01-01 09:00:00 UTC
constexpr std::int64_t ends = 4'102'444'800;    // 2100-01-01 00:00:00 UTC: the end of the day before

NewKey service_pair(const std::string& name) {
    NewKey key;
    key.name = name;
    key.spec = {.type = KeyType::Ec, .curve = kvp11::Curve::P256};
    key.ops = KeyOps::Sign | KeyOps::Verify;
    key.name_use = NameUse::MayAddVersion;
    return key;
}

Result<void> done(const Result<KeyRecordPtr>& result) {
    if (!result.ok()) return fail(result.error());
    return {};
}

std::int64_t system_time() {
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(both_sides, BothSides)

BOOST_AUTO_TEST_CASE(a_destroyed_pair_is_deleted_and_can_be_recovered) {
    const KeyPair pair = make_pair("web");
    const Bytes signature = sign(pair.private_key);
    MUST(session.try_destroy(pair.private_key));
    EXPECT_RV(session.try_destroy(pair.private_key), CKR_OBJECT_HANDLE_INVALID);
    EXPECT_RV(try_verify(pair.public_key, signature), CKR_OK);
    MUST(session.try_destroy(pair.public_key));
    EXPECT_RV(session.try_destroy(pair.public_key), CKR_OBJECT_HANDLE_INVALID);
    BOOST_TEST(session.find(Template()).empty());

    officer([](Service& keys) -> Result<void> {
        TRY(keys.deleted_key("web"));
        return done(keys.recover_key("web"));
    });
    BOOST_TEST(session.find(Template()).size() == 2U);
    EXPECT_RV(try_verify(only(CKO_PUBLIC_KEY, "web"), signature), CKR_OK);
    EXPECT_RV(try_sign(only(CKO_PRIVATE_KEY, "web")), CKR_OK);
}

BOOST_AUTO_TEST_CASE(handles_end_when_another_process_deletes_their_key) {
    const KeyPair pair = make_pair("web");
    sign(pair.private_key);  // prepared, and kept for the next time
    service([](Service& keys) { return done(keys.remove_key("web")); });
    EXPECT_RV(try_sign(pair.private_key), CKR_KEY_HANDLE_INVALID);
    EXPECT_RV(session.try_attribute(pair.private_key, CKA_LABEL), CKR_OBJECT_HANDLE_INVALID);
    EXPECT_RV(session.try_attribute(pair.public_key, CKA_LABEL), CKR_OBJECT_HANDLE_INVALID);
    EXPECT_RV(session.try_destroy(pair.private_key), CKR_OBJECT_HANDLE_INVALID);
    BOOST_TEST(session.find(Template()).empty());
    officer([](Service& keys) { return done(keys.recover_key("web")); });
    EXPECT_RV(try_sign(only(CKO_PRIVATE_KEY, "web")), CKR_OK);
}

BOOST_AUTO_TEST_CASE(the_label_of_a_deleted_key_makes_no_trouble) {
    MUST(session.try_destroy(make_pair("web").private_key));
    const KeyPair again = make_pair("web");
    EXPECT_RV(try_sign(again.private_key), CKR_OK);
    BOOST_TEST(found(CKO_PUBLIC_KEY, "web").size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_handle_stays_with_its_version_and_a_search_finds_the_latest) {
    const KeyPair old_pair = make_pair("web");
    const Bytes old_signature = sign(old_pair.private_key);
    service([](Service& keys) -> Result<void> {
        RotationPolicy policy;
        policy.actions = {{LifetimeActionType::Rotate, Period{.years = 1}, {}}};
        TRY(keys.set_rotation_policy("web", policy));
        return done(keys.rotate_key("web"));
    });
    const CK_OBJECT_HANDLE new_private = only(CKO_PRIVATE_KEY, "web");
    const CK_OBJECT_HANDLE new_public = only(CKO_PUBLIC_KEY, "web");
    BOOST_TEST(new_private != old_pair.private_key);
    const Bytes by_old = sign(old_pair.private_key);
    const Bytes by_new = sign(new_private);
    EXPECT_RV(try_verify(old_pair.public_key, old_signature), CKR_OK);
    EXPECT_RV(try_verify(old_pair.public_key, by_old), CKR_OK);
    EXPECT_RV(try_verify(new_public, by_new), CKR_OK);
    EXPECT_RV(try_verify(new_public, by_old), CKR_SIGNATURE_INVALID);
    EXPECT_RV(try_verify(old_pair.public_key, by_new), CKR_SIGNATURE_INVALID);
    BOOST_TEST(session.attribute(old_pair.private_key, CKA_UNIQUE_ID) != session.attribute(new_private, CKA_UNIQUE_ID));
    // Destroying is for the key with all its versions.
    MUST(session.try_destroy(new_private));
    EXPECT_RV(try_sign(old_pair.private_key), CKR_KEY_HANDLE_INVALID);
}

BOOST_AUTO_TEST_CASE(keys_of_the_service_have_the_attributes_of_their_origin) {
    service([](Service& keys) -> Result<void> {
        NewKey aes;
        aes.name = "aes";
        aes.spec = {.type = KeyType::Aes, .bits = 256};
        aes.ops = KeyOps::Encrypt | KeyOps::Decrypt;
        TRY(keys.generate(aes));
        NewKey rsa = aes;
        rsa.name = "rsa";
        rsa.spec = {.type = KeyType::Rsa, .bits = 2048};
        TRY(keys.generate(rsa));
        TRY(keys.generate(service_pair("ec")));
        aes.name = "imported";
        TRY(keys.import_key(aes, SecretBytes(32)));
        return {};
    });
    struct Row {
        const char* label;
        CK_OBJECT_CLASS object_class;
        CK_MECHANISM_TYPE generator;
    };
    for (const Row& row :
         {Row{"aes", CKO_SECRET_KEY, CKM_AES_KEY_GEN}, Row{"rsa", CKO_PRIVATE_KEY, CKM_RSA_PKCS_KEY_PAIR_GEN},
          Row{"ec", CKO_PRIVATE_KEY, CKM_EC_KEY_PAIR_GEN},
          Row{"imported", CKO_SECRET_KEY, CK_UNAVAILABLE_INFORMATION}}) {
        BOOST_TEST_CONTEXT(row.label) {
            const CK_OBJECT_HANDLE key = only(row.object_class, row.label);
            const bool generated = row.generator != CK_UNAVAILABLE_INFORMATION;
            BOOST_TEST(session.flag(key, CKA_LOCAL) == generated);
            BOOST_TEST(session.number(key, CKA_KEY_GEN_MECHANISM) == row.generator);
            BOOST_TEST(session.flag(key, CKA_ALWAYS_SENSITIVE) == generated);
            BOOST_TEST(session.flag(key, CKA_NEVER_EXTRACTABLE) == generated);
            BOOST_TEST(session.flag(key, CKA_SENSITIVE));
            BOOST_TEST(!session.flag(key, CKA_EXTRACTABLE));
            BOOST_TEST(session.flag(key, CKA_PRIVATE));
            BOOST_TEST(session.flag(key, CKA_TOKEN));
            BOOST_TEST(session.flag(key, CKA_MODIFIABLE));
            BOOST_TEST(!session.attribute(key, CKA_ID).empty());
            BOOST_TEST(!session.flag(key, CKA_DERIVE));
        }
    }
    const CK_OBJECT_HANDLE ec_public = only(CKO_PUBLIC_KEY, "ec");
    BOOST_TEST(session.flag(ec_public, CKA_LOCAL));
    BOOST_TEST(!session.flag(ec_public, CKA_PRIVATE));
    BOOST_TEST(session.attribute(ec_public, CKA_ID) == session.attribute(only(CKO_PRIVATE_KEY, "ec"), CKA_ID));
    EXPECT_RV(try_verify(ec_public, sign(only(CKO_PRIVATE_KEY, "ec"))), CKR_OK);
    // A copy is no key that was made here.
    const CK_OBJECT_HANDLE aes = only(CKO_SECRET_KEY, "aes");
    BOOST_TEST(session.encrypt(CKM_AES_ECB, aes, pattern(16)).size() == 16U);
    const CK_OBJECT_HANDLE copy = session.copy(aes, Template().flag(CKA_TOKEN, false));
    BOOST_TEST(session.flag(copy, CKA_LOCAL));
    BOOST_TEST(session.flag(copy, CKA_ALWAYS_SENSITIVE));
}

BOOST_AUTO_TEST_CASE(what_the_service_allows_is_shown_and_not_undone) {
    const KeyPair pair = make_pair("web");
    BOOST_TEST(session.flag(pair.private_key, CKA_SIGN));
    service([](Service& keys) {
        KeyUpdate update;
        update.ops = KeyOps::Verify;
        return done(keys.update({"web", ""}, update));
    });
    BOOST_TEST(!session.flag(pair.private_key, CKA_SIGN));
    BOOST_TEST(session.flag(pair.public_key, CKA_VERIFY));
    EXPECT_RV(try_sign(pair.private_key), CKR_KEY_FUNCTION_NOT_PERMITTED);
    MUST(session.try_set(pair.private_key, Template().bytes(CKA_ID, {9})));
    EXPECT_RV(try_sign(pair.private_key), CKR_KEY_FUNCTION_NOT_PERMITTED);
    MUST(session.try_set(pair.private_key, Template().flag(CKA_SIGN, true)));
    EXPECT_RV(try_sign(pair.private_key), CKR_OK);
    service([](Service& keys) -> Result<void> {
        const auto record = TRY(keys.key_record({"web", ""}));
        const bool both = allows(record->ops, KeyOps::Sign | KeyOps::Verify);
        return both ? Result<void>() : fail(Errc::Internal, "the operations are not sign and verify");
    });
}

BOOST_AUTO_TEST_CASE(a_disabled_key_is_not_permitted) {
    const KeyPair pair = make_pair("web");
    const Bytes signature = sign(pair.private_key);
    service([](Service& keys) {
        KeyUpdate update;
        update.enabled = false;
        return done(keys.update({"web", ""}, update));
    });
    EXPECT_RV(try_sign(pair.private_key), CKR_KEY_FUNCTION_NOT_PERMITTED);
    EXPECT_RV(try_verify(pair.public_key, signature), CKR_KEY_FUNCTION_NOT_PERMITTED);
    BOOST_TEST(session.flag(pair.private_key, CKA_SIGN));
}

BOOST_AUTO_TEST_CASE(dates_are_the_days_of_the_services_times) {
    const KeyPair pair = make_pair("web");
    BOOST_TEST(session.attribute(pair.private_key, CKA_START_DATE).empty());
    service([](Service& keys) {
        KeyUpdate update;
        update.not_before = std::optional(begins);
        update.expires = std::optional(ends);
        return done(keys.update({"web", ""}, update));
    });
    for (const CK_OBJECT_HANDLE half : {pair.private_key}) {
        BOOST_TEST(session.attribute(half, CKA_START_DATE) == text_bytes("20260101"));
        BOOST_TEST(session.attribute(half, CKA_END_DATE) == text_bytes("20991231"));
    }
    // The same days keep the seconds; another day is the whole of it; none is none.
    MUST(session.try_set(pair.private_key, Template().text(CKA_START_DATE, "20260101").text(CKA_END_DATE, "20500615")));
    service([](Service& keys) -> Result<void> {
        const auto record = TRY(keys.key_record({"web", ""}));
        const bool kept = record->not_before == begins && record->expires == 2'538'950'400;  // 2050-06-16
        return kept ? Result<void>() : fail(Errc::Internal, "other times: " + std::to_string(*record->expires));
    });
    MUST(session.try_set(pair.private_key, Template().text(CKA_START_DATE, "")));
    BOOST_TEST(session.attribute(pair.private_key, CKA_START_DATE).empty());
    service([](Service& keys) -> Result<void> {
        const auto record = TRY(keys.key_record({"web", ""}));
        return record->not_before ? fail(Errc::Internal, "there is still a time") : Result<void>();
    });
    for (const char* wrong : {"20261301", "2026", "2026-1-1", "20260230"}) {
        EXPECT_RV(session.try_set(pair.private_key, Template().text(CKA_END_DATE, wrong)), CKR_ATTRIBUTE_VALUE_INVALID);
    }
}

BOOST_AUTO_TEST_CASE(halves_keep_the_dates_that_they_were_given) {
    const auto generate = [&](Template public_half, Template private_half, std::uint8_t id) {
        return session.generate_pair(
            CKM_EC_KEY_PAIR_GEN,
            pair_public({id}).with(public_half).bytes(CKA_EC_PARAMS, ec_numbers(Curve::P256).parameters),
            pair_private({id}).with(private_half));
    };
    const KeyPair apart = generate(Template().text(CKA_END_DATE, "20400101"),
                                   Template().text(CKA_END_DATE, "20300101").text(CKA_START_DATE, "20200101"), 1);
    BOOST_TEST(session.attribute(apart.public_key, CKA_END_DATE) == text_bytes("20400101"));
    BOOST_TEST(session.attribute(apart.public_key, CKA_START_DATE).empty());
    BOOST_TEST(session.attribute(apart.private_key, CKA_END_DATE) == text_bytes("20300101"));
    BOOST_TEST(session.attribute(apart.private_key, CKA_START_DATE) == text_bytes("20200101"));
    const KeyPair alike =
        generate(Template().text(CKA_END_DATE, "20400101"), Template().text(CKA_END_DATE, "20400101"), 2);
    BOOST_TEST(session.attribute(alike.public_key, CKA_END_DATE) == text_bytes("20400101"));
    MUST(session.try_set(alike.private_key, Template().text(CKA_END_DATE, "20450101")));
    BOOST_TEST(session.attribute(alike.public_key, CKA_END_DATE) == text_bytes("20450101"));
}

BOOST_AUTO_TEST_CASE(an_expired_key_is_refused_when_the_operation_begins) {
    const KeyPair pair = make_pair("web");
    const Bytes signature = sign(pair.private_key);
    MUST(session.try_set(pair.private_key, Template().text(CKA_END_DATE, "20200229")));
    CK_MECHANISM mechanism{CKM_ECDSA, nullptr, 0};
    EXPECT_RV(session.f()->C_SignInit(session.handle(), &mechanism, pair.private_key), CKR_KEY_FUNCTION_NOT_PERMITTED);
    EXPECT_RV(try_verify(pair.public_key, signature), CKR_OK);
    MUST(session.try_set(pair.private_key, Template().text(CKA_END_DATE, "").text(CKA_START_DATE, "29990101")));
    EXPECT_RV(session.f()->C_SignInit(session.handle(), &mechanism, pair.private_key), CKR_KEY_FUNCTION_NOT_PERMITTED);
}

BOOST_AUTO_TEST_CASE(session_keys_end_with_their_last_day) {
    const CK_OBJECT_HANDLE key =
        session.create(aes_key(pattern(32)).text(CKA_START_DATE, "20200101").text(CKA_END_DATE, "20991231"));
    const Bytes ciphertext = session.encrypt(CKM_AES_ECB, key, pattern(16));
    MUST(session.try_set(key, Template().text(CKA_END_DATE, "20200630")));
    EXPECT_RV(session.try_encrypt(CKM_AES_ECB, key, pattern(16)), CKR_KEY_FUNCTION_NOT_PERMITTED);
    BOOST_TEST(session.decrypt(CKM_AES_ECB, key, ciphertext) == pattern(16));
    const CK_OBJECT_HANDLE copy = session.copy(key, Template());
    BOOST_TEST(session.attribute(copy, CKA_END_DATE) == text_bytes("20200630"));
    EXPECT_RV(session.try_encrypt(CKM_AES_ECB, copy, pattern(16)), CKR_KEY_FUNCTION_NOT_PERMITTED);
}

BOOST_AUTO_TEST_CASE(a_key_that_expires_between_two_signatures_is_refused) {
    const CK_OBJECT_HANDLE key = make_pair("web").private_key;
    service([](Service& keys) {
        KeyUpdate update;
        update.expires = std::optional(system_time() + 2);
        return done(keys.update({"web", ""}, update));
    });
    // Nothing changes but the time: the prepared operation must not outlive the key.
    CK_MECHANISM mechanism{CKM_ECDSA, nullptr, 0};
    const Bytes digest = pattern(32);
    const std::int64_t patience = system_time() + 20;
    CK_RV begun = CKR_OK;
    while (begun == CKR_OK && system_time() < patience) {
        begun = session.f()->C_SignInit(session.handle(), &mechanism, key);
        if (begun != CKR_OK) break;
        Bytes signature(64);
        CK_ULONG size = 64;
        // The second may pass between the two calls.
        EXPECT_RV_IN(session.f()->C_Sign(session.handle(), input(digest), 32, signature.data(), &size), CKR_OK,
                     CKR_KEY_FUNCTION_NOT_PERMITTED);
    }
    EXPECT_RV(begun, CKR_KEY_FUNCTION_NOT_PERMITTED);
}

BOOST_AUTO_TEST_CASE(what_is_deleted_in_the_middle_of_a_search_is_left_out_of_use) {
    for (int i = 0; i < 8; ++i) make_pair("many-" + std::to_string(i));
    MUST(session.f()->C_FindObjectsInit(session.handle(), nullptr, 0));
    service([](Service& keys) -> Result<void> {
        for (int i = 0; i < 8; i += 2) TRY(keys.remove_key("many-" + std::to_string(i)));
        return {};
    });
    CK_OBJECT_HANDLE handles[32];
    CK_ULONG count = 0;
    MUST(session.f()->C_FindObjects(session.handle(), handles, 32, &count));
    MUST(session.f()->C_FindObjectsFinal(session.handle()));
    int usable = 0;
    for (CK_ULONG i = 0; i < count; ++i) {
        const CK_RV code = session.try_attribute(handles[i], CKA_LABEL);
        EXPECT_RV_IN(code, CKR_OK, CKR_OBJECT_HANDLE_INVALID);
        if (code == CKR_OK) ++usable;
    }
    BOOST_TEST(usable == 8);
    BOOST_TEST(session.find(Template()).size() == 8U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
