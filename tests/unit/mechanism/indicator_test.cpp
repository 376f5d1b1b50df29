// The service indicator of each operation, and what mode Approved lets a public key do in the module.
#include "checks.hpp"
#include "crypto/digest.hpp"
#include "material_key.hpp"
#include "mechanism/key_template.hpp"
#include "mechanism/operation.hpp"

using namespace kvp11;
using namespace kvp11::mechanism;
using kvp11::test::ask;
using kvp11::test::from_hex;
using kvp11::test::must;
using kvp11::test::parameter_of;
using kvp11::test::pattern;
using kvp11::test::operator+;

namespace {

constexpr const char* sha256_info = "3031300d060960864801650304020105000420";
constexpr const char* sha1_info = "3021300906052b0e03021a05000414";

bool signs_approved(SignOperation& operation, ByteView data) {
    Bytes signature(operation.size());
    (void)must(operation.sign(data, signature));
    return operation.was_approved();
}

bool signs_approved(const Request& request, std::shared_ptr<const Key> key, ByteView data) {
    return signs_approved(*must(start_signing(request, std::move(key))), data);
}

std::shared_ptr<const Key> public_half(const std::shared_ptr<const Key>& key, bool approved_only = false) {
    return must(open_public_key(std::make_shared<const KeyRecord>(key->record()), approved_only));
}

std::shared_ptr<const Key> rsa_with_exponent_3() {
    const KeySpec spec{.type = KeyType::Rsa, .bits = 2048, .public_exponent = 3};
    return test::private_key(must(must(crypto::PrivateHalf::generate(spec))->expose_pkcs8()));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(indicator)

BOOST_AUTO_TEST_CASE(sha1_is_approved_for_verifying_only) {
    const auto rsa = test::rsa_key();
    const auto ec = test::ec_key();
    BOOST_TEST(signs_approved(ask(CKM_SHA256_RSA_PKCS), rsa, pattern(5)));
    BOOST_TEST(!signs_approved(ask(CKM_SHA1_RSA_PKCS), rsa, pattern(5)));
    BOOST_TEST(signs_approved(ask(CKM_ECDSA_SHA384), ec, pattern(5)));
    BOOST_TEST(!signs_approved(ask(CKM_ECDSA_SHA1), ec, pattern(5)));
    const auto verifying = must(start_verifying(ask(CKM_SHA1_RSA_PKCS), public_half(rsa)));
    EXPECT_FAILURE(verifying->verify(pattern(5), Bytes(256)), Errc::SignatureInvalid);
    BOOST_TEST(verifying->was_approved());
}

BOOST_AUTO_TEST_CASE(p256k_is_not_approved) {
    const auto key = test::ec_key(Curve::P256K);
    BOOST_TEST(!signs_approved(ask(CKM_ECDSA_SHA256), key, pattern(5)));
    const auto verifying = must(start_verifying(ask(CKM_ECDSA_SHA256), public_half(key)));
    EXPECT_FAILURE(verifying->verify(pattern(5), Bytes(64)), Errc::SignatureInvalid);
    BOOST_TEST(!verifying->was_approved());
}

BOOST_AUTO_TEST_CASE(where_the_caller_digests_each_input_decides) {
    const Request pkcs1 = ask(CKM_RSA_PKCS);
    const auto signing = must(start_signing(pkcs1, test::rsa_key()));
    BOOST_TEST(signs_approved(*signing, from_hex(sha256_info) + Bytes(32)));
    BOOST_TEST(signing->restart(pkcs1));
    BOOST_TEST(!signs_approved(*signing, from_hex(sha1_info) + Bytes(20)));
    BOOST_TEST(signing->restart(pkcs1));
    BOOST_TEST(!signs_approved(*signing, Bytes(32)));
    BOOST_TEST(signing->restart(pkcs1));
    EXPECT_SUCCESS(signing->update(from_hex(sha256_info)));
    EXPECT_SUCCESS(signing->update(Bytes(32)));
    Bytes signature(signing->size());
    EXPECT_SUCCESS(signing->finish(signature));
    BOOST_TEST(signing->was_approved());

    BOOST_TEST(signs_approved(ask(CKM_ECDSA), test::ec_key(), Bytes(32, 1)));
    BOOST_TEST(!signs_approved(ask(CKM_ECDSA), test::ec_key(), Bytes(20, 1)));
    const auto verifying = must(start_verifying(ask(CKM_ECDSA), public_half(test::ec_key())));
    EXPECT_FAILURE(verifying->verify(Bytes(20), Bytes(64, 1)), Errc::SignatureInvalid);
    BOOST_TEST(verifying->was_approved());
    BOOST_TEST(verifying->restart(ask(CKM_ECDSA)));
    EXPECT_FAILURE(verifying->verify(Bytes(19), Bytes(64, 1)), Errc::SignatureInvalid);
    BOOST_TEST(!verifying->was_approved());
}

BOOST_AUTO_TEST_CASE(macs_follow_their_key) {
    BOOST_TEST(signs_approved(ask(CKM_SHA256_HMAC), test::secret_key(KeyType::GenericSecret, pattern(14)), pattern(5)));
    BOOST_TEST(
        !signs_approved(ask(CKM_SHA256_HMAC), test::secret_key(KeyType::GenericSecret, pattern(13)), pattern(5)));
    BOOST_TEST(signs_approved(ask(CKM_AES_CMAC), test::secret_key(KeyType::Aes, pattern(16)), pattern(5)));
}

BOOST_AUTO_TEST_CASE(gcm_is_approved_for_decryption_and_each_message_with_its_own_tag) {
    const auto key = test::secret_key(KeyType::Aes, pattern(32));
    Bytes iv = pattern(12);
    CK_GCM_PARAMS params{iv.data(), iv.size(), 96, nullptr, 0, 128};
    const auto encrypting = must(start_encrypting(ask(CKM_AES_GCM, parameter_of(params)), key));
    Bytes box(16 + 16);
    EXPECT_SUCCESS(encrypting->crypt(pattern(16), box));
    BOOST_TEST(!encrypting->was_approved());
    const auto decrypting = must(start_decrypting(ask(CKM_AES_GCM, parameter_of(params)), key));
    Bytes plain(16);
    EXPECT_SUCCESS(decrypting->crypt(box, plain));
    BOOST_TEST(decrypting->was_approved());
    params.ulTagBits = 64;
    BOOST_TEST(decrypting->restart(ask(CKM_AES_GCM, parameter_of(params))));
    BOOST_TEST(!decrypting->was_approved());
    params.ulTagBits = 96;
    BOOST_TEST(decrypting->restart(ask(CKM_AES_GCM, parameter_of(params))));
    BOOST_TEST(decrypting->was_approved());
}

BOOST_AUTO_TEST_CASE(wrapping_and_deriving_tell_as_well) {
    const auto key = test::secret_key(KeyType::Aes, pattern(32));
    const auto target = test::secret_key(KeyType::Aes, pattern(16));
    const auto kwp = must(wrap(ask(CKM_AES_KEY_WRAP_KWP), *key, *target));
    BOOST_TEST(kwp.approved);
    BOOST_TEST(must(unwrap(ask(CKM_AES_KEY_WRAP_KWP), *key, kwp.value)).approved);
    const Bytes iv = pattern(16);
    const Request cbc = ask(CKM_AES_CBC_PAD, iv);
    const auto padded = must(wrap(cbc, *key, *target));
    BOOST_TEST(!padded.approved);
    BOOST_TEST(!must(unwrap(cbc, *key, padded.value)).approved);
    BOOST_TEST(!must(wrap(ask(CKM_RSA_PKCS), *public_half(test::rsa_key()), *target)).approved);

    for (const Curve curve : {Curve::P256, Curve::P256K}) {
        const auto own = test::ec_key(curve);
        Bytes point = own->record().public_key.point;
        const CK_ECDH1_DERIVE_PARAMS params{CKD_NULL, 0, nullptr, point.size(), point.data()};
        BOOST_TEST(must(derive(ask(CKM_ECDH1_DERIVE, parameter_of(params)), *own, 0)).approved ==
                   (curve == Curve::P256));
    }
}

BOOST_AUTO_TEST_CASE(digests_are_approved) {
    const auto digesting = must(start_digesting(ask(CKM_SHA_1)));
    BOOST_TEST(digesting->was_approved());
}

// --- mode Approved, for keys that need no partition

BOOST_AUTO_TEST_CASE(a_public_key_refuses_what_the_policy_does) {
    const auto rsa = public_half(test::rsa_key(), true);
    EXPECT_SUCCESS(rsa->verifier({SignatureScheme::RsaPkcs1, Digest::Sha1}));
    EXPECT_FAILURE(rsa->verifier({SignatureScheme::RsaRaw}), Errc::MechanismInvalid);
    const CipherAlgorithm pkcs1{.scheme = CipherScheme::RsaPkcs1, .iv = {}, .aad = {}};
    EXPECT_FAILURE(rsa->encryptor(pkcs1), Errc::MechanismInvalid);
    const WrapAlgorithm oaep{.scheme = WrapScheme::RsaOaep, .label = {}, .iv = {}};
    EXPECT_SUCCESS(rsa->wrap(oaep, SecretBytes(16)));
    EXPECT_FAILURE(public_half(test::ec_key(Curve::P256K), true)->verifier({SignatureScheme::Ecdsa}),
                   Errc::CurveNotSupported);
    EXPECT_SUCCESS(public_half(test::ec_key(Curve::P256K))->verifier({SignatureScheme::Ecdsa}));
}

// The record of a key that came in as attributes says nothing of its exponent: the key itself does.
BOOST_AUTO_TEST_CASE(size_and_exponent_are_the_keys_own) {
    const auto key = rsa_with_exponent_3();
    auto record = std::make_shared<KeyRecord>(key->record());
    record->spec.public_exponent = 65537;
    const auto half = must(open_public_key(record, true));
    EXPECT_FAILURE(half->verifier({SignatureScheme::RsaPkcs1}), Errc::KeySizeRange);
    BOOST_TEST(!half->is_approved(SignatureAlgorithm{SignatureScheme::RsaPkcs1}, true));
}

BOOST_AUTO_TEST_CASE(a_public_key_looks_at_the_callers_digest) {
    const auto key = public_half(test::rsa_key(), true);
    const auto verifier = must(key->verifier({SignatureScheme::RsaPkcs1DigestInfo}));
    EXPECT_FAILURE(verifier->verify(Bytes(32), Bytes(256)), Errc::DataInvalid);
    EXPECT_FAILURE(verifier->verify(from_hex(sha1_info) + Bytes(20), Bytes(256)), Errc::SignatureInvalid);
    const auto ecdsa = must(public_half(test::ec_key(), true)->verifier({SignatureScheme::Ecdsa}));
    EXPECT_FAILURE(ecdsa->verify(Bytes(33), Bytes(64, 1)), Errc::DataLenRange);
    EXPECT_FAILURE(ecdsa->verify(Bytes(32), Bytes(64, 1)), Errc::SignatureInvalid);
}

BOOST_AUTO_TEST_SUITE_END()
