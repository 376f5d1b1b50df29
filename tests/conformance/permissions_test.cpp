// Which key may do what: usage flags, CKA_ALLOWED_MECHANISMS, key types and handles.
#include "conformance/conformance_case.hpp"

KVP11_CASES

CONFORMANCE(permissions, a_key_does_only_what_its_flags_allow) {
    Session session(subject);
    const CK_OBJECT_HANDLE idle = session.create(aes_key(pattern(16))
                                                     .flag(CKA_ENCRYPT, false)
                                                     .flag(CKA_DECRYPT, false)
                                                     .flag(CKA_SIGN, false)
                                                     .flag(CKA_VERIFY, false)
                                                     .flag(CKA_WRAP, false)
                                                     .flag(CKA_UNWRAP, false));
    const CK_OBJECT_HANDLE other = session.create(aes_key(pattern(16)));
    const CK_RV wanted = CKR_KEY_FUNCTION_NOT_PERMITTED;
    EXPECT_RV(session.try_encrypt(CKM_AES_ECB, idle, pattern(16)), wanted);
    EXPECT_RV(session.try_decrypt(CKM_AES_ECB, idle, pattern(16)), wanted);
    EXPECT_RV(session.try_sign(CKM_AES_CMAC, idle, pattern(16)), wanted);
    EXPECT_RV(session.try_verify(CKM_AES_CMAC, idle, pattern(16), pattern(16)), wanted);
    EXPECT_RV(session.try_wrap(CKM_AES_KEY_WRAP, idle, other), wanted);
    EXPECT_RV(session.try_unwrap(CKM_AES_KEY_WRAP, idle, pattern(24), aes_key({}).without(CKA_VALUE)), wanted);
    const CK_OBJECT_HANDLE rsa = session.create(rsa_private().flag(CKA_SIGN, false).flag(CKA_DECRYPT, false));
    EXPECT_RV(session.try_sign(CKM_RSA_PKCS, rsa, pattern(16)), wanted);
    EXPECT_RV(session.try_decrypt(CKM_RSA_PKCS, rsa, pattern(256)), wanted);
    const CK_OBJECT_HANDLE ec =
        session.create(ec_private(ec_numbers(Curve::P256)).flag(CKA_SIGN, false).flag(CKA_DERIVE, false));
    EXPECT_RV(session.try_sign(CKM_ECDSA, ec, pattern(32)), wanted);
    EXPECT_RV(session.try_derive(ecdh(ec_numbers(Curve::P256).point), ec,
                                 generic_secret({}).without(CKA_VALUE).set(CKA_VALUE_LEN, 32)),
              wanted);
}

CONFORMANCE(permissions, allowed_mechanisms_limit_a_key) {
    Session session(subject);
    const CK_MECHANISM_TYPE allowed[] = {CKM_SHA256_RSA_PKCS, CKM_SHA384_RSA_PKCS};
    const auto* first = reinterpret_cast<const CK_BYTE*>(allowed);
    const Bytes list(first, first + sizeof allowed);
    const CK_OBJECT_HANDLE key = session.create(rsa_private().bytes(CKA_ALLOWED_MECHANISMS, list));
    BOOST_TEST(to_hex(session.attribute(key, CKA_ALLOWED_MECHANISMS)) == to_hex(list));
    EXPECT_RV(session.try_sign(CKM_SHA256_RSA_PKCS, key, pattern(10)), CKR_OK);
    EXPECT_RV_IN(session.try_sign(CKM_SHA512_RSA_PKCS, key, pattern(10)), CKR_MECHANISM_INVALID,
                 CKR_KEY_FUNCTION_NOT_PERMITTED);
    EXPECT_RV_IN(session.try_decrypt(CKM_RSA_PKCS, key, pattern(256)), CKR_MECHANISM_INVALID,
                 CKR_KEY_FUNCTION_NOT_PERMITTED);
}

CONFORMANCE(permissions, a_mechanism_takes_only_keys_of_its_type, reference_defect("answers CKR_GENERAL_ERROR")) {
    Session session(subject);
    const CK_OBJECT_HANDLE aes = session.create(aes_key(pattern(16)));
    const CK_OBJECT_HANDLE rsa = session.create(rsa_private());
    const CK_OBJECT_HANDLE rsa_open = session.create(rsa_public());
    const CK_OBJECT_HANDLE ec = session.create(ec_private(ec_numbers(Curve::P256)));
    const CK_RV wanted = CKR_KEY_TYPE_INCONSISTENT;
    EXPECT_RV(session.try_sign(CKM_SHA256_RSA_PKCS, ec, pattern(10)), wanted);
    EXPECT_RV(session.try_sign(CKM_ECDSA, rsa, pattern(32)), wanted);
    EXPECT_RV(session.try_sign(CKM_SHA256_RSA_PKCS, aes, pattern(10)), wanted);
    EXPECT_RV_IN(session.try_verify(CKM_ECDSA, rsa_open, pattern(32), pattern(64)), wanted);
    EXPECT_RV_IN(session.try_derive(ecdh(ec_numbers(Curve::P256).point), aes,
                                    generic_secret({}).without(CKA_VALUE).set(CKA_VALUE_LEN, 32)),
                 wanted, CKR_KEY_FUNCTION_NOT_PERMITTED);
}

CONFORMANCE(permissions, an_unknown_key_handle_is_a_key_handle_invalid,
            reference_defect("answers CKR_OBJECT_HANDLE_INVALID")) {
    Session session(subject);
    const CK_OBJECT_HANDLE nobody = 0x7FFFFFF1;
    const CK_OBJECT_HANDLE aes = session.create(aes_key(pattern(16)));
    EXPECT_RV(session.try_encrypt(CKM_AES_ECB, nobody, pattern(16)), CKR_KEY_HANDLE_INVALID);
    EXPECT_RV(session.try_decrypt(CKM_AES_ECB, nobody, pattern(16)), CKR_KEY_HANDLE_INVALID);
    EXPECT_RV(session.try_sign(CKM_SHA256_RSA_PKCS, nobody, pattern(16)), CKR_KEY_HANDLE_INVALID);
    EXPECT_RV(session.try_verify(CKM_SHA256_RSA_PKCS, nobody, pattern(16), pattern(256)), CKR_KEY_HANDLE_INVALID);
    EXPECT_RV(session.try_encrypt(CKM_AES_ECB, CK_INVALID_HANDLE, pattern(16)), CKR_KEY_HANDLE_INVALID);
    EXPECT_RV(session.try_wrap(CKM_AES_KEY_WRAP, nobody, aes), CKR_WRAPPING_KEY_HANDLE_INVALID);
    EXPECT_RV(session.try_wrap(CKM_AES_KEY_WRAP, aes, nobody), CKR_KEY_HANDLE_INVALID);
    EXPECT_RV(session.try_unwrap(CKM_AES_KEY_WRAP, nobody, pattern(24), aes_key({}).without(CKA_VALUE)),
              CKR_UNWRAPPING_KEY_HANDLE_INVALID);
    EXPECT_RV(session.try_derive(ecdh(ec_numbers(Curve::P256).point), nobody,
                                 generic_secret({}).without(CKA_VALUE).set(CKA_VALUE_LEN, 32)),
              CKR_KEY_HANDLE_INVALID);
}

CONFORMANCE(permissions, a_mechanism_does_only_what_its_flags_say) {
    Session session(subject);
    const CK_OBJECT_HANDLE aes = session.create(aes_key(pattern(16)).flag(CKA_DERIVE, true));
    EXPECT_RV(session.try_sign(CKM_AES_ECB, aes, pattern(16)), CKR_MECHANISM_INVALID);
    EXPECT_RV(session.try_encrypt(CKM_AES_CMAC, aes, pattern(16)), CKR_MECHANISM_INVALID);
    EXPECT_RV(session.try_encrypt(CKM_SHA256, aes, pattern(16)), CKR_MECHANISM_INVALID);
    EXPECT_RV(session.try_sign(0x7FFFFFF1, aes, pattern(16)), CKR_MECHANISM_INVALID);
    EXPECT_RV(session.try_generate(CKM_SHA256, aes_generation(16)), CKR_MECHANISM_INVALID);
    EXPECT_RV(session.try_generate(CKM_RSA_PKCS_KEY_PAIR_GEN, aes_generation(16)), CKR_MECHANISM_INVALID);
    EXPECT_RV(session.try_generate_pair(CKM_AES_KEY_GEN, pair_public({1}), pair_private({1})), CKR_MECHANISM_INVALID);
    EXPECT_RV(session.try_derive(CKM_SHA256_HMAC, aes, generic_secret({}).without(CKA_VALUE)), CKR_MECHANISM_INVALID);
    Mechanism unknown = CKM_AES_ECB;
    EXPECT_RV(session.f()->C_DigestInit(session.handle(), unknown.get()), CKR_MECHANISM_INVALID);
}

CONFORMANCE(permissions, public_keys_work_before_login) {
    Session session(subject, Login::None);
    const CK_OBJECT_HANDLE key = session.create(rsa_public());
    EXPECT_RV(session.try_verify(CKM_SHA256_RSA_PKCS, key, pattern(10), pattern(256)), CKR_SIGNATURE_INVALID);
    BOOST_TEST(session.encrypt(CKM_RSA_PKCS, key, pattern(10)).size() == 256u);
}

KVP11_CASES_END
