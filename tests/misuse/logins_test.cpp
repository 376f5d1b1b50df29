// Operations of somebody who is not logged in, or not for this once.
#include "misuse/desk.hpp"

namespace kvp11::test {
namespace {

/// Anybody finds such a key, but its value is sealed until the user logs in.
CK_OBJECT_HANDLE create_found_by_all(const Desk& desk, Template object) {
    CK_OBJECT_HANDLE made = 0;
    object.flag(CKA_TOKEN, true).flag(CKA_PRIVATE, false);
    MUST(desk.f->C_CreateObject(desk.home, object.data(), object.size(), &made));
    return made;
}

void begin(Desk& desk, const char* name) {
    desk.right();
    call_of(name).begin(desk);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(logins, Desk)

BOOST_AUTO_TEST_CASE(who_is_not_logged_in_uses_no_secret) {
    aes = create_found_by_all(*this, aes_key(pattern(16)));
    secret = create_found_by_all(*this, generic_secret(pattern(32)));
    rsa_private = create_found_by_all(*this, test::rsa_private().flag(CKA_SIGN_RECOVER, true));
    rsa_public = create_found_by_all(*this, test::rsa_public().flag(CKA_VERIFY_RECOVER, true));
    ec_private = create_found_by_all(*this, test::ec_private(ec_numbers(Curve::P256)));
    for (const char* name :
         {"C_EncryptInit", "C_DecryptInit", "C_SignInit", "C_SignRecoverInit", "C_VerifySignatureInit",
          "C_MessageEncryptInit", "C_MessageDecryptInit", "C_MessageSignInit", "C_MessageVerifyInit", "C_WrapKey"}) {
        begin(*this, name);
        MUST(f->C_Logout(session));
        BOOST_TEST_CONTEXT(name) EXPECT_RV(call_of(name).run(*this), CKR_USER_NOT_LOGGED_IN);
    }
    right();
    MUST(f->C_Logout(session));
    EXPECT_RV(f->C_VerifyInit(session, Mechanism(CKM_SHA256_HMAC).get(), secret), CKR_USER_NOT_LOGGED_IN);
    EXPECT_RV(f->C_VerifyRecoverInit(session, Mechanism(CKM_RSA_PKCS).get(), rsa_public), CKR_OK);
}

BOOST_AUTO_TEST_CASE(logging_out_ends_what_uses_keys_and_nothing_else) {
    for (const Call& call : calls()) {
        if (!call.needs_operation) continue;
        right();
        call.begin(*this);
        MUST(f->C_Logout(session));
        const bool has_no_key =
            call.name.starts_with("C_Digest") && call.name != "C_DigestEncryptUpdate" && call.name != "C_DigestKey";
        const bool goes_on = has_no_key || call.name == "C_GetOperationState" || call.name == "C_DigestKey";
        if (call.name.starts_with("C_FindObjects")) continue;
        BOOST_TEST_CONTEXT(call.name)
        EXPECT_RV(call.run(*this), goes_on ? CKR_OK : CKR_OPERATION_NOT_INITIALIZED);
    }
}

BOOST_AUTO_TEST_CASE(a_key_that_asks_for_a_login_of_its_own_gets_it_before_each_use) {
    Template object = test::rsa_private().flag(CKA_SIGN_RECOVER, true).flag(CKA_ALWAYS_AUTHENTICATE, true);
    CK_OBJECT_HANDLE key = 0;
    MUST(f->C_CreateObject(home, object.data(), object.size(), &key));
    const auto start = [&](const auto member, CK_MECHANISM_TYPE type) {
        right();
        MUST((f->*member)(session, Mechanism(type).get(), key));
    };
    using List = CK_FUNCTION_LIST_3_2;
    for (const char* name : {"C_Sign", "C_SignUpdate", "C_SignFinal"}) {
        start(&List::C_SignInit, CKM_SHA256_RSA_PKCS);
        BOOST_TEST_CONTEXT(name) EXPECT_RV(call_of(name).run(*this), CKR_USER_NOT_LOGGED_IN);
        // It is over, as after every failure.
        EXPECT_RV(call_of(name).run(*this), CKR_OPERATION_NOT_INITIALIZED);
    }
    for (const char* name : {"C_Decrypt", "C_DecryptUpdate", "C_DecryptFinal"}) {
        start(&List::C_DecryptInit, CKM_RSA_PKCS);
        BOOST_TEST_CONTEXT(name) EXPECT_RV(call_of(name).run(*this), CKR_USER_NOT_LOGGED_IN);
    }
    start(&List::C_SignRecoverInit, CKM_RSA_PKCS);
    EXPECT_RV(call_of("C_SignRecover").run(*this), CKR_USER_NOT_LOGGED_IN);
    start(&List::C_SignInit, CKM_SHA256_RSA_PKCS);
    MUST(f->C_EncryptInit(session, Mechanism(CKM_AES_ECB).get(), aes));
    EXPECT_RV(call_of("C_SignEncryptUpdate").run(*this), CKR_USER_NOT_LOGGED_IN);
    for (const char* name : {"C_SignMessage", "C_SignMessageBegin"}) {
        start(&List::C_MessageSignInit, CKM_SHA256_RSA_PKCS);
        BOOST_TEST_CONTEXT(name) EXPECT_RV(call_of(name).run(*this), CKR_USER_NOT_LOGGED_IN);
        // Of messages only this one: the next may be signed after a login.
        MUST(log_in(CKU_CONTEXT_SPECIFIC, user_pin));
        BOOST_TEST_CONTEXT(name) EXPECT_RV(call_of(name).run(*this), CKR_OK);
    }
    // Begun with a login, a message is ended with it, and the next asks again.
    EXPECT_RV(call_of("C_SignMessageNext").run(*this), CKR_OK);
    EXPECT_RV(call_of("C_SignMessage").run(*this), CKR_USER_NOT_LOGGED_IN);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
