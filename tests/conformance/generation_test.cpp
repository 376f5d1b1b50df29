// PKCS#11 2.40 section 5.13: C_GenerateKey and C_GenerateKeyPair.
#include <set>

#include "conformance/conformance_case.hpp"

KVP11_CASES

static Template rsa_public_generation(CK_ULONG bits, const Bytes& id) {
    return pair_public(id).set(CKA_MODULUS_BITS, bits).bytes(CKA_PUBLIC_EXPONENT, {1, 0, 1}).flag(CKA_ENCRYPT, true);
}

CONFORMANCE(generation, an_rsa_pair_fits_together_and_stays_on_the_token) {
    const Bytes message = text_bytes("made by the token");
    Bytes signature;
    {
        Session session(subject);
        const KeyPair pair =
            session.generate_pair(CKM_RSA_PKCS_KEY_PAIR_GEN, rsa_public_generation(2048, {1}).flag(CKA_TOKEN, true),
                                  pair_private({1}).flag(CKA_TOKEN, true).flag(CKA_DECRYPT, true));
        BOOST_TEST(session.attribute(pair.public_key, CKA_MODULUS).size() == 256u);
        BOOST_TEST(to_hex(session.attribute(pair.private_key, CKA_MODULUS)) ==
                   to_hex(session.attribute(pair.public_key, CKA_MODULUS)));
        BOOST_TEST(session.number(pair.public_key, CKA_MODULUS_BITS) == 2048u);
        BOOST_TEST(session.flag(pair.private_key, CKA_LOCAL));
        BOOST_TEST(session.flag(pair.public_key, CKA_LOCAL));
        BOOST_TEST(session.flag(pair.private_key, CKA_ALWAYS_SENSITIVE));
        BOOST_TEST(session.flag(pair.private_key, CKA_NEVER_EXTRACTABLE));
        BOOST_TEST(session.number(pair.private_key, CKA_KEY_GEN_MECHANISM) == CKM_RSA_PKCS_KEY_PAIR_GEN);
        signature = session.sign(CKM_SHA256_RSA_PKCS, pair.private_key, message);
    }
    subject.restart();
    Session session(subject);
    const auto found = session.find(Template().set(CKA_CLASS, CKO_PUBLIC_KEY).bytes(CKA_ID, {1}));
    BOOST_REQUIRE_EQUAL(found.size(), 1u);
    EXPECT_RV(session.try_verify(CKM_SHA256_RSA_PKCS, found[0], message, signature), CKR_OK);
}

CONFORMANCE(generation, ec_pairs_on_every_curve_fit_together) {
    Session session(subject);
    std::uint8_t id = 0;
    for (Curve curve : {Curve::P256, Curve::P384, Curve::P521, Curve::Secp256k1}) {
        ++id;
        const KeyPair pair = session.generate_pair(
            CKM_EC_KEY_PAIR_GEN,
            pair_public({id}).flag(CKA_TOKEN, true).bytes(CKA_EC_PARAMS, ec_numbers(curve).parameters),
            pair_private({id}).flag(CKA_TOKEN, true));
        const Bytes signature = session.sign(CKM_ECDSA, pair.private_key, pattern(32));
        EXPECT_RV(session.try_verify(CKM_ECDSA, pair.public_key, pattern(32), signature), CKR_OK);
        BOOST_TEST(to_hex(session.attribute(pair.private_key, CKA_ID)) == to_hex(Bytes{id}));
    }
    BOOST_TEST(session.find(Template().set(CKA_CLASS, CKO_PRIVATE_KEY)).size() == 4u);
}

CONFORMANCE(generation, aes_keys_of_every_size_differ) {
    Session session(subject);
    std::set<std::string> values;
    for (CK_ULONG size : {16ul, 24ul, 32ul, 16ul, 16ul}) {
        const CK_OBJECT_HANDLE key = session.generate(CKM_AES_KEY_GEN, aes_generation(size));
        const Bytes value = session.attribute(key, CKA_VALUE);
        BOOST_TEST(value.size() == size);
        values.insert(to_hex(value));
    }
    BOOST_TEST(values.size() == 5u);
}

CONFORMANCE(generation, generic_secrets_have_the_length_asked_for) {
    Session session(subject);
    const Template wanted = generic_secret({}).without(CKA_VALUE);
    for (CK_ULONG size : {16ul, 20ul, 33ul, 64ul}) {
        const CK_OBJECT_HANDLE key =
            session.generate(CKM_GENERIC_SECRET_KEY_GEN, Template(wanted).set(CKA_VALUE_LEN, size));
        BOOST_TEST(session.attribute(key, CKA_VALUE).size() == size);
        BOOST_TEST(session.number(key, CKA_KEY_TYPE) == CKK_GENERIC_SECRET);
        if (size >= 20) BOOST_TEST(session.sign(CKM_SHA_1_HMAC, key, pattern(10)).size() == 20u);
    }
}

CONFORMANCE(generation, a_pair_needs_a_login_only_for_its_private_half) {
    Session session(subject, Login::None);
    const Template public_half = pair_public({1}).bytes(CKA_EC_PARAMS, ec_numbers(Curve::P256).parameters);
    EXPECT_RV(session.try_generate_pair(CKM_EC_KEY_PAIR_GEN, public_half, pair_private({1})), CKR_USER_NOT_LOGGED_IN);
    BOOST_TEST(session.find(Template()).empty());
}

CONFORMANCE(generation, a_refused_pair_leaves_no_half, reference_defect("leaves the public half")) {
    Session session(subject);
    const Template public_half =
        pair_public({1}).flag(CKA_TOKEN, true).bytes(CKA_EC_PARAMS, ec_numbers(Curve::P256).parameters);
    const CK_RV code =
        session.try_generate_pair(CKM_EC_KEY_PAIR_GEN, public_half, pair_private({1}).bytes(CKA_MODULUS, {1}));
    BOOST_TEST(code != CKR_OK);
    BOOST_TEST(session.find(Template()).empty());
}

CONFORMANCE(generation, null_arguments_are_refused) {
    Session session(subject);
    Mechanism aes = CKM_AES_KEY_GEN;
    Mechanism ec = CKM_EC_KEY_PAIR_GEN;
    Template secret = aes_generation(16);
    Template public_half = pair_public({1}).bytes(CKA_EC_PARAMS, ec_numbers(Curve::P256).parameters);
    Template private_half = pair_private({1});
    CK_OBJECT_HANDLE made = 0;
    const CK_FUNCTION_LIST* f = session.f();
    EXPECT_RV(f->C_GenerateKey(session.handle(), nullptr, secret.data(), secret.size(), &made), CKR_ARGUMENTS_BAD);
    EXPECT_RV(f->C_GenerateKey(session.handle(), aes.get(), nullptr, 3, &made), CKR_ARGUMENTS_BAD);
    EXPECT_RV(f->C_GenerateKey(session.handle(), aes.get(), secret.data(), secret.size(), nullptr), CKR_ARGUMENTS_BAD);
    EXPECT_RV(f->C_GenerateKeyPair(session.handle(), nullptr, public_half.data(), public_half.size(),
                                   private_half.data(), private_half.size(), &made, &made),
              CKR_ARGUMENTS_BAD);
    EXPECT_RV(f->C_GenerateKeyPair(session.handle(), ec.get(), public_half.data(), public_half.size(),
                                   private_half.data(), private_half.size(), nullptr, &made),
              CKR_ARGUMENTS_BAD);
    EXPECT_RV(f->C_GenerateKeyPair(session.handle(), ec.get(), public_half.data(), public_half.size(),
                                   private_half.data(), private_half.size(), &made, nullptr),
              CKR_ARGUMENTS_BAD);
    EXPECT_RV(f->C_GenerateKeyPair(session.handle(), ec.get(), nullptr, 3, private_half.data(), private_half.size(),
                                   &made, &made),
              CKR_ARGUMENTS_BAD);
    BOOST_TEST(session.find(Template()).empty());
}

CONFORMANCE(generation, rsa_4096_is_made, reference_defect("is slow at it and not judged here")) {
    Session session(subject);
    const KeyPair pair =
        session.generate_pair(CKM_RSA_PKCS_KEY_PAIR_GEN, rsa_public_generation(4096, {1}), pair_private({1}));
    const Bytes signature = session.sign(CKM_SHA512_RSA_PKCS, pair.private_key, pattern(10));
    BOOST_TEST(signature.size() == 512u);
    EXPECT_RV(session.try_verify(CKM_SHA512_RSA_PKCS, pair.public_key, pattern(10), signature), CKR_OK);
}

KVP11_CASES_END
