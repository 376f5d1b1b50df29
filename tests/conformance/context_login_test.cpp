// Keys with CKA_ALWAYS_AUTHENTICATE (PKCS#11 2.40 §4.9), C_LoginUser and C_SessionCancel (3.0), and signatures that
// come before their data (3.2).
#include "conformance/conformance_case.hpp"
#include "support/later_functions.hpp"

KVP11_CASES

namespace {

const Mark no_later = reference_defect("is of 2.40");

CK_RV context_login(const Session& s, std::string_view pin) {
    const Bytes given = text_bytes(pin);
    return s.f()->C_Login(s.handle(), CKU_CONTEXT_SPECIFIC, input(given), length(given));
}

CK_RV start_signing(const Session& s, CK_OBJECT_HANDLE key) {
    return s.f()->C_SignInit(s.handle(), Mechanism(CKM_SHA256_RSA_PKCS).get(), key);
}

CK_RV sign(const Session& s) {
    Bytes data = pattern(20);
    CK_BYTE signature[512];
    CK_ULONG size = sizeof signature;
    return s.f()->C_Sign(s.handle(), data.data(), data.size(), signature, &size);
}

}  // namespace

CONFORMANCE(context_login, such_a_key_wants_a_login_for_each_use) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = session.create(rsa_private().flag(CKA_ALWAYS_AUTHENTICATE, true));
    BOOST_TEST(session.flag(key, CKA_ALWAYS_AUTHENTICATE));
    EXPECT_RV(context_login(session, user_pin), CKR_OPERATION_NOT_INITIALIZED);
    MUST(start_signing(session, key));
    EXPECT_RV(sign(session), CKR_USER_NOT_LOGGED_IN);
    for (int i = 0; i < 2; ++i) {
        session.f()->C_SignInit(session.handle(), nullptr, 0);
        MUST(start_signing(session, key));
        EXPECT_RV(context_login(session, "wrong pin"), CKR_PIN_INCORRECT);
        MUST(context_login(session, user_pin));
        EXPECT_RV(sign(session), CKR_OK);
    }
    MUST(start_signing(session, key));
    EXPECT_RV(sign(session), CKR_USER_NOT_LOGGED_IN);
}

// What asks is written beside a token key, at a service as well.
CONFORMANCE(context_login, a_token_key_asks_in_another_session_and_another_life_too) {
    const Bytes id = pattern(11);
    const auto private_halves = [&] { return Template().set(CKA_CLASS, CKO_PRIVATE_KEY).bytes(CKA_ID, id); };
    {
        Session session(subject);
        session.generate_pair(
            CKM_RSA_PKCS_KEY_PAIR_GEN, pair_public(id).set(CKA_MODULUS_BITS, 2048).flag(CKA_TOKEN, true),
            pair_private(id).flag(CKA_TOKEN, true).flag(CKA_PRIVATE, true).flag(CKA_ALWAYS_AUTHENTICATE, true));
    }
    for (int life = 0; life < 2; ++life) {
        {
            Session session(subject);
            const auto keys = session.find(private_halves());
            BOOST_REQUIRE_EQUAL(keys.size(), 1u);
            BOOST_TEST(session.flag(keys.front(), CKA_ALWAYS_AUTHENTICATE));
            for (int use = 0; use < 2; ++use) {
                session.f()->C_SignInit(session.handle(), nullptr, 0);
                MUST(start_signing(session, keys.front()));
                EXPECT_RV(sign(session), CKR_USER_NOT_LOGGED_IN);
                session.f()->C_SignInit(session.handle(), nullptr, 0);
                MUST(start_signing(session, keys.front()));
                MUST(context_login(session, user_pin));
                EXPECT_RV(sign(session), CKR_OK);
            }
        }
        subject.restart();
    }
}

CONFORMANCE(context_login, another_key_s_operation_does_not_ask, remote_lacks(Lack::Officer),
            reference_defect("takes the PIN all the same")) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = session.create(rsa_private());
    MUST(start_signing(session, key));
    EXPECT_RV(context_login(session, user_pin), CKR_OPERATION_NOT_INITIALIZED);
    EXPECT_RV(sign(session), CKR_OK);
}

CONFORMANCE(context_login, such_keys_are_private_and_unwrap_nothing,
            reference_defect("takes public ones, and unwraps")) {
    Session session(subject);
    EXPECT_RV(session.try_create(rsa_private().flag(CKA_ALWAYS_AUTHENTICATE, true).flag(CKA_PRIVATE, false)),
              CKR_TEMPLATE_INCONSISTENT);
    const CK_OBJECT_HANDLE key = session.create(rsa_private().flag(CKA_ALWAYS_AUTHENTICATE, true));
    const CK_OBJECT_HANDLE open = session.create(rsa_public());
    const Bytes wrapped = session.wrap(CKM_RSA_PKCS, open, session.create(aes_key(pattern(16))));
    EXPECT_RV(session.try_unwrap(CKM_RSA_PKCS, key, wrapped,
                                 Template().set(CKA_CLASS, CKO_SECRET_KEY).set(CKA_KEY_TYPE, CKK_AES)),
              CKR_USER_NOT_LOGGED_IN);
}

CONFORMANCE(context_login, wrong_pins_lock_and_log_out, remote_lacks(Lack::Officer),
            reference_defect("never locks a PIN")) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = session.create(rsa_private().flag(CKA_ALWAYS_AUTHENTICATE, true));
    MUST(start_signing(session, key));
    CK_RV code = CKR_PIN_INCORRECT;
    for (int i = 0; i < 20 && code == CKR_PIN_INCORRECT; ++i) code = context_login(session, "wrong pin");
    EXPECT_RV(code, CKR_PIN_LOCKED);
    BOOST_TEST(session.state() == CKS_RW_PUBLIC_SESSION);
    EXPECT_RV(sign(session), CKR_OPERATION_NOT_INITIALIZED);
}

CONFORMANCE(context_login, a_user_has_no_name, no_later, remote_lacks(Lack::Officer)) {
    Session session(subject, Login::None);
    const CK_FUNCTION_LIST_3_2& f = later(subject);
    Bytes pin = text_bytes(user_pin);
    Bytes name = text_bytes("somebody");
    EXPECT_RV(f.C_LoginUser(session.handle(), CKU_USER, pin.data(), pin.size(), name.data(), name.size()),
              CKR_USER_PIN_NOT_INITIALIZED);
    EXPECT_RV(f.C_LoginUser(session.handle(), CKU_USER, pin.data(), pin.size(), nullptr, 3), CKR_ARGUMENTS_BAD);
    EXPECT_RV(f.C_LoginUser(session.handle(), 99, pin.data(), pin.size(), nullptr, 0), CKR_USER_TYPE_INVALID);
    EXPECT_RV(f.C_LoginUser(session.handle(), CKU_USER, pin.data(), 3, nullptr, 0), CKR_PIN_INCORRECT);
    MUST(f.C_LoginUser(session.handle(), CKU_USER, pin.data(), pin.size(), nullptr, 0));
    EXPECT_RV(f.C_LoginUser(session.handle(), CKU_USER, pin.data(), pin.size(), name.data(), 0),
              CKR_USER_ALREADY_LOGGED_IN);
}

CONFORMANCE(session_cancel, ends_what_is_named, no_later) {
    Session session(subject);
    const CK_FUNCTION_LIST_3_2& f = later(subject);
    const CK_SESSION_HANDLE s = session.handle();
    const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(16)));
    CK_BYTE room[64] = {};
    CK_ULONG size = sizeof room;
    MUST(f.C_DigestInit(s, Mechanism(CKM_SHA256).get()));
    MUST(f.C_EncryptInit(s, Mechanism(CKM_AES_CBC, pattern(16)).get(), key));
    MUST(f.C_SessionCancel(s, 0));
    MUST(f.C_SessionCancel(s, CKF_SIGN | CKF_FIND_OBJECTS | CKF_MESSAGE_SIGN));
    MUST(f.C_SessionCancel(s, CKF_ENCRYPT));
    EXPECT_RV(f.C_EncryptFinal(s, room, &size), CKR_OPERATION_NOT_INITIALIZED);
    MUST(f.C_DigestUpdate(s, room, 4));
    MUST(f.C_SessionCancel(s, CKF_DIGEST));
    EXPECT_RV(f.C_DigestUpdate(s, room, 4), CKR_OPERATION_NOT_INITIALIZED);
    EXPECT_RV(f.C_SessionCancel(s + 12345, CKF_DIGEST), CKR_SESSION_HANDLE_INVALID);
}

CONFORMANCE(given_signatures, are_verified_after_the_data, no_later) {
    Session session(subject);
    const CK_FUNCTION_LIST_3_2& f = later(subject);
    const CK_SESSION_HANDLE s = session.handle();
    const CK_OBJECT_HANDLE key = session.create(generic_secret(pattern(32)));
    Bytes text = pattern(50);
    Bytes mac = session.sign(CKM_SHA256_HMAC, key, text);
    const auto init = [&] {
        return f.C_VerifySignatureInit(s, Mechanism(CKM_SHA256_HMAC).get(), key, mac.data(), mac.size());
    };
    EXPECT_RV(f.C_VerifySignature(s, text.data(), 50), CKR_OPERATION_NOT_INITIALIZED);
    MUST(init());
    EXPECT_RV(init(), CKR_OPERATION_ACTIVE);
    EXPECT_RV(f.C_Verify(s, text.data(), 50, mac.data(), 32), CKR_OPERATION_NOT_INITIALIZED);
    EXPECT_RV(f.C_VerifySignature(s, text.data(), 50), CKR_OK);
    EXPECT_RV(f.C_VerifySignature(s, text.data(), 50), CKR_OPERATION_NOT_INITIALIZED);
    MUST(init());
    MUST(f.C_VerifySignatureUpdate(s, text.data(), 20));
    MUST(f.C_VerifySignatureUpdate(s, text.data() + 20, 30));
    EXPECT_RV(f.C_VerifySignatureFinal(s), CKR_OK);
    MUST(init());
    EXPECT_RV(f.C_VerifySignature(s, text.data(), 49), CKR_SIGNATURE_INVALID);
    MUST(init());
    MUST(f.C_SessionCancel(s, CKF_VERIFY));
    EXPECT_RV(f.C_VerifySignatureFinal(s), CKR_OPERATION_NOT_INITIALIZED);
    EXPECT_RV(f.C_VerifySignatureInit(s, Mechanism(CKM_SHA256_HMAC).get(), key, nullptr, 32), CKR_ARGUMENTS_BAD);
}

CONFORMANCE(asynchronous, nothing_is, no_later) {
    Session session(subject);
    const CK_FUNCTION_LIST_3_2& f = later(subject);
    CK_SESSION_HANDLE made = 0;
    EXPECT_RV(f.C_OpenSession(subject.slot(), CKF_SERIAL_SESSION | CKF_ASYNC_SESSION, nullptr, nullptr, &made),
              CKR_SESSION_ASYNC_NOT_SUPPORTED);
    BOOST_TEST((subject.token_info().flags & CKF_ASYNC_SESSION_SUPPORTED) == 0u);
    CK_UTF8CHAR name[] = "C_Sign";
    CK_ASYNC_DATA result{};
    CK_ULONG id = 0;
    EXPECT_RV(f.C_AsyncComplete(session.handle(), name, &result), CKR_OPERATION_NOT_INITIALIZED);
    EXPECT_RV(f.C_AsyncGetID(session.handle(), name, &id), CKR_OPERATION_NOT_INITIALIZED);
    EXPECT_RV(f.C_AsyncJoin(session.handle(), name, 1, nullptr, 0), CKR_SAVED_STATE_INVALID);
    EXPECT_RV(f.C_AsyncComplete(session.handle(), nullptr, &result), CKR_ARGUMENTS_BAD);
    EXPECT_RV(f.C_AsyncGetID(session.handle(), name, nullptr), CKR_ARGUMENTS_BAD);
    EXPECT_RV(f.C_AsyncJoin(session.handle(), nullptr, 1, nullptr, 0), CKR_ARGUMENTS_BAD);
}

// 3.2 §5.18.8: the ciphertext is the public value of a pair made for this one key.
CONFORMANCE(encapsulation, both_sides_get_one_key, no_later) {
    Session session(subject);
    const CK_FUNCTION_LIST_3_2& f = later(subject);
    const CK_SESSION_HANDLE s = session.handle();
    const EcNumbers& numbers = ec_numbers(Curve::P256);
    const CK_OBJECT_HANDLE theirs = session.create(ec_public(numbers).flag(CKA_ENCAPSULATE, true));
    const CK_OBJECT_HANDLE own = session.create(ec_private(numbers).flag(CKA_DECAPSULATE, true));
    CK_ECDH1_DERIVE_PARAMS params{CKD_SHA256_KDF, 0, nullptr, 0, nullptr};
    CK_MECHANISM mechanism{CKM_ECDH1_DERIVE, &params, sizeof params};
    Template shared = Template()
                          .set(CKA_CLASS, CKO_SECRET_KEY)
                          .set(CKA_KEY_TYPE, CKK_GENERIC_SECRET)
                          .set(CKA_VALUE_LEN, 32)
                          .flag(CKA_SENSITIVE, false)
                          .flag(CKA_EXTRACTABLE, true);
    CK_ULONG size = 0;
    CK_OBJECT_HANDLE here = 0;
    CK_OBJECT_HANDLE there = 0;
    MUST(f.C_EncapsulateKey(s, &mechanism, theirs, shared.data(), shared.size(), nullptr, &size, &here));
    BOOST_TEST(size == 65u);
    Bytes ciphertext(size);
    size -= 1;
    EXPECT_RV(f.C_EncapsulateKey(s, &mechanism, theirs, shared.data(), shared.size(), ciphertext.data(), &size, &here),
              CKR_BUFFER_TOO_SMALL);
    MUST(f.C_EncapsulateKey(s, &mechanism, theirs, shared.data(), shared.size(), ciphertext.data(), &size, &here));
    MUST(f.C_DecapsulateKey(s, &mechanism, own, shared.data(), shared.size(), ciphertext.data(), size, &there));
    BOOST_TEST(to_hex(session.attribute(here, CKA_VALUE)) == to_hex(session.attribute(there, CKA_VALUE)));
    BOOST_TEST(!session.flag(there, CKA_ALWAYS_SENSITIVE));
    BOOST_TEST(!session.flag(there, CKA_NEVER_EXTRACTABLE));
    // The same as by the parts that it is made of.
    const CK_OBJECT_HANDLE deriving = session.create(ec_private(numbers).flag(CKA_DERIVE, true));
    params = {CKD_SHA256_KDF, 0, nullptr, size, ciphertext.data()};
    const CK_OBJECT_HANDLE derived = session.derive(Mechanism::with(CKM_ECDH1_DERIVE, params), deriving, shared);
    BOOST_TEST(to_hex(session.attribute(derived, CKA_VALUE)) == to_hex(session.attribute(there, CKA_VALUE)));
}

CONFORMANCE(encapsulation, misuse_has_its_codes, no_later) {
    Session session(subject);
    const CK_FUNCTION_LIST_3_2& f = later(subject);
    const CK_SESSION_HANDLE s = session.handle();
    const EcNumbers& numbers = ec_numbers(Curve::P256);
    const CK_OBJECT_HANDLE theirs = session.create(ec_public(numbers).flag(CKA_ENCAPSULATE, true));
    const CK_OBJECT_HANDLE own = session.create(ec_private(numbers).flag(CKA_DECAPSULATE, true));
    CK_ECDH1_DERIVE_PARAMS params{CKD_NULL, 0, nullptr, 0, nullptr};
    CK_MECHANISM mechanism{CKM_ECDH1_DERIVE, &params, sizeof params};
    CK_MECHANISM other{CKM_RSA_PKCS, nullptr, 0};
    CK_BYTE room[200] = {4};
    const auto encapsulate = [&](CK_MECHANISM& with, CK_OBJECT_HANDLE key) {
        CK_ULONG size = sizeof room;
        CK_OBJECT_HANDLE made = 0;
        return f.C_EncapsulateKey(s, &with, key, nullptr, 0, room, &size, &made);
    };
    const auto decapsulate = [&](CK_MECHANISM& with, CK_OBJECT_HANDLE key, CK_ULONG size) {
        CK_OBJECT_HANDLE made = 0;
        return f.C_DecapsulateKey(s, &with, key, nullptr, 0, room, size, &made);
    };
    EXPECT_RV(encapsulate(other, theirs), CKR_MECHANISM_INVALID);
    EXPECT_RV(encapsulate(mechanism, 0), CKR_KEY_HANDLE_INVALID);
    EXPECT_RV(encapsulate(mechanism, own), CKR_KEY_TYPE_INCONSISTENT);
    EXPECT_RV(encapsulate(mechanism, session.create(ec_public(numbers))), CKR_KEY_FUNCTION_NOT_PERMITTED);
    EXPECT_RV(decapsulate(mechanism, 0, 65), CKR_UNWRAPPING_KEY_HANDLE_INVALID);
    EXPECT_RV(decapsulate(mechanism, session.create(ec_private(numbers)), 65), CKR_KEY_FUNCTION_NOT_PERMITTED);
    EXPECT_RV(decapsulate(mechanism, own, 64), CKR_WRAPPED_KEY_LEN_RANGE);
    EXPECT_RV(decapsulate(mechanism, own, 65), CKR_WRAPPED_KEY_INVALID);
    params.ulPublicDataLen = 65;
    params.pPublicData = room;
    EXPECT_RV(encapsulate(mechanism, theirs), CKR_MECHANISM_PARAM_INVALID);
    EXPECT_RV(decapsulate(mechanism, own, 65), CKR_MECHANISM_PARAM_INVALID);
}

KVP11_CASES_END
