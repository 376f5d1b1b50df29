// What sessions of one application share, and private keys that ask for the PIN at every use.
#include "conformance/conformance_case.hpp"

KVP11_CASES

CONFORMANCE(sharing, a_token_object_has_one_handle_in_all_sessions) {
    Session first(subject);
    const CK_OBJECT_HANDLE key = first.create(aes_key(pattern(16)).flag(CKA_TOKEN, true).bytes(CKA_ID, {1}));
    Session second(subject, Login::None, Session::Access::ReadOnly);
    const auto found = second.find(Template().bytes(CKA_ID, {1}));
    BOOST_REQUIRE_EQUAL(found.size(), 1u);
    BOOST_TEST(found[0] == key);
    BOOST_TEST(first.find(Template().bytes(CKA_ID, {1})).at(0) == key);
}

CONFORMANCE(sharing, a_change_in_one_session_is_seen_in_the_other) {
    Session first(subject);
    Session second(subject);
    const CK_OBJECT_HANDLE key = first.create(aes_key(pattern(16)).flag(CKA_TOKEN, true).text(CKA_LABEL, "before"));
    BOOST_TEST(to_hex(second.attribute(key, CKA_LABEL)) == to_hex(text_bytes("before")));
    MUST(first.try_set(key, Template().text(CKA_LABEL, "after").flag(CKA_ENCRYPT, false)));
    BOOST_TEST(to_hex(second.attribute(key, CKA_LABEL)) == to_hex(text_bytes("after")));
    EXPECT_RV(second.try_encrypt(CKM_AES_ECB, key, pattern(16)), CKR_KEY_FUNCTION_NOT_PERMITTED);
    MUST(second.try_destroy(key));
    EXPECT_RV(first.try_attribute(key, CKA_LABEL), CKR_OBJECT_HANDLE_INVALID);
    BOOST_TEST(first.find(Template()).empty());
}

CONFORMANCE(sharing, a_token_key_copied_into_a_read_only_session_works) {
    Session writing(subject);
    const CK_OBJECT_HANDLE key = writing.create(rsa_private().flag(CKA_TOKEN, true).flag(CKA_EXTRACTABLE, false));
    Session reading(subject, Login::None, Session::Access::ReadOnly);
    const CK_OBJECT_HANDLE copy = reading.copy(key, Template().flag(CKA_TOKEN, false));
    BOOST_TEST(!reading.flag(copy, CKA_TOKEN));
    BOOST_TEST(!reading.flag(copy, CKA_EXTRACTABLE));
    BOOST_TEST(to_hex(reading.sign(CKM_SHA256_RSA_PKCS, copy, pattern(9))) ==
               to_hex(writing.sign(CKM_SHA256_RSA_PKCS, key, pattern(9))));
}

CONFORMANCE(sharing, an_operation_goes_on_when_its_key_is_destroyed_or_says_so) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = session.create(generic_secret(pattern(32)));
    MUST(session.f()->C_SignInit(session.handle(), Mechanism(CKM_SHA256_HMAC).get(), key));
    MUST(session.try_destroy(key));
    Bytes data = pattern(8);
    CK_BYTE mac[32];
    CK_ULONG size = sizeof mac;
    EXPECT_RV_IN(session.f()->C_Sign(session.handle(), data.data(), 8, mac, &size), CKR_OK, CKR_KEY_HANDLE_INVALID,
                 CKR_OBJECT_HANDLE_INVALID, CKR_OPERATION_NOT_INITIALIZED);
}

CONFORMANCE(sharing, a_key_that_always_authenticates_wants_the_pin_at_every_use) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = session.create(rsa_private().flag(CKA_ALWAYS_AUTHENTICATE, true));
    BOOST_TEST(session.flag(key, CKA_ALWAYS_AUTHENTICATE));
    Mechanism mechanism = CKM_SHA256_RSA_PKCS;
    Bytes data = pattern(8);
    Bytes signature(256);
    CK_ULONG size = 256;
    const auto sign = [&] { return session.f()->C_Sign(session.handle(), data.data(), 8, signature.data(), &size); };
    MUST(session.f()->C_SignInit(session.handle(), mechanism.get(), key));
    EXPECT_RV(sign(), CKR_USER_NOT_LOGGED_IN);
    for (int i = 0; i < 2; ++i) {
        Session fresh(subject);
        MUST(fresh.f()->C_SignInit(fresh.handle(), mechanism.get(), key));
        EXPECT_RV(fresh.try_login(CKU_CONTEXT_SPECIFIC, "not-the-pin"), CKR_PIN_INCORRECT);
        EXPECT_RV(fresh.try_login(CKU_CONTEXT_SPECIFIC, user_pin), CKR_OK);
        size = 256;
        EXPECT_RV(fresh.f()->C_Sign(fresh.handle(), data.data(), 8, signature.data(), &size), CKR_OK);
    }
}

KVP11_CASES_END
