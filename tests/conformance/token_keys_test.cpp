// Keys that are made on the token and never leave it, at work: what every token does, a service behind a network too.
// Digests and curves go together here as they do in certificates.
#include "conformance/conformance_case.hpp"

KVP11_CASES

namespace {

Template rsa_open_half(const Bytes& id) {
    return pair_public(id)
        .flag(CKA_TOKEN, true)
        .set(CKA_MODULUS_BITS, 2048)
        .bytes(CKA_PUBLIC_EXPONENT, {1, 0, 1})
        .flag(CKA_ENCRYPT, true)
        .flag(CKA_WRAP, true);
}

KeyPair make_rsa(Session& session, const Bytes& id = {1}) {
    return session.generate_pair(CKM_RSA_PKCS_KEY_PAIR_GEN, rsa_open_half(id),
                                 pair_private(id).flag(CKA_TOKEN, true).flag(CKA_DECRYPT, true).flag(CKA_UNWRAP, true));
}

KeyPair make_ec(Session& session, Curve curve, const Bytes& id = {2}) {
    return session.generate_pair(
        CKM_EC_KEY_PAIR_GEN, pair_public(id).flag(CKA_TOKEN, true).bytes(CKA_EC_PARAMS, ec_numbers(curve).parameters),
        pair_private(id).flag(CKA_TOKEN, true));
}

CK_OBJECT_HANDLE make_aes(Session& session) {
    return session.generate(CKM_AES_KEY_GEN, Template()
                                                 .set(CKA_CLASS, CKO_SECRET_KEY)
                                                 .set(CKA_KEY_TYPE, CKK_AES)
                                                 .set(CKA_VALUE_LEN, 32)
                                                 .flag(CKA_TOKEN, true)
                                                 .flag(CKA_PRIVATE, true)
                                                 .flag(CKA_SENSITIVE, true)
                                                 .flag(CKA_EXTRACTABLE, false)
                                                 .flag(CKA_ENCRYPT, true)
                                                 .flag(CKA_DECRYPT, true)
                                                 .flag(CKA_WRAP, true)
                                                 .flag(CKA_UNWRAP, true));
}

/// A secret that can leave, and what it is given when it is unwrapped again.
Template session_secret() { return aes_key({}).without(CKA_VALUE); }

void expect_signature(Session& session, const Mechanism& mechanism, const KeyPair& pair, const Bytes& message) {
    BOOST_TEST_CONTEXT(ckm_name(mechanism.type())) {
        const Bytes signature = session.sign(mechanism, pair.private_key, message);
        EXPECT_RV(session.try_verify(mechanism, pair.public_key, message, signature), CKR_OK);
        Bytes tampered = signature;
        tampered[tampered.size() / 2] ^= 0x10;
        EXPECT_RV(session.try_verify(mechanism, pair.public_key, message, tampered), CKR_SIGNATURE_INVALID);
    }
}

struct CurveRow {
    Curve curve;
    CK_MECHANISM_TYPE hashed;
    std::size_t digest;
};
constexpr CurveRow curves[] = {{Curve::P256, CKM_ECDSA_SHA256, 32},
                               {Curve::P384, CKM_ECDSA_SHA384, 48},
                               {Curve::P521, CKM_ECDSA_SHA512, 64},
                               {Curve::Secp256k1, CKM_ECDSA_SHA256, 32}};

}  // namespace

CONFORMANCE(token_keys, an_rsa_pair_signs) {
    Session session(subject);
    const KeyPair pair = make_rsa(session);
    for (CK_MECHANISM_TYPE type : {CKM_SHA256_RSA_PKCS, CKM_SHA384_RSA_PKCS, CKM_SHA512_RSA_PKCS}) {
        expect_signature(session, type, pair, pattern(100));
    }
    const std::pair<CK_MECHANISM_TYPE, CK_MECHANISM_TYPE> rows[] = {{CKM_SHA256_RSA_PKCS_PSS, CKM_SHA256},
                                                                    {CKM_SHA384_RSA_PKCS_PSS, CKM_SHA384},
                                                                    {CKM_SHA512_RSA_PKCS_PSS, CKM_SHA512}};
    for (const auto& [type, digest] : rows) {
        const CK_ULONG size = hash_choice(digest).size;
        expect_signature(session, pss(type, digest, size), pair, pattern(100));
        expect_signature(session, pss(CKM_RSA_PKCS_PSS, digest, size), pair, pattern(size));
    }
}

CONFORMANCE(token_keys, rsa_pkcs_with_a_digest_info_is_the_hashed_mechanism) {
    Session session(subject);
    const KeyPair pair = make_rsa(session);
    // RFC 8017, section 9.2, note 1.
    const std::pair<CK_MECHANISM_TYPE, const char*> rows[] = {{CKM_SHA256, "3031300d060960864801650304020105000420"},
                                                              {CKM_SHA384, "3041300d060960864801650304020205000430"},
                                                              {CKM_SHA512, "3051300d060960864801650304020305000440"}};
    constexpr CK_MECHANISM_TYPE hashed[] = {CKM_SHA256_RSA_PKCS, CKM_SHA384_RSA_PKCS, CKM_SHA512_RSA_PKCS};
    for (std::size_t i = 0; i < 3; ++i) {
        const Bytes info = from_hex(rows[i].second) + session.digest(rows[i].first, pattern(77));
        BOOST_TEST(to_hex(session.sign(CKM_RSA_PKCS, pair.private_key, info)) ==
                   to_hex(session.sign(hashed[i], pair.private_key, pattern(77))));
    }
}

CONFORMANCE(token_keys, signing_in_pieces_gives_a_signature_of_the_whole) {
    Session session(subject);
    const KeyPair pair = make_rsa(session);
    Bytes signature;
    MUST(sign_in_pieces(session, CKM_SHA256_RSA_PKCS, pair.private_key, pattern(1000), 13, &signature));
    BOOST_TEST(to_hex(signature) == to_hex(session.sign(CKM_SHA256_RSA_PKCS, pair.private_key, pattern(1000))));
}

CONFORMANCE(token_keys, ec_pairs_of_every_curve_sign) {
    Session session(subject);
    std::uint8_t id = 1;
    for (const CurveRow& row : curves) {
        const KeyPair pair = make_ec(session, row.curve, {id++});
        expect_signature(session, CKM_ECDSA, pair, pattern(row.digest));
        BOOST_TEST(session.sign(CKM_ECDSA, pair.private_key, pattern(row.digest)).size() ==
                   2 * ec_numbers(row.curve).size);
    }
}

CONFORMANCE(token_keys, ec_pairs_sign_with_the_digest_of_their_curve, needs(CKM_ECDSA_SHA256)) {
    Session session(subject);
    std::uint8_t id = 1;
    for (const CurveRow& row : curves)
        expect_signature(session, row.hashed, make_ec(session, row.curve, {id++}), pattern(90));
}

CONFORMANCE(token_keys, an_rsa_pair_decrypts) {
    Session session(subject);
    const KeyPair pair = make_rsa(session);
    for (const Mechanism& mechanism : {Mechanism(CKM_RSA_PKCS), oaep(CKM_SHA_1, CKM_SHA_1)}) {
        const Bytes secret = session.encrypt(mechanism, pair.public_key, pattern(100));
        BOOST_TEST(to_hex(session.decrypt(mechanism, pair.private_key, secret)) == to_hex(pattern(100)));
    }
}

CONFORMANCE(token_keys, an_rsa_pair_decrypts_oaep_with_sha256, reference_defect("has OAEP with SHA-1 only")) {
    Session session(subject);
    const KeyPair pair = make_rsa(session);
    const Mechanism mechanism = oaep(CKM_SHA256, CKM_SHA256);
    const Bytes secret = session.encrypt(mechanism, pair.public_key, pattern(100));
    BOOST_TEST(to_hex(session.decrypt(mechanism, pair.private_key, secret)) == to_hex(pattern(100)));
    Bytes spoilt = secret;
    spoilt[9] ^= 1;
    EXPECT_RV(session.try_decrypt(mechanism, pair.private_key, spoilt), CKR_ENCRYPTED_DATA_INVALID);
}

CONFORMANCE(token_keys, an_aes_key_encrypts_and_decrypts_in_cbc_mode) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = make_aes(session);
    const Mechanism blocks(CKM_AES_CBC, pattern(16));
    const Bytes secret = session.encrypt(blocks, key, pattern(64));
    BOOST_TEST(secret.size() == 64u);
    BOOST_TEST(to_hex(session.decrypt(blocks, key, secret)) == to_hex(pattern(64)));
    const Mechanism padded(CKM_AES_CBC_PAD, pattern(16));
    for (std::size_t size : {std::size_t{1}, std::size_t{16}, std::size_t{500}}) {
        const Bytes padded_secret = session.encrypt(padded, key, pattern(size));
        BOOST_TEST(padded_secret.size() == size / 16 * 16 + 16);
        BOOST_TEST(to_hex(session.decrypt(padded, key, padded_secret)) == to_hex(pattern(size)));
    }
    // The first block of a message depends on nothing behind it.
    BOOST_TEST(to_hex({session.encrypt(padded, key, pattern(64)).data(), 64}) == to_hex(secret));
}

CONFORMANCE(token_keys, session_keys_are_wrapped_and_come_back) {
    Session session(subject);
    const CK_OBJECT_HANDLE secret = session.create(aes_key(pattern(32)));
    const KeyPair rsa = make_rsa(session);
    const CK_OBJECT_HANDLE aes = make_aes(session);
    struct Row {
        Mechanism mechanism;
        CK_OBJECT_HANDLE wrapping;
        CK_OBJECT_HANDLE unwrapping;
    };
    for (const Row& row : {Row{CKM_AES_KEY_WRAP, aes, aes}, Row{CKM_RSA_PKCS, rsa.public_key, rsa.private_key},
                           Row{oaep(CKM_SHA_1, CKM_SHA_1), rsa.public_key, rsa.private_key}}) {
        BOOST_TEST_CONTEXT(ckm_name(row.mechanism.type())) {
            const Bytes wrapped = session.wrap(row.mechanism, row.wrapping, secret);
            const CK_OBJECT_HANDLE back = session.unwrap(row.mechanism, row.unwrapping, wrapped, session_secret());
            BOOST_TEST(to_hex(session.attribute(back, CKA_VALUE)) == to_hex(pattern(32)));
        }
    }
}

CONFORMANCE(token_keys, they_do_not_come_out) {
    Session session(subject);
    const KeyPair rsa = make_rsa(session);
    const CK_OBJECT_HANDLE aes = make_aes(session);
    EXPECT_RV(session.try_attribute(aes, CKA_VALUE), CKR_ATTRIBUTE_SENSITIVE);
    EXPECT_RV(session.try_attribute(rsa.private_key, CKA_PRIVATE_EXPONENT), CKR_ATTRIBUTE_SENSITIVE);
    const CK_OBJECT_HANDLE wrapping = session.create(aes_key(pattern(32)));
    EXPECT_RV(session.try_wrap(CKM_AES_KEY_WRAP, wrapping, aes), CKR_KEY_UNEXTRACTABLE);
    EXPECT_RV(session.try_wrap(CKM_AES_KEY_WRAP_PAD, wrapping, rsa.private_key), CKR_KEY_UNEXTRACTABLE);
    for (CK_OBJECT_HANDLE key : {aes, rsa.private_key}) {
        BOOST_TEST(session.flag(key, CKA_SENSITIVE));
        BOOST_TEST(session.flag(key, CKA_ALWAYS_SENSITIVE));
        BOOST_TEST(!session.flag(key, CKA_EXTRACTABLE));
        BOOST_TEST(session.flag(key, CKA_NEVER_EXTRACTABLE));
        BOOST_TEST(session.flag(key, CKA_LOCAL));
        EXPECT_RV(session.try_set(key, Template().flag(CKA_EXTRACTABLE, true)), CKR_ATTRIBUTE_READ_ONLY);
    }
}

CONFORMANCE(token_keys, imported_private_keys_sign_as_their_owner_does) {
    Session session(subject);
    const auto guarded = [](Template key) {
        return key.flag(CKA_TOKEN, true).flag(CKA_SENSITIVE, true).flag(CKA_EXTRACTABLE, false);
    };
    const CK_OBJECT_HANDLE rsa = session.create(guarded(rsa_private()).bytes(CKA_ID, {3}));
    BOOST_TEST(to_hex(session.sign(CKM_SHA256_RSA_PKCS, rsa, pattern(50))) ==
               to_hex(session.sign(CKM_SHA256_RSA_PKCS, session.create(rsa_private()), pattern(50))));
    BOOST_TEST(!session.flag(rsa, CKA_LOCAL));
    BOOST_TEST(!session.flag(rsa, CKA_NEVER_EXTRACTABLE));
    const EcNumbers& p256 = ec_numbers(Curve::P256);
    const CK_OBJECT_HANDLE ec = session.create(guarded(ec_private(p256)).flag(CKA_DERIVE, false).bytes(CKA_ID, {4}));
    const Bytes signature = session.sign(CKM_ECDSA, ec, pattern(32));
    EXPECT_RV(session.try_verify(CKM_ECDSA, session.create(ec_public(p256)), pattern(32), signature), CKR_OK);
}

CONFORMANCE(token_keys, labels_and_ids_are_found_again_after_a_restart) {
    {
        Session session(subject);
        const KeyPair pair = make_ec(session, Curve::P256, {9, 9});
        for (CK_OBJECT_HANDLE half : {pair.private_key, pair.public_key}) {
            MUST(session.try_set(half, Template().text(CKA_LABEL, "first label")));
            MUST(session.try_set(half, Template().text(CKA_LABEL, "Zweiter Schlüssel").bytes(CKA_ID, {0, 255, 7})));
        }
    }
    subject.restart();
    Session session(subject);
    BOOST_TEST(session.find(Template().text(CKA_LABEL, "first label")).empty());
    BOOST_TEST(session.find(Template().bytes(CKA_ID, {9, 9})).empty());
    BOOST_TEST(session.find(Template().text(CKA_LABEL, "Zweiter Schlüssel")).size() == 2u);
    const auto found = session.find(Template().bytes(CKA_ID, {0, 255, 7}).set(CKA_CLASS, CKO_PRIVATE_KEY));
    BOOST_REQUIRE_EQUAL(found.size(), 1u);
    BOOST_TEST(session.sign(CKM_ECDSA, found[0], pattern(32)).size() == 64u);
}

CONFORMANCE(token_keys, a_destroyed_pair_is_gone_and_its_name_free) {
    Session session(subject);
    for (int round = 0; round < 2; ++round) {
        const KeyPair pair = session.generate_pair(CKM_EC_KEY_PAIR_GEN,
                                                   pair_public({5})
                                                       .flag(CKA_TOKEN, true)
                                                       .text(CKA_LABEL, "again")
                                                       .bytes(CKA_EC_PARAMS, ec_numbers(Curve::P256).parameters),
                                                   pair_private({5}).flag(CKA_TOKEN, true).text(CKA_LABEL, "again"));
        BOOST_TEST(session.find(Template().text(CKA_LABEL, "again")).size() == 2u);
        MUST(session.try_destroy(pair.private_key));
        for (CK_OBJECT_HANDLE half : session.find(Template().text(CKA_LABEL, "again"))) MUST(session.try_destroy(half));
        EXPECT_RV_IN(session.try_sign(CKM_ECDSA, pair.private_key, pattern(32)), CKR_KEY_HANDLE_INVALID,
                     CKR_OBJECT_HANDLE_INVALID);
        BOOST_TEST(session.find(Template()).empty());
    }
}

CONFORMANCE(token_keys, two_pairs_may_have_the_same_label_and_id) {
    Session session(subject);
    const KeyPair first = make_ec(session, Curve::P256, {6});
    const KeyPair second = make_ec(session, Curve::P256, {6});
    BOOST_TEST(session.find(Template().set(CKA_CLASS, CKO_PRIVATE_KEY).bytes(CKA_ID, {6})).size() == 2u);
    const Bytes signature = session.sign(CKM_ECDSA, first.private_key, pattern(32));
    EXPECT_RV(session.try_verify(CKM_ECDSA, first.public_key, pattern(32), signature), CKR_OK);
    EXPECT_RV(session.try_verify(CKM_ECDSA, second.public_key, pattern(32), signature), CKR_SIGNATURE_INVALID);
}

KVP11_CASES_END
