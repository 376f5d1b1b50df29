// Codes that belong to a few functions each: templates, keys, lengths, signatures, PINs, tokens.
#include "misuse/desk.hpp"

namespace kvp11::test {
namespace {

constexpr CK_ATTRIBUTE_TYPE no_attribute = 0x7FFFFFF1;
constexpr const char* makers[] = {"C_CreateObject",    "C_CopyObject", "C_SetAttributeValue", "C_GenerateKey",
                                  "C_GenerateKeyPair", "C_UnwrapKey",  "C_DeriveKey"};

/// One of the makers with a template that `spoil` has changed.
template <class Spoil>
CK_RV made_with(Desk& desk, const char* name, Spoil spoil) {
    desk.right();
    const Call& call = call_of(name);
    call.begin(desk);
    spoil(desk.wanted);
    return call.run(desk);
}

CK_UTF8CHAR_PTR chars(const char* text) { return reinterpret_cast<CK_UTF8CHAR_PTR>(const_cast<char*>(text)); }

}  // namespace

BOOST_FIXTURE_TEST_SUITE(codes, Desk)

BOOST_AUTO_TEST_CASE(templates_are_judged_by_every_maker) {
    for (const char* name : makers) {
        BOOST_TEST_CONTEXT(name) {
            EXPECT_RV(made_with(*this, name, [](Template& t) { t.flag(CKA_LOCAL, true); }), CKR_ATTRIBUTE_READ_ONLY);
            EXPECT_RV(made_with(*this, name, [](Template& t) { t.bytes(no_attribute, Bytes(4)); }),
                      CKR_ATTRIBUTE_TYPE_INVALID);
            EXPECT_RV(made_with(*this, name, [](Template& t) { t.bytes(CKA_DERIVE, Bytes{7}); }),
                      CKR_ATTRIBUTE_VALUE_INVALID);
            wanted = {};
            made = 0;
        }
    }
    CK_ULONG count = 0;
    Template strange = Template().bytes(no_attribute, Bytes(4));
    right();
    EXPECT_RV_IN(f->C_FindObjectsInit(session, strange.data(), 1), CKR_OK, CKR_ATTRIBUTE_TYPE_INVALID);
    EXPECT_RV_IN(f->C_FindObjects(session, &made, 1, &count), CKR_OK, CKR_OPERATION_NOT_INITIALIZED);
}

BOOST_AUTO_TEST_CASE(classes_and_types_that_do_not_fit_are_inconsistent) {
    const auto pair_class = [](Template& t) { t.set(CKA_CLASS, CKO_SECRET_KEY).set(CKA_KEY_TYPE, CKK_RSA); };
    for (const char* name : {"C_CreateObject", "C_UnwrapKey", "C_DeriveKey"})
        BOOST_TEST_CONTEXT(name) EXPECT_RV(made_with(*this, name, pair_class), CKR_TEMPLATE_INCONSISTENT);
    for (const char* name : {"C_GenerateKey", "C_GenerateKeyPair"}) BOOST_TEST_CONTEXT(name)
    EXPECT_RV(made_with(*this, name, [](Template& t) { t.set(CKA_CLASS, CKO_PRIVATE_KEY); }),
              CKR_TEMPLATE_INCONSISTENT);
    EXPECT_RV(made_with(*this, "C_CreateObject", [](Template& t) { t.without(CKA_VALUE); }), CKR_TEMPLATE_INCOMPLETE);
    EXPECT_RV(made_with(*this, "C_UnwrapKey", [](Template& t) { t.without(CKA_CLASS); }), CKR_TEMPLATE_INCOMPLETE);
    EXPECT_RV(made_with(*this, "C_GenerateKey", [](Template& t) { t.without(CKA_VALUE_LEN); }),
              CKR_TEMPLATE_INCOMPLETE);
    EXPECT_RV(made_with(*this, "C_GenerateKeyPair", [](Template& t) { t.without(CKA_EC_PARAMS); }),
              CKR_TEMPLATE_INCOMPLETE);
}

BOOST_AUTO_TEST_CASE(a_read_only_session_makes_no_token_objects) {
    for (const char* name :
         {"C_CreateObject", "C_CopyObject", "C_GenerateKey", "C_GenerateKeyPair", "C_UnwrapKey", "C_DeriveKey"}) {
        right();
        call_of(name).begin(*this);
        open(CKF_SERIAL_SESSION);
        wanted.flag(CKA_TOKEN, true);
        BOOST_TEST_CONTEXT(name) EXPECT_RV(call_of(name).run(*this), CKR_SESSION_READ_ONLY);
        // The session's kind before the template's faults.
        wanted.bytes(CKA_LABEL, Bytes(3));
        MUST(f->C_CloseSession(session));
        session = home;
    }
    right();
    Template data = Template().set(CKA_CLASS, CKO_DATA).flag(CKA_TOKEN, true);
    MUST(f->C_CreateObject(session, data.data(), data.size(), &made));
    const CK_OBJECT_HANDLE object = made;
    open(CKF_SERIAL_SESSION);
    Template label = Template().text(CKA_LABEL, "x");
    EXPECT_RV(f->C_SetAttributeValue(session, object, label.data(), 1), CKR_SESSION_READ_ONLY);
    EXPECT_RV(f->C_DestroyObject(session, object), CKR_SESSION_READ_ONLY);
    EXPECT_RV(f->C_SetPIN(session, chars(user_pin), 9, chars(user_pin), 9), CKR_SESSION_READ_ONLY);
}

BOOST_AUTO_TEST_CASE(who_is_not_logged_in_makes_nothing_private) {
    for (const char* name :
         {"C_CreateObject", "C_CopyObject", "C_GenerateKey", "C_GenerateKeyPair", "C_UnwrapKey", "C_DeriveKey"}) {
        right();
        call_of(name).begin(*this);
        MUST(f->C_Logout(session));
        wanted.flag(CKA_PRIVATE, true);
        BOOST_TEST_CONTEXT(name) EXPECT_RV(call_of(name).run(*this), CKR_USER_NOT_LOGGED_IN);
    }
    EXPECT_RV(f->C_Logout(session), CKR_USER_NOT_LOGGED_IN);
    EXPECT_RV(f->C_InitPIN(session, chars(user_pin), 9), CKR_USER_NOT_LOGGED_IN);
}

BOOST_AUTO_TEST_CASE(results_do_not_fit_and_wait) {
    for (const Call& call : calls()) {
        for (const CK_ULONG room : {CK_ULONG{0}, CK_ULONG{1}}) {
            right();
            call.begin(*this);
            size = room;
            const CK_RV code = call.run(*this);
            if (code != CKR_BUFFER_TOO_SMALL) continue;
            // With what it asked for it goes on as if nothing had been.
            BOOST_TEST_CONTEXT(call.name) {
                BOOST_TEST(size > room);
                EXPECT_RV(call.run(*this), CKR_OK);
            }
        }
    }
    right();
    MUST(f->C_EncryptInit(session, Mechanism(CKM_AES_CBC_PAD, Bytes(16)).get(), aes));
    size = 0;
    EXPECT_RV(f->C_EncryptFinal(session, out.data(), &size), CKR_BUFFER_TOO_SMALL);
    EXPECT_RV(f->C_EncryptFinal(session, out.data(), &size), CKR_OK);
    MUST(f->C_DecryptInit(session, Mechanism(CKM_AES_CBC_PAD, Bytes(16)).get(), aes));
    CK_ULONG got = 0;
    CK_BYTE plain[32];
    MUST(f->C_DecryptUpdate(session, out.data(), 16, plain, &got));
    got = 0;
    EXPECT_RV_IN(f->C_DecryptFinal(session, plain, &got), CKR_OK, CKR_BUFFER_TOO_SMALL);
}

BOOST_AUTO_TEST_CASE(lengths_of_data_are_judged) {
    const auto begin = [&](CK_RV code) {
        MUST(code);
        size = out.size();
    };
    right();
    begin(f->C_EncryptInit(session, Mechanism(CKM_AES_ECB).get(), aes));
    EXPECT_RV(f->C_Encrypt(session, in.data(), 15, out.data(), &size), CKR_DATA_LEN_RANGE);
    begin(f->C_EncryptInit(session, Mechanism(CKM_AES_ECB).get(), aes));
    EXPECT_RV(f->C_EncryptUpdate(session, in.data(), 15, out.data(), &size), CKR_OK);
    size = out.size();
    EXPECT_RV(f->C_EncryptFinal(session, out.data(), &size), CKR_DATA_LEN_RANGE);
    begin(f->C_DecryptInit(session, Mechanism(CKM_AES_ECB).get(), aes));
    EXPECT_RV(f->C_Decrypt(session, in.data(), 15, out.data(), &size), CKR_ENCRYPTED_DATA_LEN_RANGE);
    begin(f->C_DecryptInit(session, Mechanism(CKM_AES_ECB).get(), aes));
    EXPECT_RV(f->C_DecryptUpdate(session, in.data(), 15, out.data(), &size), CKR_OK);
    size = out.size();
    EXPECT_RV(f->C_DecryptFinal(session, out.data(), &size), CKR_ENCRYPTED_DATA_LEN_RANGE);
    begin(f->C_DecryptInit(session, Mechanism(CKM_AES_CBC_PAD, Bytes(16)).get(), aes));
    EXPECT_RV(f->C_Decrypt(session, in.data(), 32, out.data(), &size), CKR_ENCRYPTED_DATA_INVALID);
    begin(f->C_DecryptInit(session, Mechanism(CKM_AES_CBC_PAD, Bytes(16)).get(), aes));
    EXPECT_RV(f->C_DecryptUpdate(session, in.data(), 32, out.data(), &size), CKR_OK);
    size = out.size();
    EXPECT_RV(f->C_DecryptFinal(session, out.data(), &size), CKR_ENCRYPTED_DATA_INVALID);
    begin(f->C_EncryptInit(session, Mechanism(CKM_RSA_X_509).get(), rsa_public));
    Bytes large(256, 0xff);
    EXPECT_RV_IN(f->C_Encrypt(session, large.data(), 256, out.data(), &size), CKR_DATA_INVALID, CKR_DATA_LEN_RANGE);
    begin(f->C_SignInit(session, Mechanism(CKM_RSA_PKCS).get(), rsa_private));
    EXPECT_RV(f->C_Sign(session, in.data(), 250, out.data(), &size), CKR_DATA_LEN_RANGE);
    begin(f->C_SignInit(session, Mechanism(CKM_RSA_X_509).get(), rsa_private));
    EXPECT_RV_IN(f->C_Sign(session, large.data(), 256, out.data(), &size), CKR_DATA_INVALID, CKR_DATA_LEN_RANGE);
    begin(f->C_VerifyInit(session, Mechanism(CKM_RSA_PKCS).get(), rsa_public));
    EXPECT_RV_IN(f->C_Verify(session, in.data(), 250, large.data(), 256), CKR_DATA_LEN_RANGE, CKR_SIGNATURE_INVALID);
}

BOOST_AUTO_TEST_CASE(signatures_are_judged_by_length_and_then_by_value) {
    const auto begin = [&] {
        right();
        MUST(f->C_VerifyInit(session, Mechanism(CKM_SHA256_HMAC).get(), secret));
    };
    Bytes wrong = mac;
    wrong[0] ^= 1U;
    begin();
    EXPECT_RV(f->C_Verify(session, in.data(), 32, wrong.data(), 32), CKR_SIGNATURE_INVALID);
    begin();
    EXPECT_RV(f->C_Verify(session, in.data(), 32, mac.data(), 31), CKR_SIGNATURE_LEN_RANGE);
    begin();
    MUST(f->C_VerifyUpdate(session, in.data(), 32));
    EXPECT_RV(f->C_VerifyFinal(session, wrong.data(), 32), CKR_SIGNATURE_INVALID);
    begin();
    MUST(f->C_VerifyUpdate(session, in.data(), 32));
    EXPECT_RV(f->C_VerifyFinal(session, mac.data(), 31), CKR_SIGNATURE_LEN_RANGE);
    // In each case the operation is over.
    EXPECT_RV(f->C_VerifyFinal(session, mac.data(), 32), CKR_OPERATION_NOT_INITIALIZED);
}

BOOST_AUTO_TEST_CASE(keys_are_digested_wrapped_and_derived_from_when_they_may) {
    CK_OBJECT_HANDLE closed = 0;
    Template shut = aes_key(pattern(16)).flag(CKA_SENSITIVE, true).flag(CKA_EXTRACTABLE, false);
    MUST(f->C_CreateObject(home, shut.data(), shut.size(), &closed));
    right();
    for (const auto& [key, code] :
         {std::pair{CK_OBJECT_HANDLE{99999}, CKR_KEY_HANDLE_INVALID}, {closed, CKR_KEY_INDIGESTIBLE}}) {
        MUST(f->C_DigestInit(session, Mechanism(CKM_SHA256).get()));
        EXPECT_RV(f->C_DigestKey(session, key), code);
        (void)f->C_DigestInit(session, nullptr);
        right();
    }
    const auto wrap = [&](Mechanism with, CK_OBJECT_HANDLE under, CK_OBJECT_HANDLE key) {
        right();
        return f->C_WrapKey(session, with.get(), under, key, out.data(), &size);
    };
    EXPECT_RV(wrap(CKM_AES_KEY_WRAP, 99999, aes), CKR_WRAPPING_KEY_HANDLE_INVALID);
    EXPECT_RV(wrap(CKM_AES_KEY_WRAP, aes, 99999), CKR_KEY_HANDLE_INVALID);
    EXPECT_RV(wrap(CKM_AES_KEY_WRAP, rsa_public, aes), CKR_WRAPPING_KEY_TYPE_INCONSISTENT);
    EXPECT_RV(wrap(CKM_AES_KEY_WRAP, aes, closed), CKR_KEY_UNEXTRACTABLE);
    EXPECT_RV(wrap(CKM_RSA_PKCS, rsa_public, rsa_private), CKR_KEY_NOT_WRAPPABLE);
    EXPECT_RV(wrap(CKM_SHA256, aes, aes), CKR_MECHANISM_INVALID);
    EXPECT_RV(wrap(Mechanism(CKM_AES_CBC_PAD, Bytes(3)), aes, aes), CKR_MECHANISM_PARAM_INVALID);
    const auto unwrap = [&](Mechanism with, CK_OBJECT_HANDLE under, CK_ULONG length) {
        right();
        return f->C_UnwrapKey(session, with.get(), under, wrapped.data(), length, wanted.data(), wanted.size(), &made);
    };
    EXPECT_RV(unwrap(CKM_AES_KEY_WRAP, 99999, 24), CKR_UNWRAPPING_KEY_HANDLE_INVALID);
    EXPECT_RV(unwrap(CKM_AES_KEY_WRAP, rsa_private, 24), CKR_UNWRAPPING_KEY_TYPE_INCONSISTENT);
    EXPECT_RV(unwrap(CKM_AES_KEY_WRAP, aes, 23), CKR_WRAPPED_KEY_LEN_RANGE);
    EXPECT_RV(unwrap(CKM_SHA256, aes, 24), CKR_MECHANISM_INVALID);
    EXPECT_RV(unwrap(Mechanism(CKM_AES_CBC_PAD, Bytes(3)), aes, 24), CKR_MECHANISM_PARAM_INVALID);
    wrapped[5] ^= 1U;
    EXPECT_RV(unwrap(CKM_AES_KEY_WRAP, aes, 24), CKR_WRAPPED_KEY_INVALID);
    const auto derive = [&](Mechanism with, CK_OBJECT_HANDLE base, CK_ULONG length) {
        right();
        wanted = generic_secret({}).without(CKA_VALUE).set(CKA_VALUE_LEN, length);
        return f->C_DeriveKey(session, with.get(), base, wanted.data(), wanted.size(), &made);
    };
    const Mechanism agreement = ecdh(ec_numbers(Curve::P256).point);
    EXPECT_RV(derive(agreement, 99999, 32), CKR_KEY_HANDLE_INVALID);
    EXPECT_RV(derive(agreement, ec_private, 3200), CKR_KEY_SIZE_RANGE);
    EXPECT_RV(derive(CKM_SHA256_HMAC, ec_private, 32), CKR_MECHANISM_INVALID);
    EXPECT_RV(derive(ecdh(Bytes(65)), ec_private, 32), CKR_MECHANISM_PARAM_INVALID);
    Template deriving = aes_key(pattern(16)).flag(CKA_DERIVE, true);
    MUST(f->C_CreateObject(home, deriving.data(), deriving.size(), &closed));
    EXPECT_RV(derive(agreement, closed, 32), CKR_KEY_TYPE_INCONSISTENT);
}

BOOST_AUTO_TEST_CASE(objects_that_are_none_are_refused) {
    CK_ULONG length = 0;
    Template label = Template().text(CKA_LABEL, "x");
    EXPECT_RV(f->C_CopyObject(session, 99999, label.data(), 1, &made), CKR_OBJECT_HANDLE_INVALID);
    EXPECT_RV(f->C_SetAttributeValue(session, 99999, label.data(), 1), CKR_OBJECT_HANDLE_INVALID);
    EXPECT_RV(f->C_GetAttributeValue(session, 99999, label.data(), 1), CKR_OBJECT_HANDLE_INVALID);
    EXPECT_RV(f->C_GetObjectSize(session, 99999, &length), CKR_OBJECT_HANDLE_INVALID);
    EXPECT_RV(f->C_DestroyObject(session, 99999), CKR_OBJECT_HANDLE_INVALID);
}

BOOST_AUTO_TEST_CASE(pins_lock_whoever_asks) {
    for (int i = 0; i < 10; ++i) (void)f->C_SetPIN(session, chars("wrong"), 5, chars(user_pin), 9);
    EXPECT_RV(f->C_SetPIN(session, chars(user_pin), 9, chars(user_pin), 9), CKR_PIN_LOCKED);
    EXPECT_RV(f->C_SetPIN(session, chars(user_pin), 9, chars("abc"), 3), CKR_PIN_LEN_RANGE);
    CK_UTF8CHAR label[32] = {'x'};
    EXPECT_RV(f->C_InitToken(slot, chars(so_pin), 12, label), CKR_SESSION_EXISTS);
    MUST(f->C_CloseAllSessions(slot));
    EXPECT_RV(f->C_InitToken(slot, chars("wrong"), 5, label), CKR_PIN_INCORRECT);
    EXPECT_RV(f->C_InitToken(slot, nullptr, 5, label), CKR_ARGUMENTS_BAD);
    for (int i = 0; i < 10; ++i) (void)f->C_InitToken(slot, chars("wrong"), 5, label);
    EXPECT_RV(f->C_InitToken(slot, chars(so_pin), 12, label), CKR_PIN_LOCKED);
}

// Here no desk can be laid.
BOOST_AUTO_TEST_CASE(a_token_that_is_not_initialised_has_no_sessions) {
    subject.reset();
    const Subject fresh(Kind::Kvp11, Subject::Token::Uninitialised);
    CK_SESSION_HANDLE opened = 0;
    EXPECT_RV(f->C_OpenSession(fresh.slot(), CKF_SERIAL_SESSION, nullptr, nullptr, &opened), CKR_TOKEN_NOT_RECOGNIZED);
    EXPECT_RV(f->C_OpenSession(fresh.slot(), 0, nullptr, nullptr, &opened), CKR_SESSION_PARALLEL_NOT_SUPPORTED);
    CK_UTF8CHAR label[32] = {'x'};
    EXPECT_RV(f->C_InitToken(fresh.slot(), chars("abc"), 3, label), CKR_PIN_LEN_RANGE);
    EXPECT_RV(f->C_InitToken(fresh.slot(), chars(so_pin), 12, label), CKR_OK);
    EXPECT_RV(f->C_CloseAllSessions(fresh.slot()), CKR_OK);
}

BOOST_AUTO_TEST_CASE(rights_of_login_are_the_tokens_and_not_the_sessions) {
    CK_SESSION_HANDLE other = 0;
    MUST(f->C_OpenSession(slot, CKF_SERIAL_SESSION, nullptr, nullptr, &other));
    CK_SESSION_INFO info{};
    MUST(f->C_GetSessionInfo(other, &info));
    BOOST_TEST(info.state == CKS_RO_USER_FUNCTIONS);
    EXPECT_RV(log_in(CKU_USER, user_pin), CKR_USER_ALREADY_LOGGED_IN);
    EXPECT_RV(log_in(CKU_SO, so_pin), CKR_USER_ANOTHER_ALREADY_LOGGED_IN);
    EXPECT_RV(log_in(99, user_pin), CKR_USER_TYPE_INVALID);
    MUST(f->C_Logout(other));
    EXPECT_RV(log_in(CKU_SO, so_pin), CKR_SESSION_READ_ONLY_EXISTS);
    MUST(f->C_CloseSession(other));
    EXPECT_RV(log_in(CKU_USER, "wrong"), CKR_PIN_INCORRECT);
    MUST(log_in(CKU_SO, so_pin));
    EXPECT_RV(f->C_OpenSession(slot, CKF_SERIAL_SESSION, nullptr, nullptr, &other), CKR_SESSION_READ_WRITE_SO_EXISTS);
    // The last session takes the login with it.
    MUST(f->C_CloseAllSessions(slot));
    MUST(f->C_OpenSession(slot, CKF_SERIAL_SESSION, nullptr, nullptr, &session));
    MUST(f->C_GetSessionInfo(session, &info));
    BOOST_TEST(info.state == CKS_RO_PUBLIC_SESSION);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
