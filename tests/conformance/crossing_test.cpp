// What libkvp11 makes, SoftHSM2 takes, and the other way round.
#include "conformance/conformance_case.hpp"

KVP11_CASES

namespace {

/// Signs on each side and verifies on the other.
void cross_signatures(Session& here, Session& there, const Template& hidden, const Template& open,
                      const Mechanism& mechanism, const Bytes& message) {
    BOOST_TEST_CONTEXT(ckm_name(mechanism.type())) {
        for (auto [signer, verifier] : {std::pair{&here, &there}, std::pair{&there, &here}}) {
            const Bytes signature = signer->sign(mechanism, signer->create(hidden), message);
            EXPECT_RV(verifier->try_verify(mechanism, verifier->create(open), message, signature), CKR_OK);
        }
    }
}

/// Encrypts on each side and decrypts on the other.
void cross_ciphers(Session& here, Session& there, const Template& encrypting, const Template& decrypting,
                   const Mechanism& mechanism, const Bytes& text) {
    BOOST_TEST_CONTEXT(ckm_name(mechanism.type())) {
        for (auto [writer, reader] : {std::pair{&here, &there}, std::pair{&there, &here}}) {
            const Bytes secret = writer->encrypt(mechanism, writer->create(encrypting), text);
            BOOST_TEST(to_hex(reader->decrypt(mechanism, reader->create(decrypting), secret)) == to_hex(text));
        }
    }
}

/// Wraps a secret on each side and unwraps it on the other.
void cross_wraps(Session& here, Session& there, const Template& wrapping, const Template& unwrapping,
                 const Mechanism& mechanism, const Bytes& value) {
    BOOST_TEST_CONTEXT(ckm_name(mechanism.type())) {
        for (auto [giver, taker] : {std::pair{&here, &there}, std::pair{&there, &here}}) {
            const Bytes wrapped = giver->wrap(mechanism, giver->create(wrapping), giver->create(generic_secret(value)));
            const auto back =
                taker->unwrap(mechanism, taker->create(unwrapping), wrapped, generic_secret({}).without(CKA_VALUE));
            BOOST_TEST(to_hex(taker->attribute(back, CKA_VALUE)) == to_hex(value));
        }
    }
}

constexpr Curve all_curves[] = {Curve::P256, Curve::P384, Curve::P521, Curve::Secp256k1};

}  // namespace

CROSSING(rsa_pkcs1_signatures_verify_on_the_other_side) {
    cross_signatures(here, there, rsa_private(), rsa_public(), CKM_RSA_PKCS, pattern(51));
    for (CK_MECHANISM_TYPE type :
         {CKM_SHA1_RSA_PKCS, CKM_SHA224_RSA_PKCS, CKM_SHA256_RSA_PKCS, CKM_SHA384_RSA_PKCS, CKM_SHA512_RSA_PKCS}) {
        cross_signatures(here, there, rsa_private(), rsa_public(), type, pattern(100));
    }
}

CROSSING(rsa_pss_signatures_verify_on_the_other_side) {
    const std::pair<CK_MECHANISM_TYPE, CK_MECHANISM_TYPE> rows[] = {{CKM_SHA1_RSA_PKCS_PSS, CKM_SHA_1},
                                                                    {CKM_SHA224_RSA_PKCS_PSS, CKM_SHA224},
                                                                    {CKM_SHA256_RSA_PKCS_PSS, CKM_SHA256},
                                                                    {CKM_SHA384_RSA_PKCS_PSS, CKM_SHA384},
                                                                    {CKM_SHA512_RSA_PKCS_PSS, CKM_SHA512}};
    for (const auto& [type, digest] : rows) {
        const CK_ULONG size = hash_choice(digest).size;
        for (CK_ULONG salt : {0ul, size}) {
            cross_signatures(here, there, rsa_private(), rsa_public(), pss(type, digest, salt), pattern(100));
            cross_signatures(here, there, rsa_private(), rsa_public(), pss(CKM_RSA_PKCS_PSS, digest, salt),
                             pattern(size));
        }
    }
}

CROSSING(raw_rsa_signatures_verify_on_the_other_side) {
    Bytes message = pattern(256);
    message[0] = 0;
    cross_signatures(here, there, rsa_private(), rsa_public(), CKM_RSA_X_509, message);
}

CROSSING(ecdsa_signatures_verify_on_the_other_side) {
    for (Curve curve : all_curves) {
        const EcNumbers& numbers = ec_numbers(curve);
        cross_signatures(here, there, ec_private(numbers), ec_public(numbers), CKM_ECDSA, pattern(32));
    }
}

CROSSING(hashed_ecdsa_here_is_raw_ecdsa_there) {
    const std::pair<CK_MECHANISM_TYPE, CK_MECHANISM_TYPE> rows[] = {{CKM_ECDSA_SHA1, CKM_SHA_1},
                                                                    {CKM_ECDSA_SHA224, CKM_SHA224},
                                                                    {CKM_ECDSA_SHA256, CKM_SHA256},
                                                                    {CKM_ECDSA_SHA384, CKM_SHA384},
                                                                    {CKM_ECDSA_SHA512, CKM_SHA512}};
    const EcNumbers& p521 = ec_numbers(Curve::P521);
    for (const auto& [type, digest] : rows) {
        BOOST_TEST_CONTEXT(ckm_name(type)) {
            const Bytes hash = there.digest(digest, pattern(100));
            const Bytes ours = here.sign(type, here.create(ec_private(p521)), pattern(100));
            EXPECT_RV(there.try_verify(CKM_ECDSA, there.create(ec_public(p521)), hash, ours), CKR_OK);
            const Bytes theirs = there.sign(CKM_ECDSA, there.create(ec_private(p521)), hash);
            EXPECT_RV(here.try_verify(type, here.create(ec_public(p521)), pattern(100), theirs), CKR_OK);
        }
    }
}

CROSSING(macs_are_equal) {
    for (CK_MECHANISM_TYPE type :
         {CKM_SHA_1_HMAC, CKM_SHA224_HMAC, CKM_SHA256_HMAC, CKM_SHA384_HMAC, CKM_SHA512_HMAC}) {
        const Template key = generic_secret(pattern(80));
        BOOST_TEST(to_hex(here.sign(type, here.create(key), pattern(100))) ==
                   to_hex(there.sign(type, there.create(key), pattern(100))));
    }
    const Template key = aes_key(pattern(32));
    BOOST_TEST(to_hex(here.sign(CKM_AES_CMAC, here.create(key), pattern(100))) ==
               to_hex(there.sign(CKM_AES_CMAC, there.create(key), pattern(100))));
}

CROSSING(digests_are_equal) {
    for (CK_MECHANISM_TYPE type : {CKM_SHA_1, CKM_SHA224, CKM_SHA256, CKM_SHA384, CKM_SHA512}) {
        BOOST_TEST(to_hex(here.digest(type, pattern(1000))) == to_hex(there.digest(type, pattern(1000))));
    }
}

CROSSING(aes_ciphertexts_open_on_the_other_side) {
    for (std::size_t size : {std::size_t{16}, std::size_t{24}, std::size_t{32}}) {
        const Template key = aes_key(pattern(size));
        cross_ciphers(here, there, key, key, CKM_AES_ECB, pattern(64));
        cross_ciphers(here, there, key, key, Mechanism(CKM_AES_CBC, pattern(16)), pattern(64));
        cross_ciphers(here, there, key, key, Mechanism(CKM_AES_CBC_PAD, pattern(16)), pattern(61));
        cross_ciphers(here, there, key, key, ctr(pattern(16)), pattern(61));
        cross_ciphers(here, there, key, key, gcm(pattern(12), pattern(20)), pattern(61));
        cross_ciphers(here, there, key, key, gcm(pattern(60), {}, 96), pattern(61));
    }
}

CROSSING(rsa_ciphertexts_open_on_the_other_side) {
    cross_ciphers(here, there, rsa_public(), rsa_private(), CKM_RSA_PKCS, pattern(100));
    cross_ciphers(here, there, rsa_public(), rsa_private(), oaep(CKM_SHA_1, CKM_SHA_1), pattern(100));
    Bytes message = pattern(256);
    message[0] = 0;
    cross_ciphers(here, there, rsa_public(), rsa_private(), CKM_RSA_X_509, message);
}

CROSSING(wrapped_secrets_come_out_on_the_other_side) {
    const Template kek = aes_key(pattern(32));
    cross_wraps(here, there, kek, kek, CKM_AES_KEY_WRAP, pattern(32));
    cross_wraps(here, there, kek, kek, CKM_AES_KEY_WRAP_PAD, pattern(40));
    cross_wraps(here, there, rsa_public(), rsa_private(), CKM_RSA_PKCS, pattern(32));
    cross_wraps(here, there, rsa_public(), rsa_private(), oaep(CKM_SHA_1, CKM_SHA_1), pattern(32));
}

CROSSING(wrapped_private_keys_come_out_on_the_other_side) {
    const Template into = Template()
                              .set(CKA_CLASS, CKO_PRIVATE_KEY)
                              .flag(CKA_TOKEN, false)
                              .flag(CKA_PRIVATE, true)
                              .flag(CKA_SENSITIVE, true)
                              .flag(CKA_SIGN, true);
    const EcNumbers& p384 = ec_numbers(Curve::P384);
    // One way only: SoftHSM2 counts the padding of KWP among the key's bytes when it wraps, and PKCS#8 is
    // not a multiple of eight bytes long.
    const auto kek = here.create(aes_key(pattern(32)));
    const auto unkek = there.create(aes_key(pattern(32)));
    const Bytes rsa = here.wrap(CKM_AES_KEY_WRAP_PAD, kek, here.create(rsa_private()));
    const auto rsa_back = there.unwrap(CKM_AES_KEY_WRAP_PAD, unkek, rsa, Template(into).set(CKA_KEY_TYPE, CKK_RSA));
    EXPECT_RV(here.try_verify(CKM_SHA256_RSA_PKCS, here.create(rsa_public()), pattern(9),
                              there.sign(CKM_SHA256_RSA_PKCS, rsa_back, pattern(9))),
              CKR_OK);
    const Bytes ec = here.wrap(CKM_AES_KEY_WRAP_PAD, kek, here.create(ec_private(p384)));
    const auto ec_back = there.unwrap(CKM_AES_KEY_WRAP_PAD, unkek, ec, Template(into).set(CKA_KEY_TYPE, CKK_EC));
    EXPECT_RV(here.try_verify(CKM_ECDSA, here.create(ec_public(p384)), pattern(32),
                              there.sign(CKM_ECDSA, ec_back, pattern(32))),
              CKR_OK);
}

CROSSING(agreed_secrets_are_equal) {
    for (Curve curve : all_curves) {
        const EcNumbers& numbers = ec_numbers(curve);
        const Template open = pair_public({1}).bytes(CKA_EC_PARAMS, numbers.parameters);
        const Template hidden = pair_private({1}).flag(CKA_DERIVE, true);
        const KeyPair ours = here.generate_pair(CKM_EC_KEY_PAIR_GEN, open, hidden);
        const KeyPair theirs = there.generate_pair(CKM_EC_KEY_PAIR_GEN, open, hidden);
        const auto point_of = [&](Session& session, const KeyPair& pair) {
            const Bytes der = session.attribute(pair.public_key, CKA_EC_POINT);
            return Bytes(der.end() - static_cast<long>(numbers.point.size()), der.end());
        };
        const Template into = generic_secret({}).without(CKA_VALUE).set(CKA_VALUE_LEN, numbers.size);
        const auto secret_here = here.derive(ecdh(point_of(there, theirs)), ours.private_key, into);
        const auto secret_there = there.derive(ecdh(point_of(here, ours)), theirs.private_key, into);
        BOOST_TEST(to_hex(here.attribute(secret_here, CKA_VALUE)) == to_hex(there.attribute(secret_there, CKA_VALUE)));
    }
}

CROSSING(generated_rsa_keys_are_understood_on_the_other_side) {
    const KeyPair pair = here.generate_pair(
        CKM_RSA_PKCS_KEY_PAIR_GEN, pair_public({1}).set(CKA_MODULUS_BITS, 2048).bytes(CKA_PUBLIC_EXPONENT, {1, 0, 1}),
        pair_private({1}));
    const Bytes signature = here.sign(CKM_SHA256_RSA_PKCS, pair.private_key, pattern(100));
    RsaNumbers numbers;
    numbers.n = here.attribute(pair.public_key, CKA_MODULUS);
    numbers.e = here.attribute(pair.public_key, CKA_PUBLIC_EXPONENT);
    EXPECT_RV(there.try_verify(CKM_SHA256_RSA_PKCS, there.create(rsa_public(numbers)), pattern(100), signature),
              CKR_OK);
}

KVP11_CASES_END
