// Signatures and MACs: every mechanism, one-shot and multi-part, and the lengths that are refused.
#include "conformance/conformance_case.hpp"

KVP11_CASES

namespace {

void expect_round_trip(Session& session, const Mechanism& mechanism, CK_OBJECT_HANDLE signing,
                       CK_OBJECT_HANDLE verifying, const Bytes& message, bool in_pieces) {
    BOOST_TEST_CONTEXT(ckm_name(mechanism.type())) {
        const Bytes signature = session.sign(mechanism, signing, message);
        EXPECT_RV(session.try_verify(mechanism, verifying, message, signature), CKR_OK);
        Bytes tampered = signature;
        tampered[tampered.size() / 2] ^= 0x10;
        EXPECT_RV(session.try_verify(mechanism, verifying, message, tampered), CKR_SIGNATURE_INVALID);
        Bytes other = message;
        other[0] ^= 1;
        EXPECT_RV(session.try_verify(mechanism, verifying, other, signature), CKR_SIGNATURE_INVALID);
        Bytes shorter(signature.begin(), signature.end() - 1);
        EXPECT_RV_IN(session.try_verify(mechanism, verifying, message, shorter), CKR_SIGNATURE_LEN_RANGE,
                     CKR_SIGNATURE_INVALID);
        if (in_pieces) {
            Bytes again;
            MUST(sign_in_pieces(session, mechanism, signing, message, 13, &again));
            EXPECT_RV(session.try_verify(mechanism, verifying, message, again), CKR_OK);
            EXPECT_RV(verify_in_pieces(session, mechanism, verifying, message, 11, signature), CKR_OK);
        }
    }
}

constexpr CK_MECHANISM_TYPE digests[] = {CKM_SHA_1, CKM_SHA224, CKM_SHA256, CKM_SHA384, CKM_SHA512};
constexpr CK_MECHANISM_TYPE rsa_hashed[] = {CKM_SHA1_RSA_PKCS, CKM_SHA224_RSA_PKCS, CKM_SHA256_RSA_PKCS,
                                            CKM_SHA384_RSA_PKCS, CKM_SHA512_RSA_PKCS};
constexpr CK_MECHANISM_TYPE pss_hashed[] = {CKM_SHA1_RSA_PKCS_PSS, CKM_SHA224_RSA_PKCS_PSS, CKM_SHA256_RSA_PKCS_PSS,
                                            CKM_SHA384_RSA_PKCS_PSS, CKM_SHA512_RSA_PKCS_PSS};
constexpr CK_MECHANISM_TYPE hmacs[] = {CKM_SHA_1_HMAC, CKM_SHA224_HMAC, CKM_SHA256_HMAC, CKM_SHA384_HMAC,
                                       CKM_SHA512_HMAC};
constexpr CK_MECHANISM_TYPE ecdsa_hashed[] = {CKM_ECDSA_SHA1, CKM_ECDSA_SHA224, CKM_ECDSA_SHA256, CKM_ECDSA_SHA384,
                                              CKM_ECDSA_SHA512};

}  // namespace

CONFORMANCE(signing, rsa_pkcs1_signs_with_every_digest) {
    Session session(subject);
    const CK_OBJECT_HANDLE signing = session.create(rsa_private());
    const CK_OBJECT_HANDLE verifying = session.create(rsa_public());
    expect_round_trip(session, CKM_RSA_PKCS, signing, verifying, pattern(51), false);
    for (CK_MECHANISM_TYPE type : rsa_hashed) {
        expect_round_trip(session, type, signing, verifying, pattern(100), true);
    }
}

CONFORMANCE(signing, rsa_pss_signs_with_every_digest) {
    Session session(subject);
    const CK_OBJECT_HANDLE signing = session.create(rsa_private());
    const CK_OBJECT_HANDLE verifying = session.create(rsa_public());
    for (std::size_t i = 0; i < 5; ++i) {
        const HashChoice hash = hash_choice(digests[i]);
        expect_round_trip(session, pss(pss_hashed[i], hash.digest, hash.size), signing, verifying, pattern(100), true);
        expect_round_trip(session, pss(CKM_RSA_PKCS_PSS, hash.digest, hash.size), signing, verifying,
                          pattern(hash.size), false);
    }
}

CONFORMANCE(signing, raw_rsa_signs_what_it_is_given) {
    Session session(subject);
    const CK_OBJECT_HANDLE signing = session.create(rsa_private());
    const CK_OBJECT_HANDLE verifying = session.create(rsa_public());
    Bytes message = pattern(256);
    message[0] = 0;
    const Bytes signature = session.sign(CKM_RSA_X_509, signing, message);
    BOOST_TEST(signature.size() == 256u);
    EXPECT_RV(session.try_verify(CKM_RSA_X_509, verifying, message, signature), CKR_OK);
}

CONFORMANCE(signing, hmac_of_every_digest) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = session.create(generic_secret(pattern(64)));
    for (CK_MECHANISM_TYPE type : hmacs) {
        expect_round_trip(session, type, key, key, pattern(100), true);
    }
}

CONFORMANCE(signing, cmac_of_every_key_size) {
    Session session(subject);
    for (std::size_t size : {std::size_t{16}, std::size_t{24}, std::size_t{32}}) {
        const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(size)));
        expect_round_trip(session, CKM_AES_CMAC, key, key, pattern(100), true);
    }
}

CONFORMANCE(signing, raw_ecdsa_on_every_curve) {
    Session session(subject);
    for (Curve curve : {Curve::P256, Curve::P384, Curve::P521, Curve::Secp256k1}) {
        const EcNumbers& numbers = ec_numbers(curve);
        const CK_OBJECT_HANDLE signing = session.create(ec_private(numbers));
        const CK_OBJECT_HANDLE verifying = session.create(ec_public(numbers));
        expect_round_trip(session, CKM_ECDSA, signing, verifying, pattern(32), false);
        // Always r and s at the full length of the order, even when they are small numbers.
        for (int i = 0; i < 20; ++i) {
            const Bytes signature = session.sign(CKM_ECDSA, signing, pattern(32));
            BOOST_REQUIRE_EQUAL(signature.size(), 2 * numbers.size);
        }
    }
}

CONFORMANCE(signing, hashed_ecdsa_on_every_curve_single_and_multi_part, needs(CKM_ECDSA_SHA256)) {
    Session session(subject);
    for (Curve curve : {Curve::P256, Curve::P384, Curve::P521, Curve::Secp256k1}) {
        const EcNumbers& numbers = ec_numbers(curve);
        const CK_OBJECT_HANDLE signing = session.create(ec_private(numbers));
        const CK_OBJECT_HANDLE verifying = session.create(ec_public(numbers));
        for (CK_MECHANISM_TYPE type : ecdsa_hashed) {
            expect_round_trip(session, type, signing, verifying, pattern(100), true);
        }
    }
}

CONFORMANCE(signing, ecdsa_takes_signatures_without_leading_zeros,
            reference_defect("answers CKR_SIGNATURE_LEN_RANGE")) {
    Session session(subject);
    const EcNumbers& p521 = ec_numbers(Curve::P521);
    const CK_OBJECT_HANDLE signing = session.create(ec_private(p521));
    const CK_OBJECT_HANDLE verifying = session.create(ec_public(p521));
    // r and s of P-521 start with 0 or 1; SunPKCS11 takes a zero byte off both when both have one.
    for (int i = 0; i < 200; ++i) {
        const Bytes full = session.sign(CKM_ECDSA, signing, pattern(64));
        if (full[0] == 0 && full[66] == 0) {
            const Bytes stripped = Bytes(full.begin() + 1, full.begin() + 66) + Bytes(full.begin() + 67, full.end());
            EXPECT_RV(session.try_verify(CKM_ECDSA, verifying, pattern(64), stripped), CKR_OK);
            return;
        }
    }
    BOOST_ERROR("200 signatures without a leading zero in r and s");
}

CONFORMANCE(signing, ecdsa_uses_the_leftmost_bits_of_a_long_digest) {
    Session session(subject);
    const EcNumbers& p256 = ec_numbers(Curve::P256);
    const CK_OBJECT_HANDLE signing = session.create(ec_private(p256));
    const CK_OBJECT_HANDLE verifying = session.create(ec_public(p256));
    const Bytes signature = session.sign(CKM_ECDSA, signing, pattern(64));
    EXPECT_RV(session.try_verify(CKM_ECDSA, verifying, pattern(64), signature), CKR_OK);
    EXPECT_RV(session.try_verify(CKM_ECDSA, verifying, pattern(32), signature), CKR_OK);
}

CONFORMANCE(signing, messages_that_are_too_long_are_refused,
            reference_defect("answers CKR_GENERAL_ERROR and crashes")) {
    Session session(subject);
    const CK_OBJECT_HANDLE signing = session.create(rsa_private());
    EXPECT_RV(session.try_sign(CKM_RSA_PKCS, signing, pattern(245)), CKR_OK);
    EXPECT_RV(session.try_sign(CKM_RSA_PKCS, signing, pattern(246)), CKR_DATA_LEN_RANGE);
    EXPECT_RV_IN(session.try_sign(CKM_RSA_X_509, signing, pattern(257)), CKR_DATA_LEN_RANGE);
    EXPECT_RV_IN(session.try_sign(pss(CKM_RSA_PKCS_PSS, CKM_SHA256, 32), signing, pattern(31)), CKR_DATA_LEN_RANGE,
                 CKR_DATA_INVALID);
}

CONFORMANCE(signing, raw_rsa_refuses_numbers_as_large_as_the_modulus, reference_defect("answers CKR_GENERAL_ERROR")) {
    Session session(subject);
    const CK_OBJECT_HANDLE signing = session.create(rsa_private());
    EXPECT_RV_IN(session.try_sign(CKM_RSA_X_509, signing, Bytes(256, 0xFF)), CKR_DATA_INVALID, CKR_DATA_LEN_RANGE);
}

CONFORMANCE(signing, raw_mechanisms_refuse_updates_or_gather_them) {
    Session session(subject);
    const CK_OBJECT_HANDLE rsa = session.create(rsa_private());
    const CK_OBJECT_HANDLE rsa_open = session.create(rsa_public());
    const CK_OBJECT_HANDLE ec = session.create(ec_private(ec_numbers(Curve::P256)));
    const CK_OBJECT_HANDLE ec_open = session.create(ec_public(ec_numbers(Curve::P256)));
    for (const auto& [type, hidden, open] :
         {std::tuple{CKM_RSA_PKCS, rsa, rsa_open}, std::tuple{CKM_ECDSA, ec, ec_open}}) {
        Session fresh(subject);
        Bytes signature;
        // 2.40 gives them single-part functions only and no code for a refusal.
        const CK_RV code = sign_in_pieces(fresh, type, hidden, pattern(32), 16, &signature);
        BOOST_TEST(code != CKR_GENERAL_ERROR);
        if (code == CKR_OK) {
            EXPECT_RV(session.try_verify(type, open, pattern(32), signature), CKR_OK);
        }
    }
}

CONFORMANCE(signing, an_empty_message_can_be_signed) {
    Session session(subject);
    const CK_OBJECT_HANDLE rsa = session.create(rsa_private());
    const CK_OBJECT_HANDLE open = session.create(rsa_public());
    const Bytes signature = session.sign(CKM_SHA256_RSA_PKCS, rsa, {});
    EXPECT_RV(session.try_verify(CKM_SHA256_RSA_PKCS, open, {}, signature), CKR_OK);
    Bytes multi;
    MUST(sign_in_pieces(session, CKM_SHA256_RSA_PKCS, rsa, {}, 1, &multi));
    BOOST_TEST(to_hex(multi) == to_hex(signature));
}

KVP11_CASES_END
