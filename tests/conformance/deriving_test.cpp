// PKCS#11 2.40 section 5.13 and the mechanisms' section 2.3.11: ECDH.
#include "conformance/conformance_case.hpp"

KVP11_CASES

static Template derived_secret() { return generic_secret({}).without(CKA_VALUE); }

CONFORMANCE(deriving, both_sides_get_the_same_secret_on_every_curve) {
    Session session(subject);
    for (Curve curve : {Curve::P256, Curve::P384, Curve::P521, Curve::Secp256k1}) {
        const EcNumbers& numbers = ec_numbers(curve);
        const KeyPair pair = session.generate_pair(
            CKM_EC_KEY_PAIR_GEN, pair_public({1}).bytes(CKA_EC_PARAMS, numbers.parameters).flag(CKA_DERIVE, true),
            pair_private({1}).flag(CKA_DERIVE, true));
        const Bytes der_point = session.attribute(pair.public_key, CKA_EC_POINT);
        const Bytes point(der_point.end() - static_cast<long>(numbers.point.size()), der_point.end());
        const Template into = derived_secret().set(CKA_VALUE_LEN, numbers.size);
        const auto ours = session.derive(ecdh(numbers.point), pair.private_key, into);
        const auto theirs = session.derive(ecdh(point), session.create(ec_private(numbers)), into);
        BOOST_TEST(to_hex(session.attribute(ours, CKA_VALUE)) == to_hex(session.attribute(theirs, CKA_VALUE)));
        BOOST_TEST(session.attribute(ours, CKA_VALUE).size() == numbers.size);
        BOOST_TEST(!session.flag(ours, CKA_LOCAL));
    }
}

CONFORMANCE(deriving, the_point_may_come_as_a_der_octet_string) {
    Session session(subject);
    const EcNumbers& p256 = ec_numbers(Curve::P256);
    const CK_OBJECT_HANDLE key = session.create(ec_private(p256));
    const Template into = derived_secret().set(CKA_VALUE_LEN, 32);
    const auto raw = session.derive(ecdh(p256.point), key, into);
    const auto der = session.derive(ecdh(der_octet_string(p256.point)), key, into);
    BOOST_TEST(to_hex(session.attribute(raw, CKA_VALUE)) == to_hex(session.attribute(der, CKA_VALUE)));
}

CONFORMANCE(deriving, a_shorter_key_takes_the_trailing_bytes) {
    Session session(subject);
    const EcNumbers& p256 = ec_numbers(Curve::P256);
    const CK_OBJECT_HANDLE key = session.create(ec_private(p256));
    const auto whole = session.derive(ecdh(p256.point), key, derived_secret().set(CKA_VALUE_LEN, 32));
    const auto part = session.derive(ecdh(p256.point), key, derived_secret().set(CKA_VALUE_LEN, 20));
    const Bytes all = session.attribute(whole, CKA_VALUE);
    // 2.40 mechanisms, 2.3.11: the truncation removes bytes from the leading end.
    const Bytes got = session.attribute(part, CKA_VALUE);
    BOOST_TEST(to_hex(got) == to_hex({all.data() + 12, 20}));
}

CONFORMANCE(deriving, an_aes_key_can_be_derived) {
    Session session(subject);
    const EcNumbers& p256 = ec_numbers(Curve::P256);
    const CK_OBJECT_HANDLE key = session.create(ec_private(p256));
    const auto aes = session.derive(ecdh(p256.point), key, aes_key({}).without(CKA_VALUE).set(CKA_VALUE_LEN, 32));
    const Bytes secret = session.encrypt(CKM_AES_ECB, aes, pattern(16));
    BOOST_TEST(to_hex(session.decrypt(CKM_AES_ECB, aes, secret)) == to_hex(pattern(16)));
}

CONFORMANCE(deriving, without_a_length_a_generic_secret_is_the_whole_secret) {
    Session session(subject);
    const EcNumbers& p384 = ec_numbers(Curve::P384);
    const auto secret = session.derive(ecdh(p384.point), session.create(ec_private(p384)), derived_secret());
    BOOST_TEST(session.attribute(secret, CKA_VALUE).size() == 48u);
}

CONFORMANCE(deriving, a_length_beyond_the_secret_is_refused, reference_defect("answers other codes")) {
    Session session(subject);
    const EcNumbers& p256 = ec_numbers(Curve::P256);
    EXPECT_RV_IN(
        session.try_derive(ecdh(p256.point), session.create(ec_private(p256)), derived_secret().set(CKA_VALUE_LEN, 33)),
        CKR_KEY_SIZE_RANGE, CKR_ATTRIBUTE_VALUE_INVALID, CKR_TEMPLATE_INCONSISTENT);
}

CONFORMANCE(deriving, derived_keys_remember_how_secret_they_were) {
    Session session(subject);
    const EcNumbers& p256 = ec_numbers(Curve::P256);
    const KeyPair pair =
        session.generate_pair(CKM_EC_KEY_PAIR_GEN, pair_public({1}).bytes(CKA_EC_PARAMS, p256.parameters),
                              pair_private({1}).flag(CKA_DERIVE, true));
    const Template closed =
        derived_secret().set(CKA_VALUE_LEN, 32).flag(CKA_SENSITIVE, true).flag(CKA_EXTRACTABLE, false);
    const auto from_secret = session.derive(ecdh(p256.point), pair.private_key, closed);
    BOOST_TEST(session.flag(from_secret, CKA_ALWAYS_SENSITIVE));
    BOOST_TEST(session.flag(from_secret, CKA_NEVER_EXTRACTABLE));
    const auto from_imported = session.derive(ecdh(p256.point), session.create(ec_private(p256)), closed);
    BOOST_TEST(!session.flag(from_imported, CKA_ALWAYS_SENSITIVE));
    BOOST_TEST(!session.flag(from_imported, CKA_NEVER_EXTRACTABLE));
}

CONFORMANCE(deriving, malformed_parameters_are_refused) {
    Session session(subject);
    const EcNumbers& p256 = ec_numbers(Curve::P256);
    const CK_OBJECT_HANDLE key = session.create(ec_private(p256));
    const Template into = derived_secret().set(CKA_VALUE_LEN, 32);
    EXPECT_RV_IN(session.try_derive(CKM_ECDH1_DERIVE, key, into), CKR_MECHANISM_PARAM_INVALID, CKR_ARGUMENTS_BAD);
    EXPECT_RV(session.try_derive(Mechanism(CKM_ECDH1_DERIVE, pattern(3)), key, into), CKR_MECHANISM_PARAM_INVALID);
    const auto with = [&](CK_EC_KDF_TYPE kdf, CK_ULONG shared, CK_ULONG point_size, CK_BYTE_PTR point) {
        return Mechanism::with(CKM_ECDH1_DERIVE, CK_ECDH1_DERIVE_PARAMS{kdf, shared, nullptr, point_size, point});
    };
    Bytes point = p256.point;
    EXPECT_RV(session.try_derive(with(CKD_NULL, 0, 65, nullptr), key, into), CKR_MECHANISM_PARAM_INVALID);
    EXPECT_RV(session.try_derive(with(CKD_NULL, 16, 65, point.data()), key, into), CKR_MECHANISM_PARAM_INVALID);
    EXPECT_RV(session.try_derive(with(0x7FFFFFF1, 0, 65, point.data()), key, into), CKR_MECHANISM_PARAM_INVALID);
}

KVP11_CASES_END
