// PKCS#11 2.40 section 5.7: creating, copying, destroying and finding objects.
#include <algorithm>

#include "conformance/conformance_case.hpp"

KVP11_CASES

static Template data_object(const char* label) {
    return Template()
        .set(CKA_CLASS, CKO_DATA)
        .flag(CKA_TOKEN, false)
        .flag(CKA_PRIVATE, false)
        .text(CKA_LABEL, label)
        .text(CKA_APPLICATION, "kvp11 tests")
        .bytes(CKA_VALUE, pattern(100));
}

static Template certificate(const Bytes& id) {
    return Template()
        .set(CKA_CLASS, CKO_CERTIFICATE)
        .set(CKA_CERTIFICATE_TYPE, CKC_X_509)
        .flag(CKA_TOKEN, false)
        .flag(CKA_PRIVATE, false)
        .bytes(CKA_ID, id)
        .bytes(CKA_SUBJECT, from_hex("300f310d300b06035504030c0474657374"))
        .bytes(CKA_ISSUER, from_hex("300f310d300b06035504030c0474657374"))
        .bytes(CKA_SERIAL_NUMBER, from_hex("020101"))
        .bytes(CKA_VALUE, from_hex("3003020101"));
}

CONFORMANCE(objects, data_and_certificates_keep_what_they_are_given) {
    Session session(subject);
    const CK_OBJECT_HANDLE data = session.create(data_object("a note"));
    BOOST_TEST(to_hex(session.attribute(data, CKA_VALUE)) == to_hex(pattern(100)));
    BOOST_TEST(to_hex(session.attribute(data, CKA_LABEL)) == to_hex(text_bytes("a note")));
    const CK_OBJECT_HANDLE made = session.create(certificate({1, 2, 3}));
    BOOST_TEST(session.number(made, CKA_CERTIFICATE_TYPE) == CKC_X_509);
    BOOST_TEST(to_hex(session.attribute(made, CKA_ID)) == "010203");
    BOOST_TEST(to_hex(session.attribute(made, CKA_SERIAL_NUMBER)) == "020101");
    BOOST_TEST(!session.flag(made, CKA_TRUSTED));
}

CONFORMANCE(objects, token_objects_survive_finalize_and_session_objects_do_not, remote_lacks(Lack::Readable)) {
    {
        Session session(subject);
        session.create(aes_key(pattern(32)).flag(CKA_TOKEN, true).text(CKA_LABEL, "stays"));
        session.create(certificate({7}).flag(CKA_TOKEN, true));
        session.create(data_object("stays").flag(CKA_TOKEN, true));
        session.create(aes_key(pattern(32)).text(CKA_LABEL, "goes"));
    }
    subject.restart();
    Session session(subject);
    const auto keys = session.find(Template().set(CKA_CLASS, CKO_SECRET_KEY));
    BOOST_REQUIRE_EQUAL(keys.size(), 1u);
    BOOST_TEST(to_hex(session.attribute(keys[0], CKA_VALUE)) == to_hex(pattern(32)));
    BOOST_TEST(session.find(Template().set(CKA_CLASS, CKO_CERTIFICATE).bytes(CKA_ID, {7})).size() == 1u);
    BOOST_TEST(session.find(Template().text(CKA_LABEL, "stays")).size() == 2u);
    BOOST_TEST(session.find(Template().text(CKA_LABEL, "goes")).empty());
}

CONFORMANCE(objects, every_kind_of_key_survives_finalize) {
    {
        Session session(subject);
        session.create(rsa_private().flag(CKA_TOKEN, true).bytes(CKA_ID, {1}));
        session.create(rsa_public().flag(CKA_TOKEN, true).bytes(CKA_ID, {1}));
        session.create(ec_private(ec_numbers(Curve::P521)).flag(CKA_TOKEN, true).bytes(CKA_ID, {2}));
        session.create(ec_public(ec_numbers(Curve::P521)).flag(CKA_TOKEN, true).bytes(CKA_ID, {2}));
        session.create(generic_secret(pattern(33)).flag(CKA_TOKEN, true).bytes(CKA_ID, {3}));
    }
    subject.restart();
    Session session(subject);
    const Bytes message = text_bytes("after the restart");
    const auto only = [&](CK_OBJECT_CLASS object_class, std::uint8_t id) {
        const auto found = session.find(Template().set(CKA_CLASS, object_class).bytes(CKA_ID, {id}));
        BOOST_REQUIRE_EQUAL(found.size(), 1u);
        return found[0];
    };
    const Bytes rsa = session.sign(CKM_SHA256_RSA_PKCS, only(CKO_PRIVATE_KEY, 1), message);
    EXPECT_RV(session.try_verify(CKM_SHA256_RSA_PKCS, only(CKO_PUBLIC_KEY, 1), message, rsa), CKR_OK);
    const Bytes ec = session.sign(CKM_ECDSA, only(CKO_PRIVATE_KEY, 2), pattern(64));
    EXPECT_RV(session.try_verify(CKM_ECDSA, only(CKO_PUBLIC_KEY, 2), pattern(64), ec), CKR_OK);
    const Bytes mac = session.sign(CKM_SHA256_HMAC, only(CKO_SECRET_KEY, 3), message);
    EXPECT_RV(session.try_verify(CKM_SHA256_HMAC, only(CKO_SECRET_KEY, 3), message, mac), CKR_OK);
}

CONFORMANCE(objects, both_halves_of_a_pair_are_destroyed_by_their_handles) {
    for (const bool private_first : {true, false}) {
        Session session(subject);
        const KeyPair pair = session.generate_pair(
            CKM_EC_KEY_PAIR_GEN,
            pair_public({1}).flag(CKA_TOKEN, true).bytes(CKA_EC_PARAMS, ec_numbers(Curve::P256).parameters),
            pair_private({1}).flag(CKA_TOKEN, true));
        EXPECT_RV(session.try_destroy(private_first ? pair.private_key : pair.public_key), CKR_OK);
        EXPECT_RV(session.try_destroy(private_first ? pair.public_key : pair.private_key), CKR_OK);
        for (const CK_OBJECT_HANDLE half : {pair.public_key, pair.private_key}) {
            EXPECT_RV(session.try_attribute(half, CKA_CLASS), CKR_OBJECT_HANDLE_INVALID);
            EXPECT_RV(session.try_destroy(half), CKR_OBJECT_HANDLE_INVALID);
        }
        BOOST_TEST(session.find(Template().bytes(CKA_ID, {1})).empty());
    }
}

CONFORMANCE(objects, private_objects_are_invisible_before_login) {
    {
        Session session(subject);
        session.create(aes_key(pattern(16)).flag(CKA_TOKEN, true));
        session.create(rsa_private().flag(CKA_TOKEN, true));
        session.create(rsa_public().flag(CKA_TOKEN, true));
    }
    Session session(subject, Login::None);
    const auto visible = session.find(Template());
    BOOST_REQUIRE_EQUAL(visible.size(), 1u);
    BOOST_TEST(session.number(visible[0], CKA_CLASS) == CKO_PUBLIC_KEY);
    session.login(Login::User);
    BOOST_TEST(session.find(Template()).size() == 3u);
}

CONFORMANCE(objects, a_private_handle_is_invalid_after_logout) {
    Session session(subject);
    const CK_OBJECT_HANDLE token_key = session.create(aes_key(pattern(16)).flag(CKA_TOKEN, true));
    const CK_OBJECT_HANDLE session_key = session.create(aes_key(pattern(16)));
    session.logout();
    EXPECT_RV(session.try_attribute(token_key, CKA_CLASS), CKR_OBJECT_HANDLE_INVALID);
    EXPECT_RV(session.try_attribute(session_key, CKA_CLASS), CKR_OBJECT_HANDLE_INVALID);
    EXPECT_RV_IN(session.try_encrypt(CKM_AES_ECB, token_key, pattern(16)), CKR_KEY_HANDLE_INVALID,
                 CKR_OBJECT_HANDLE_INVALID, CKR_USER_NOT_LOGGED_IN);
    session.login(Login::User);
    // Private session objects are destroyed by C_Logout and stay so.
    EXPECT_RV(session.try_attribute(session_key, CKA_CLASS), CKR_OBJECT_HANDLE_INVALID);
    BOOST_TEST(session.find(Template().set(CKA_CLASS, CKO_SECRET_KEY)).size() == 1u);
}

CONFORMANCE(objects, private_objects_cannot_be_made_before_login) {
    Session session(subject, Login::None);
    EXPECT_RV(session.try_create(aes_key(pattern(16))), CKR_USER_NOT_LOGGED_IN);
    EXPECT_RV(session.try_generate(CKM_AES_KEY_GEN, aes_generation(16)), CKR_USER_NOT_LOGGED_IN);
    EXPECT_RV(session.try_create(data_object("public")), CKR_OK);
}

CONFORMANCE(objects, the_officer_makes_no_private_objects, remote_lacks(Lack::Officer)) {
    Session session(subject, Login::Officer);
    EXPECT_RV(session.try_create(aes_key(pattern(16))), CKR_USER_NOT_LOGGED_IN);
    EXPECT_RV(session.try_create(data_object("public").flag(CKA_TOKEN, true)), CKR_OK);
}

CONFORMANCE(objects, session_objects_die_with_their_session) {
    Session staying(subject);
    CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;
    {
        Session going(subject);
        key = going.create(aes_key(pattern(16)).text(CKA_LABEL, "short-lived"));
        // Session objects are seen by every session of the application while they live.
        BOOST_TEST(staying.find(Template().text(CKA_LABEL, "short-lived")).size() == 1u);
        BOOST_TEST(staying.encrypt(CKM_AES_ECB, key, pattern(16)).size() == 16u);
    }
    BOOST_TEST(staying.find(Template().text(CKA_LABEL, "short-lived")).empty());
    EXPECT_RV(staying.try_attribute(key, CKA_CLASS), CKR_OBJECT_HANDLE_INVALID);
}

CONFORMANCE(objects, a_read_only_session_writes_no_token_objects) {
    Session writing(subject);
    const CK_OBJECT_HANDLE key = writing.create(aes_key(pattern(16)).flag(CKA_TOKEN, true));
    Session reading(subject, Login::User, Session::Access::ReadOnly);
    EXPECT_RV(reading.try_create(data_object("x").flag(CKA_TOKEN, true)), CKR_SESSION_READ_ONLY);
    EXPECT_RV(reading.try_generate(CKM_AES_KEY_GEN, aes_generation(16).flag(CKA_TOKEN, true)), CKR_SESSION_READ_ONLY);
    EXPECT_RV(reading.try_destroy(key), CKR_SESSION_READ_ONLY);
    EXPECT_RV(reading.try_set(key, Template().text(CKA_LABEL, "new")), CKR_SESSION_READ_ONLY);
    EXPECT_RV(reading.try_copy(key, Template().flag(CKA_TOKEN, true)), CKR_SESSION_READ_ONLY);
    EXPECT_RV(reading.try_create(data_object("x")), CKR_OK);
    // NSS and pkcs11-provider copy token keys into session keys like this.
    EXPECT_RV(reading.try_copy(key, Template().flag(CKA_TOKEN, false)), CKR_OK);
}

CONFORMANCE(objects, destroyed_objects_are_gone) {
    Session session(subject);
    for (bool on_token : {false, true}) {
        const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(16)).flag(CKA_TOKEN, on_token));
        MUST(session.try_destroy(key));
        EXPECT_RV(session.try_destroy(key), CKR_OBJECT_HANDLE_INVALID);
        EXPECT_RV(session.try_attribute(key, CKA_CLASS), CKR_OBJECT_HANDLE_INVALID);
        EXPECT_RV_IN(session.try_encrypt(CKM_AES_ECB, key, pattern(16)), CKR_KEY_HANDLE_INVALID,
                     CKR_OBJECT_HANDLE_INVALID);
    }
    BOOST_TEST(session.find(Template()).empty());
    EXPECT_RV(session.try_destroy(CK_INVALID_HANDLE), CKR_OBJECT_HANDLE_INVALID);
}

CONFORMANCE(objects, destroyable_false_is_obeyed) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(16)).flag(CKA_DESTROYABLE, false));
    EXPECT_RV(session.try_destroy(key), CKR_ACTION_PROHIBITED);
    EXPECT_RV(session.try_attribute(key, CKA_CLASS), CKR_OK);
}

CONFORMANCE(objects, find_matches_every_attribute_of_the_template) {
    Session session(subject);
    for (std::uint8_t i = 0; i < 40; ++i) {
        session.create(data_object(i % 2 ? "odd" : "even").bytes(CKA_VALUE, {i}));
    }
    session.create(aes_key(pattern(16)).text(CKA_LABEL, "odd").bytes(CKA_ID, {9}));
    BOOST_TEST(session.find(Template()).size() == 41u);
    BOOST_TEST(session.find(Template().text(CKA_LABEL, "odd")).size() == 21u);
    BOOST_TEST(session.find(Template().text(CKA_LABEL, "odd").set(CKA_CLASS, CKO_DATA)).size() == 20u);
    BOOST_TEST(session.find(Template().text(CKA_LABEL, "od")).empty());
    BOOST_TEST(session.find(Template().bytes(CKA_VALUE, {3})).size() == 1u);
    BOOST_TEST(session.find(Template().bytes(CKA_ID, {9}).flag(CKA_TOKEN, false)).size() == 1u);
    BOOST_TEST(session.find(Template().bytes(CKA_ID, {9}).flag(CKA_TOKEN, true)).empty());
    BOOST_TEST(session.find(Template().set(CKA_KEY_TYPE, CKK_AES)).size() == 1u);
}

CONFORMANCE(objects, find_hands_out_in_portions_and_each_object_once) {
    Session session(subject);
    for (std::uint8_t i = 0; i < 25; ++i) session.create(data_object("portion"));
    MUST(session.f()->C_FindObjectsInit(session.handle(), nullptr, 0));
    std::vector<CK_OBJECT_HANDLE> seen;
    CK_ULONG count = 0;
    do {
        CK_OBJECT_HANDLE some[4];
        MUST(session.f()->C_FindObjects(session.handle(), some, 4, &count));
        BOOST_TEST(count <= 4u);
        seen.insert(seen.end(), some, some + count);
    } while (count != 0);
    MUST(session.f()->C_FindObjectsFinal(session.handle()));
    BOOST_TEST(seen.size() == 25u);
    std::sort(seen.begin(), seen.end());
    BOOST_TEST((std::unique(seen.begin(), seen.end()) == seen.end()));
}

CONFORMANCE(objects, find_keeps_its_order_of_calls) {
    Session session(subject);
    CK_OBJECT_HANDLE found = 0;
    CK_ULONG count = 0;
    EXPECT_RV(session.f()->C_FindObjects(session.handle(), &found, 1, &count), CKR_OPERATION_NOT_INITIALIZED);
    EXPECT_RV(session.f()->C_FindObjectsFinal(session.handle()), CKR_OPERATION_NOT_INITIALIZED);
    MUST(session.f()->C_FindObjectsInit(session.handle(), nullptr, 0));
    EXPECT_RV(session.f()->C_FindObjectsInit(session.handle(), nullptr, 0), CKR_OPERATION_ACTIVE);
    EXPECT_RV(session.f()->C_FindObjects(session.handle(), nullptr, 1, &count), CKR_ARGUMENTS_BAD);
    // Whether the error ended the search is left open by 2.40.
    EXPECT_RV_IN(session.f()->C_FindObjectsFinal(session.handle()), CKR_OK, CKR_OPERATION_NOT_INITIALIZED);
    EXPECT_RV(session.f()->C_FindObjectsInit(session.handle(), nullptr, 1), CKR_ARGUMENTS_BAD);
}

CONFORMANCE(objects, a_search_runs_beside_a_digest) {
    Session session(subject);
    Mechanism sha256 = CKM_SHA256;
    MUST(session.f()->C_FindObjectsInit(session.handle(), nullptr, 0));
    EXPECT_RV_IN(session.f()->C_DigestInit(session.handle(), sha256.get()), CKR_OK, CKR_OPERATION_ACTIVE);
    EXPECT_RV(session.f()->C_FindObjectsFinal(session.handle()), CKR_OK);
}

CONFORMANCE(objects, a_copy_is_another_object_with_the_changes, remote_lacks(Lack::Ecb)) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(16)).text(CKA_LABEL, "first"));
    const CK_OBJECT_HANDLE copy =
        session.copy(key, Template().text(CKA_LABEL, "second").flag(CKA_TOKEN, true).flag(CKA_SENSITIVE, true));
    BOOST_TEST(copy != key);
    BOOST_TEST(to_hex(session.attribute(copy, CKA_LABEL)) == to_hex(text_bytes("second")));
    BOOST_TEST(session.flag(copy, CKA_SENSITIVE));
    BOOST_TEST(session.flag(copy, CKA_TOKEN));
    BOOST_TEST(to_hex(session.attribute(key, CKA_LABEL)) == to_hex(text_bytes("first")));
    BOOST_TEST(to_hex(session.encrypt(CKM_AES_ECB, copy, pattern(16))) ==
               to_hex(session.encrypt(CKM_AES_ECB, key, pattern(16))));
}

CONFORMANCE(objects, a_copy_without_changes_needs_no_template, reference_defect("answers CKR_ARGUMENTS_BAD")) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(16)));
    CK_OBJECT_HANDLE copy = 0;
    EXPECT_RV(session.f()->C_CopyObject(session.handle(), key, nullptr, 0, &copy), CKR_OK);
    BOOST_TEST(to_hex(session.attribute(copy, CKA_VALUE)) == to_hex(pattern(16)));
}

CONFORMANCE(objects, a_copy_cannot_loosen_a_key) {
    Session session(subject);
    const CK_OBJECT_HANDLE key =
        session.create(aes_key(pattern(16)).flag(CKA_SENSITIVE, true).flag(CKA_EXTRACTABLE, false));
    EXPECT_RV_IN(session.try_copy(key, Template().flag(CKA_SENSITIVE, false)), CKR_ATTRIBUTE_READ_ONLY,
                 CKR_TEMPLATE_INCONSISTENT);
    EXPECT_RV_IN(session.try_copy(key, Template().flag(CKA_EXTRACTABLE, true)), CKR_ATTRIBUTE_READ_ONLY,
                 CKR_TEMPLATE_INCONSISTENT);
    EXPECT_RV_IN(session.try_copy(key, Template().flag(CKA_PRIVATE, false)), CKR_ATTRIBUTE_READ_ONLY,
                 CKR_TEMPLATE_INCONSISTENT);
    EXPECT_RV_IN(session.try_copy(key, Template().bytes(CKA_VALUE, pattern(16))), CKR_ATTRIBUTE_READ_ONLY,
                 CKR_TEMPLATE_INCONSISTENT);
    const CK_OBJECT_HANDLE copy = session.copy(key, Template().text(CKA_LABEL, "copy"));
    EXPECT_RV(session.try_attribute(copy, CKA_VALUE), CKR_ATTRIBUTE_SENSITIVE);
}

CONFORMANCE(objects, copyable_false_is_obeyed) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(16)).flag(CKA_COPYABLE, false));
    EXPECT_RV(session.try_copy(key, Template().text(CKA_LABEL, "copy")), CKR_ACTION_PROHIBITED);
    EXPECT_RV(session.try_set(key, Template().flag(CKA_COPYABLE, true)), CKR_ATTRIBUTE_READ_ONLY);
}

CONFORMANCE(objects, get_object_size_gives_a_size_or_says_it_is_unavailable) {
    Session session(subject);
    const CK_OBJECT_HANDLE data = session.create(data_object("size"));
    CK_ULONG size = 0;
    EXPECT_RV(session.f()->C_GetObjectSize(session.handle(), data, &size), CKR_OK);
    EXPECT_RV(session.f()->C_GetObjectSize(session.handle(), data, nullptr), CKR_ARGUMENTS_BAD);
    EXPECT_RV(session.f()->C_GetObjectSize(session.handle(), data + 1000, &size), CKR_OBJECT_HANDLE_INVALID);
}

CONFORMANCE(objects, labels_may_be_empty_repeated_and_any_utf8) {
    Session session(subject);
    const std::string greek = "\xCE\xBA\xCE\xBB\xCE\xB5\xCE\xB9\xCE\xB4\xCE\xAF / \xF0\x9F\x94\x91";
    for (int i = 0; i < 2; ++i) {
        session.create(aes_key(pattern(16)).flag(CKA_TOKEN, true).text(CKA_LABEL, greek));
        session.create(aes_key(pattern(16)).flag(CKA_TOKEN, true).text(CKA_LABEL, ""));
    }
    BOOST_TEST(session.find(Template().text(CKA_LABEL, greek)).size() == 2u);
    BOOST_TEST(session.find(Template().text(CKA_LABEL, "")).size() == 2u);
}

KVP11_CASES_END
