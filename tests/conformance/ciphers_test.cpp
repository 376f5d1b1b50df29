// The ciphers and MACs of PKCS#11 3.0, and the key types that they came with.
#include "conformance/conformance_case.hpp"
#include "support/later_functions.hpp"

KVP11_CASES

namespace {

Bytes leading(const Bytes& bytes, long size) { return {bytes.begin(), bytes.begin() + size}; }

}  // namespace

CONFORMANCE(ciphers, chacha20_keys_have_one_size, needs(CKM_CHACHA20_KEY_GEN)) {
    Session session(subject);
    const Template wanted = secret_key(CKK_CHACHA20, {}).without(CKA_VALUE).without(CKA_DERIVE);
    const auto key = session.generate(CKM_CHACHA20_KEY_GEN, wanted);
    BOOST_TEST(session.number(key, CKA_KEY_TYPE) == CKK_CHACHA20);
    BOOST_TEST(session.number(key, CKA_VALUE_LEN) == 32U);
    EXPECT_RV(session.try_generate(CKM_CHACHA20_KEY_GEN, Template(wanted).set(CKA_VALUE_LEN, 16)), CKR_KEY_SIZE_RANGE);
    EXPECT_RV(session.try_create(secret_key(CKK_CHACHA20, pattern(31)).without(CKA_DERIVE)),
              CKR_ATTRIBUTE_VALUE_INVALID);
    for (const std::size_t size : {0U, 1U, 63U, 64U, 1000U}) {
        const Bytes sealed = session.encrypt(chacha20_poly1305(pattern(12), pattern(20)), key, pattern(size));
        BOOST_TEST(sealed.size() == size + 16);
        BOOST_TEST(to_hex(session.decrypt(chacha20_poly1305(pattern(12), pattern(20)), key, sealed)) ==
                   to_hex(pattern(size)));
        EXPECT_RV(session.try_decrypt(chacha20_poly1305(pattern(12), pattern(19)), key, sealed),
                  CKR_ENCRYPTED_DATA_INVALID);
    }
    EXPECT_RV(session.try_encrypt(chacha20_poly1305(pattern(8)), key, pattern(3)), CKR_MECHANISM_PARAM_INVALID);
    EXPECT_RV(session.try_encrypt(Mechanism(CKM_AES_CBC, pattern(16)), key, pattern(16)), CKR_KEY_TYPE_INCONSISTENT);
}

CONFORMANCE(ciphers, xts_keys_are_two_different_keys, needs(CKM_AES_XTS_KEY_GEN)) {
    Session session(subject);
    const Template wanted = secret_key(CKK_AES_XTS, {}).without(CKA_VALUE).without(CKA_DERIVE);
    for (const CK_ULONG size : {32U, 64U}) {
        const auto key = session.generate(CKM_AES_XTS_KEY_GEN, Template(wanted).set(CKA_VALUE_LEN, size));
        BOOST_TEST(session.number(key, CKA_KEY_TYPE) == CKK_AES_XTS);
        const Mechanism mechanism(CKM_AES_XTS, pattern(16));
        const Bytes sealed = session.encrypt(mechanism, key, pattern(45));
        BOOST_TEST(sealed.size() == 45U);
        BOOST_TEST(to_hex(session.decrypt(mechanism, key, sealed)) == to_hex(pattern(45)));
        EXPECT_RV(session.try_encrypt(mechanism, key, pattern(15)), CKR_DATA_LEN_RANGE);
    }
    EXPECT_RV(session.try_generate(CKM_AES_XTS_KEY_GEN, Template(wanted).set(CKA_VALUE_LEN, 48)), CKR_KEY_SIZE_RANGE);
    EXPECT_RV(session.try_create(secret_key(CKK_AES_XTS, Bytes(32, 7)).without(CKA_DERIVE)),
              CKR_ATTRIBUTE_VALUE_INVALID);
}

CONFORMANCE(ciphers, ccm_knows_the_length_beforehand, needs(CKM_AES_CCM)) {
    Session session(subject);
    const auto key = session.generate(CKM_AES_KEY_GEN, aes_generation(16));
    const Bytes sealed = session.encrypt(ccm(40, pattern(12), pattern(7), 8), key, pattern(40));
    BOOST_TEST(sealed.size() == 48U);
    BOOST_TEST(to_hex(session.decrypt(ccm(40, pattern(12), pattern(7), 8), key, sealed)) == to_hex(pattern(40)));
    EXPECT_RV(session.try_decrypt(ccm(40, pattern(12), pattern(6), 8), key, sealed), CKR_ENCRYPTED_DATA_INVALID);
    EXPECT_RV(session.try_encrypt(ccm(40, pattern(12), {}, 8), key, pattern(41)), CKR_DATA_LEN_RANGE);
    EXPECT_RV(session.try_encrypt(ccm(40, pattern(6), {}, 8), key, pattern(40)), CKR_MECHANISM_PARAM_INVALID);
    EXPECT_RV(session.try_encrypt(ccm(40, pattern(12), {}, 5), key, pattern(40)), CKR_MECHANISM_PARAM_INVALID);
}

CONFORMANCE(ciphers, modes_without_padding_keep_the_length, needs(CKM_AES_OFB)) {
    Session session(subject);
    const auto key = session.generate(CKM_AES_KEY_GEN, aes_generation(32));
    for (const CK_MECHANISM_TYPE type : {CKM_AES_OFB, CKM_AES_CFB8, CKM_AES_CFB128, CKM_AES_CTS}) {
        for (const std::size_t size : {16U, 17U, 32U, 45U}) {
            const Mechanism mechanism(type, pattern(16));
            const Bytes sealed = session.encrypt(mechanism, key, pattern(size));
            BOOST_TEST(sealed.size() == size);
            BOOST_TEST(to_hex(session.decrypt(mechanism, key, sealed)) == to_hex(pattern(size)));
        }
    }
    EXPECT_RV(session.try_encrypt(Mechanism(CKM_AES_CTS, pattern(16)), key, pattern(15)), CKR_DATA_LEN_RANGE);
}

CONFORMANCE(ciphers, hmac_keys_are_called_after_their_digest, needs(CKM_SHA256_KEY_GEN)) {
    Session session(subject);
    const Template wanted = Template().set(CKA_VALUE_LEN, 32).flag(CKA_SIGN, true).flag(CKA_VERIFY, true);
    const auto key = session.generate(CKM_SHA256_KEY_GEN, wanted);
    BOOST_TEST(session.number(key, CKA_KEY_TYPE) == CKK_SHA256_HMAC);
    BOOST_TEST(session.number(key, CKA_KEY_GEN_MECHANISM) == CKM_SHA256_KEY_GEN);
    const Bytes mac = session.sign(CKM_SHA256_HMAC, key, pattern(50));
    EXPECT_RV(session.try_verify(mac_of_length(CKM_SHA256_HMAC_GENERAL, 12), key, pattern(50), leading(mac, 12)),
              CKR_OK);
    EXPECT_RV(session.try_verify(mac_of_length(CKM_SHA256_HMAC_GENERAL, 12), key, pattern(50), leading(mac, 13)),
              CKR_SIGNATURE_LEN_RANGE);
    EXPECT_RV(session.try_sign(mac_of_length(CKM_SHA256_HMAC_GENERAL, 33), key, pattern(50)),
              CKR_MECHANISM_PARAM_INVALID);
    EXPECT_RV(session.try_sign(CKM_SHA384_HMAC, key, pattern(50)), CKR_KEY_TYPE_INCONSISTENT);
    EXPECT_RV(session.try_generate(CKM_SHA256_KEY_GEN, Template(wanted).set(CKA_KEY_TYPE, CKK_SHA384_HMAC)),
              CKR_TEMPLATE_INCONSISTENT);
    const auto created = session.create(generic_secret(pattern(32)).set(CKA_KEY_TYPE, CKK_SHA3_256_HMAC));
    BOOST_TEST(session.number(created, CKA_KEY_TYPE) == CKK_SHA3_256_HMAC);
    BOOST_TEST(session.sign(CKM_SHA3_256_HMAC, created, pattern(5)).size() == 32U);
}

CONFORMANCE(ciphers, rsa_and_ecdsa_sign_with_sha3, needs(CKM_SHA3_256_RSA_PKCS)) {
    Session session(subject);
    const auto rsa = session.create(rsa_private());
    const auto rsa_half = session.create(rsa_public());
    const auto ec = session.create(ec_private(ec_numbers(Curve::P256)));
    const auto ec_half = session.create(ec_public(ec_numbers(Curve::P256)));
    const auto signs = [&](Mechanism mechanism, CK_OBJECT_HANDLE key, CK_OBJECT_HANDLE half) {
        const Bytes signature = session.sign(mechanism, key, pattern(100));
        EXPECT_RV(session.try_verify(mechanism, half, pattern(100), signature), CKR_OK);
        EXPECT_RV(session.try_verify(mechanism, half, pattern(101), signature), CKR_SIGNATURE_INVALID);
    };
    for (const CK_MECHANISM_TYPE type :
         {CKM_SHA3_224_RSA_PKCS, CKM_SHA3_256_RSA_PKCS, CKM_SHA3_384_RSA_PKCS, CKM_SHA3_512_RSA_PKCS}) {
        signs(type, rsa, rsa_half);
    }
    signs(pss(CKM_SHA3_256_RSA_PKCS_PSS, CKM_SHA3_256, 32), rsa, rsa_half);
    signs(pss(CKM_SHA3_512_RSA_PKCS_PSS, CKM_SHA3_512, 64), rsa, rsa_half);
    for (const CK_MECHANISM_TYPE type :
         {CKM_ECDSA_SHA3_224, CKM_ECDSA_SHA3_256, CKM_ECDSA_SHA3_384, CKM_ECDSA_SHA3_512})
        signs(type, ec, ec_half);
}

CONFORMANCE(ciphers, chosen_exponents_are_odd_and_fit_32_bits, reference_defect("takes any exponent")) {
    Session session(subject);
    const auto made = [&](const Bytes& exponent, KeyPair* pair = nullptr) {
        return session.try_generate_pair(
            CKM_RSA_PKCS_KEY_PAIR_GEN,
            pair_public({1}).set(CKA_MODULUS_BITS, 2048).bytes(CKA_PUBLIC_EXPONENT, exponent), pair_private({1}), pair);
    };
    KeyPair pair;
    for (const Bytes& exponent : {Bytes{3}, Bytes{0, 17}, Bytes{0xff, 0xff, 0xff, 0xfb}}) {
        MUST(made(exponent, &pair));
        const Bytes read = session.attribute(pair.public_key, CKA_PUBLIC_EXPONENT);
        BOOST_TEST(to_hex(read) == to_hex(exponent[0] == 0 ? Bytes{17} : exponent));
    }
    for (const Bytes& exponent : {Bytes{1}, Bytes{2}, Bytes{0}, Bytes{1, 0, 0, 0, 1}, Bytes{}}) {
        EXPECT_RV(made(exponent), CKR_ATTRIBUTE_VALUE_INVALID);
    }
}

// NIST CAVP GCMVS, gcmDecrypt128.rsp, without text (tests/vectors/aes_gcm.txt: AES-128-iv96-pt0-aad160-tag128).
CONFORMANCE(ciphers, gmac_is_the_tag_of_a_message_that_is_not_encrypted, needs(CKM_AES_GMAC)) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = session.create(aes_key(from_hex("5211242698bed4774a090620a6ca56f3")));
    const Bytes message = from_hex("b6d729aab8e6416d7002b9faa794c410d8d2f193");
    const auto gmac = [](const Bytes& iv, const Bytes& aad, CK_ULONG bits) {
        auto held = std::make_shared<std::pair<Bytes, Bytes>>(iv, aad);
        return Mechanism::with(CKM_AES_GMAC,
                               CK_GCM_PARAMS{input(held->first), length(iv), 0, input(held->second), length(aad), bits},
                               {held});
    };
    const Bytes iv = from_hex("b1e1349120b6e832ef976f5d");
    Bytes tag = session.sign(gmac(iv, {}, 128), key, message);
    BOOST_TEST(to_hex(tag) == "0f247e7f9c2505de374006738018493b");
    EXPECT_RV(session.try_verify(gmac(iv, {}, 128), key, message, tag), CKR_OK);
    EXPECT_RV(session.try_verify(gmac(pattern(12), {}, 128), key, message, tag), CKR_SIGNATURE_INVALID);
    EXPECT_RV(session.try_verify(gmac(iv, {}, 96), key, message, Bytes(tag.begin(), tag.begin() + 12)), CKR_OK);
    EXPECT_RV(session.try_verify(gmac(iv, {}, 96), key, message, tag), CKR_SIGNATURE_LEN_RANGE);
    tag[3] ^= 1;
    EXPECT_RV(session.try_verify(gmac(iv, {}, 128), key, message, tag), CKR_SIGNATURE_INVALID);
    for (const Mechanism& wrong : {gmac(iv, pattern(3), 128), gmac({}, {}, 128), gmac(pattern(17), {}, 128),
                                   gmac(iv, {}, 120 + 1), Mechanism(CKM_AES_GMAC)}) {
        EXPECT_RV(session.try_sign(wrong, key, message), CKR_MECHANISM_PARAM_INVALID);
    }
    if (subject.is_reference()) return;
    const CK_FUNCTION_LIST_3_2& f = later(subject);
    // One IV is for one message.
    EXPECT_RV(f.C_MessageSignInit(session.handle(), gmac(iv, {}, 128).get(), key), CKR_MECHANISM_INVALID);
}

CONFORMANCE(ciphers, chacha20_counts_with_as_many_bits_as_it_was_told, needs(CKM_CHACHA20)) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = session.create(secret_key(CKK_CHACHA20, pattern(32)));
    const Bytes zeros(12);
    Bytes short_counter = from_hex("ffffffff");
    Bytes long_counter = from_hex("ffffffff00000000");
    const auto counted = [&](Bytes& counter, CK_ULONG nonce_bits) {
        return Mechanism::with(CKM_CHACHA20,
                               CK_CHACHA20_PARAMS{counter.data(), 8 * counter.size(), input(zeros), nonce_bits});
    };
    // The last block of 2^32, and one more.
    EXPECT_RV(session.try_encrypt(counted(short_counter, 96), key, pattern(64)), CKR_OK);
    EXPECT_RV(session.try_encrypt(counted(short_counter, 96), key, pattern(65)), CKR_DATA_LEN_RANGE);
    const Bytes both = session.encrypt(counted(long_counter, 64), key, Bytes(128));
    long_counter = from_hex("0000000001000000");
    BOOST_TEST(to_hex(session.encrypt(counted(long_counter, 64), key, Bytes(64))) ==
               to_hex(Bytes(both.begin() + 64, both.end())));
}

KVP11_CASES_END
