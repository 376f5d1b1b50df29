// PKCS#11 3.0 section 2.3: Edwards and Montgomery curves.
#include "conformance/conformance_case.hpp"

KVP11_CASES

namespace {

Bytes named(std::string_view name) {
    Bytes der{0x13, static_cast<std::uint8_t>(name.size())};
    der.insert(der.end(), name.begin(), name.end());
    return der;
}

KeyPair edwards_pair(Session& session, const Bytes& parameters) {
    return session.generate_pair(CKM_EC_EDWARDS_KEY_PAIR_GEN, pair_public({1}).bytes(CKA_EC_PARAMS, parameters),
                                 pair_private({1}));
}

KeyPair montgomery_pair(Session& session, OtherCurve curve) {
    return session.generate_pair(CKM_EC_MONTGOMERY_KEY_PAIR_GEN,
                                 pair_public({1}).without(CKA_VERIFY).bytes(CKA_EC_PARAMS, curve_parameters(curve)),
                                 pair_private({1}).without(CKA_SIGN).flag(CKA_DERIVE, true));
}

}  // namespace

CONFORMANCE(curves, edwards_pairs_sign_and_verify, needs(CKM_EDDSA)) {
    Session session(subject);
    const std::pair<OtherCurve, std::size_t> curves[] = {{OtherCurve::Ed25519, 64}, {OtherCurve::Ed448, 114}};
    for (const auto& [curve, size] : curves) {
        const KeyPair pair = edwards_pair(session, curve_parameters(curve));
        BOOST_TEST(session.number(pair.private_key, CKA_KEY_TYPE) == CKK_EC_EDWARDS);
        BOOST_TEST(session.number(pair.public_key, CKA_KEY_TYPE) == CKK_EC_EDWARDS);
        const Bytes signature = session.sign(CKM_EDDSA, pair.private_key, pattern(300));
        BOOST_TEST(signature.size() == size);
        EXPECT_RV(session.try_verify(CKM_EDDSA, pair.public_key, pattern(300), signature), CKR_OK);
        EXPECT_RV(session.try_verify(CKM_EDDSA, pair.public_key, pattern(299), signature), CKR_SIGNATURE_INVALID);
    }
}

CONFORMANCE(curves, curves_are_named_by_oid_and_by_name, needs(CKM_EDDSA),
            reference_defect("takes the OID of RFC 8410 only")) {
    Session session(subject);
    for (const auto& [name, curve] :
         {std::pair("edwards25519", OtherCurve::Ed25519), std::pair("edwards448", OtherCurve::Ed448)}) {
        const KeyPair pair = edwards_pair(session, named(name));
        BOOST_TEST(to_hex(session.attribute(pair.public_key, CKA_EC_PARAMS)) == to_hex(curve_parameters(curve)));
    }
    for (const char* name : {"curve25519", "curve448"}) {
        MUST(session.try_generate_pair(CKM_EC_MONTGOMERY_KEY_PAIR_GEN,
                                       pair_public({1}).without(CKA_VERIFY).bytes(CKA_EC_PARAMS, named(name)),
                                       pair_private({1}).without(CKA_SIGN).flag(CKA_DERIVE, true)));
    }
}

CONFORMANCE(curves, a_curve_is_for_its_own_mechanism_alone, needs(CKM_EDDSA),
            reference_defect("answers CKR_GENERAL_ERROR or makes a key")) {
    Session session(subject);
    const auto made_by = [&](CK_MECHANISM_TYPE type, const Bytes& parameters) {
        return session.try_generate_pair(type, pair_public({1}).bytes(CKA_EC_PARAMS, parameters), pair_private({1}));
    };
    const Bytes p256 = ec_numbers(Curve::P256).parameters;
    EXPECT_RV(made_by(CKM_EC_KEY_PAIR_GEN, curve_parameters(OtherCurve::Ed25519)), CKR_CURVE_NOT_SUPPORTED);
    EXPECT_RV(made_by(CKM_EC_EDWARDS_KEY_PAIR_GEN, p256), CKR_CURVE_NOT_SUPPORTED);
    EXPECT_RV(made_by(CKM_EC_EDWARDS_KEY_PAIR_GEN, curve_parameters(OtherCurve::X25519)), CKR_CURVE_NOT_SUPPORTED);
    EXPECT_RV(session.try_create(ec_public(ec_numbers(Curve::P256)).set(CKA_KEY_TYPE, CKK_EC_EDWARDS)),
              CKR_CURVE_NOT_SUPPORTED);
}

CONFORMANCE(curves, an_edwards_signature_is_not_cut_nor_made_with_a_context, needs(CKM_EDDSA),
            reference_defect("looks at no parameter")) {
    Session session(subject);
    const KeyPair pair = edwards_pair(session, curve_parameters(OtherCurve::Ed25519));
    const Bytes signature = session.sign(CKM_EDDSA, pair.private_key, pattern(10));
    const Bytes cut(signature.begin(), signature.end() - 1);
    EXPECT_RV(session.try_verify(CKM_EDDSA, pair.public_key, pattern(10), cut), CKR_SIGNATURE_LEN_RANGE);
    CK_BYTE context[] = {1, 2};
    const auto pure = Mechanism::with(CKM_EDDSA, CK_EDDSA_PARAMS{CK_FALSE, 0, nullptr});
    EXPECT_RV(session.try_verify(pure, pair.public_key, pattern(10), signature), CKR_OK);
    EXPECT_RV(session.try_sign(Mechanism::with(CKM_EDDSA, CK_EDDSA_PARAMS{CK_FALSE, 2, context}), pair.private_key,
                               pattern(10)),
              CKR_MECHANISM_PARAM_INVALID);
    EXPECT_RV(session.try_sign(Mechanism::with(CKM_EDDSA, CK_EDDSA_PARAMS{CK_TRUE, 0, nullptr}), pair.private_key,
                               pattern(10)),
              CKR_MECHANISM_PARAM_INVALID);
    EXPECT_RV(session.try_sign(CKM_ECDSA, pair.private_key, pattern(32)), CKR_KEY_TYPE_INCONSISTENT);
}

CONFORMANCE(curves, both_sides_agree_on_montgomery_curves, needs(CKM_EC_MONTGOMERY_KEY_PAIR_GEN)) {
    Session session(subject);
    const std::pair<OtherCurve, std::size_t> curves[] = {{OtherCurve::X25519, 32}, {OtherCurve::X448, 56}};
    for (const auto& [curve, size] : curves) {
        const KeyPair mine = montgomery_pair(session, curve);
        const KeyPair theirs = montgomery_pair(session, curve);
        const auto agreed = [&](const KeyPair& own, const KeyPair& other) {
            const Bytes point = session.attribute(other.public_key, CKA_EC_POINT);
            const auto secret = session.derive(ecdh(point), own.private_key, generic_secret({}).without(CKA_VALUE));
            return session.attribute(secret, CKA_VALUE);
        };
        BOOST_TEST(to_hex(agreed(mine, theirs)) == to_hex(agreed(theirs, mine)));
        BOOST_TEST(agreed(mine, theirs).size() == size);
        EXPECT_RV(session.try_sign(CKM_EDDSA, mine.private_key, pattern(3)), CKR_KEY_TYPE_INCONSISTENT);
    }
}

CONFORMANCE(curves, wrapped_private_halves_come_back, needs(CKM_EC_MONTGOMERY_KEY_PAIR_GEN)) {
    Session session(subject);
    const auto wrapping = session.generate(CKM_AES_KEY_GEN, aes_generation(32));
    const KeyPair pair = session.generate_pair(
        CKM_EC_EDWARDS_KEY_PAIR_GEN, pair_public({1}).bytes(CKA_EC_PARAMS, curve_parameters(OtherCurve::Ed25519)),
        pair_private({1}).flag(CKA_EXTRACTABLE, true));
    const Bytes wrapped = session.wrap(CKM_AES_KEY_WRAP_KWP, wrapping, pair.private_key);
    const auto back =
        session.unwrap(CKM_AES_KEY_WRAP_KWP, wrapping, wrapped,
                       pair_private({2}).set(CKA_CLASS, CKO_PRIVATE_KEY).set(CKA_KEY_TYPE, CKK_EC_EDWARDS));
    BOOST_TEST(to_hex(session.sign(CKM_EDDSA, back, pattern(9))) ==
               to_hex(session.sign(CKM_EDDSA, pair.private_key, pattern(9))));
    EXPECT_RV(session.try_unwrap(CKM_AES_KEY_WRAP_KWP, wrapping, wrapped,
                                 pair_private({2}).set(CKA_CLASS, CKO_PRIVATE_KEY).set(CKA_KEY_TYPE, CKK_EC)),
              CKR_WRAPPED_KEY_INVALID);
}

CONFORMANCE(curves, a_private_key_gives_its_public_half, needs(CKM_PUB_KEY_FROM_PRIV_KEY)) {
    Session session(subject);
    const KeyPair pair = edwards_pair(session, curve_parameters(OtherCurve::Ed25519));
    const auto half = session.derive(CKM_PUB_KEY_FROM_PRIV_KEY, pair.private_key, Template().text(CKA_LABEL, "half"));
    BOOST_TEST(session.number(half, CKA_CLASS) == CKO_PUBLIC_KEY);
    BOOST_TEST(session.number(half, CKA_KEY_TYPE) == CKK_EC_EDWARDS);
    for (const CK_ATTRIBUTE_TYPE type : {CKA_EC_POINT, CKA_EC_PARAMS, CKA_ID, CKA_PUBLIC_KEY_INFO}) {
        BOOST_TEST(to_hex(session.attribute(half, type)) == to_hex(session.attribute(pair.public_key, type)));
    }
    BOOST_TEST(!session.flag(half, CKA_LOCAL));
    BOOST_TEST(session.flag(half, CKA_VERIFY));
    BOOST_TEST(session.number(half, CKA_KEY_GEN_MECHANISM) == CKM_EC_EDWARDS_KEY_PAIR_GEN);
    const Bytes signature = session.sign(CKM_EDDSA, pair.private_key, pattern(5));
    EXPECT_RV(session.try_verify(CKM_EDDSA, half, pattern(5), signature), CKR_OK);
    EXPECT_RV(session.try_derive(CKM_PUB_KEY_FROM_PRIV_KEY, pair.public_key, Template()), CKR_KEY_TYPE_INCONSISTENT);
    EXPECT_RV(session.try_derive(CKM_PUB_KEY_FROM_PRIV_KEY, pair.private_key, Template().set(CKA_KEY_TYPE, CKK_RSA)),
              CKR_TEMPLATE_INCONSISTENT);
}

KVP11_CASES_END
