// What a Managed HSM's keys make, SoftHSM2 takes with their public halves, and the other way round.
#include "conformance/conformance_case.hpp"

KVP11_CASES

namespace {

KeyPair make_rsa(Session& here) {
    return here.generate_pair(CKM_RSA_PKCS_KEY_PAIR_GEN,
                              pair_public({1})
                                  .flag(CKA_TOKEN, true)
                                  .set(CKA_MODULUS_BITS, 2048)
                                  .bytes(CKA_PUBLIC_EXPONENT, {1, 0, 1})
                                  .flag(CKA_ENCRYPT, true)
                                  .flag(CKA_WRAP, true),
                              pair_private({1}).flag(CKA_TOKEN, true).flag(CKA_DECRYPT, true).flag(CKA_UNWRAP, true));
}

/// The public half as everybody outside knows it.
CK_OBJECT_HANDLE rsa_outside(Session& here, const KeyPair& pair, Session& there) {
    RsaNumbers numbers;
    numbers.n = here.attribute(pair.public_key, CKA_MODULUS);
    numbers.e = here.attribute(pair.public_key, CKA_PUBLIC_EXPONENT);
    return there.create(rsa_public(numbers));
}

}  // namespace

REMOTE_CROSSING(rsa_signatures_verify) {
    const KeyPair pair = make_rsa(here);
    const CK_OBJECT_HANDLE outside = rsa_outside(here, pair, there);
    for (const Mechanism& mechanism :
         {Mechanism(CKM_SHA256_RSA_PKCS), Mechanism(CKM_SHA384_RSA_PKCS), Mechanism(CKM_SHA512_RSA_PKCS),
          pss(CKM_SHA256_RSA_PKCS_PSS, CKM_SHA256, 32), pss(CKM_SHA384_RSA_PKCS_PSS, CKM_SHA384, 48),
          pss(CKM_SHA512_RSA_PKCS_PSS, CKM_SHA512, 64)}) {
        BOOST_TEST_CONTEXT(ckm_name(mechanism.type())) {
            const Bytes signature = here.sign(mechanism, pair.private_key, pattern(100));
            EXPECT_RV(there.try_verify(mechanism, outside, pattern(100), signature), CKR_OK);
        }
    }
}

REMOTE_CROSSING(ecdsa_signatures_verify_on_every_curve) {
    const std::pair<Curve, std::size_t> rows[] = {
        {Curve::P256, 32}, {Curve::P384, 48}, {Curve::P521, 64}, {Curve::Secp256k1, 32}};
    std::uint8_t id = 1;
    for (const auto& [curve, digest] : rows) {
        EcNumbers numbers = ec_numbers(curve);
        const KeyPair pair = here.generate_pair(
            CKM_EC_KEY_PAIR_GEN, pair_public({id}).flag(CKA_TOKEN, true).bytes(CKA_EC_PARAMS, numbers.parameters),
            pair_private({id}).flag(CKA_TOKEN, true));
        ++id;
        const CK_OBJECT_HANDLE outside =
            there.create(ec_public(numbers).bytes(CKA_EC_POINT, here.attribute(pair.public_key, CKA_EC_POINT)));
        // Often enough for numbers that begin with zeros.
        for (int i = 0; i < 20; ++i) {
            const Bytes signature = here.sign(CKM_ECDSA, pair.private_key, pattern(digest));
            EXPECT_RV(there.try_verify(CKM_ECDSA, outside, pattern(digest), signature), CKR_OK);
        }
    }
}

REMOTE_CROSSING(what_is_encrypted_outside_is_decrypted) {
    const KeyPair pair = make_rsa(here);
    const CK_OBJECT_HANDLE outside = rsa_outside(here, pair, there);
    for (const Mechanism& mechanism : {Mechanism(CKM_RSA_PKCS), oaep(CKM_SHA_1, CKM_SHA_1)}) {
        const Bytes secret = there.encrypt(mechanism, outside, pattern(60));
        BOOST_TEST(to_hex(here.decrypt(mechanism, pair.private_key, secret)) == to_hex(pattern(60)));
    }
}

REMOTE_CROSSING(what_is_wrapped_outside_is_unwrapped) {
    const KeyPair pair = make_rsa(here);
    const CK_OBJECT_HANDLE outside = rsa_outside(here, pair, there);
    for (const Mechanism& mechanism : {Mechanism(CKM_RSA_PKCS), oaep(CKM_SHA_1, CKM_SHA_1)}) {
        const Bytes wrapped = there.wrap(mechanism, outside, there.create(generic_secret(pattern(32))));
        const CK_OBJECT_HANDLE back =
            here.unwrap(mechanism, pair.private_key, wrapped, generic_secret({}).without(CKA_VALUE));
        BOOST_TEST(to_hex(here.attribute(back, CKA_VALUE)) == to_hex(pattern(32)));
    }
}

KVP11_CASES_END
