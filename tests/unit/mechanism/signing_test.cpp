#include <array>

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

namespace {

Bytes sign(SignOperation& operation, ByteView data) {
    Bytes signature(operation.size());
    signature.resize(must(operation.sign(data, signature)));
    return signature;
}

std::shared_ptr<const Key> public_half(const std::shared_ptr<const Key>& key) {
    return must(open_public_key(std::make_shared<const KeyRecord>(key->record())));
}

/// In parts, at once and against each other; then with one bit wrong, too short and too long.
void sign_and_verify(const Request& request, const std::shared_ptr<const Key>& key,
                     const std::shared_ptr<const Key>& verifying, const Bytes& data) {
    const auto signing = must(start_signing(request, key));
    for (const bool in_parts : {false, true}) {
        Bytes signature(signing->size());
        if (in_parts) {
            for (std::size_t at = 0; at < data.size(); at += 7) {
                const auto part = ByteView(data).subspan(at, std::min<std::size_t>(7, data.size() - at));
                BOOST_REQUIRE(test::succeeds(signing->update(part)));
            }
            BOOST_TEST(must(signing->finish(signature)) == signing->size());
        } else {
            BOOST_TEST(must(signing->sign(data, signature)) == signing->size());
        }
        BOOST_TEST(signing->restart(request));

        const auto check = must(start_verifying(request, verifying));
        EXPECT_SUCCESS(check->verify(data, signature));
        BOOST_TEST(check->restart(request));
        EXPECT_SUCCESS(check->update(data));
        EXPECT_SUCCESS(check->finish(signature));
        BOOST_TEST(check->restart(request));
        signature.back() ^= 1;
        EXPECT_FAILURE(check->verify(data, signature), Errc::SignatureInvalid);
        BOOST_TEST(check->restart(request));
        signature.pop_back();
        EXPECT_FAILURE(check->verify(data, signature), Errc::SignatureLenRange);
        BOOST_TEST(check->restart(request));
        EXPECT_FAILURE(check->verify(data, {}), Errc::SignatureLenRange);
        BOOST_TEST(check->restart(request));
        EXPECT_FAILURE(check->verify(data, Bytes(2000)), Errc::SignatureLenRange);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(signing)

BOOST_AUTO_TEST_CASE(every_hashing_rsa_and_ecdsa_mechanism_signs_at_once_and_in_parts) {
    for (const Mechanism* row : rows()) {
        if (!row->prehash) continue;
        BOOST_TEST_CONTEXT(row->name) {
            // In the order of Digest; PSS has no mask generation with SHA-512/t.
            constexpr CK_MECHANISM_TYPE hashes[digest_count] = {
                CKM_SHA_1,      CKM_SHA224,   CKM_SHA256,   CKM_SHA384,   CKM_SHA512,  CKM_SHA512_224,
                CKM_SHA512_256, CKM_SHA3_224, CKM_SHA3_256, CKM_SHA3_384, CKM_SHA3_512};
            constexpr CK_RSA_PKCS_MGF_TYPE mgfs[digest_count] = {
                CKG_MGF1_SHA1,     CKG_MGF1_SHA224,   CKG_MGF1_SHA256,   CKG_MGF1_SHA384,  CKG_MGF1_SHA512, 0, 0,
                CKG_MGF1_SHA3_224, CKG_MGF1_SHA3_256, CKG_MGF1_SHA3_384, CKG_MGF1_SHA3_512};
            const auto digest = static_cast<std::size_t>(*row->prehash);
            const CK_RSA_PKCS_PSS_PARAMS pss{hashes[digest], mgfs[digest], digest_size(*row->prehash)};
            const bool is_pss = row->needs_signature == SignatureScheme::RsaPss;
            const auto request = ask(row->type, is_pss ? parameter_of(pss) : ByteView());
            const std::shared_ptr<const Key> key = row->keys.has(KeyType::Rsa) ? test::rsa_key() : test::ec_key();
            sign_and_verify(request, key, public_half(key), pattern(300));
        }
    }
}

BOOST_AUTO_TEST_CASE(every_mac_signs_at_once_and_in_parts) {
    const auto secret = test::secret_key(KeyType::GenericSecret, pattern(200));
    const auto aes = test::secret_key(KeyType::Aes, pattern(32));
    const CK_MAC_GENERAL_PARAMS length = 13;
    for (const Mechanism* row : rows()) {
        if (row->needs_signature != SignatureScheme::Hmac && row->needs_signature != SignatureScheme::AesCmac) continue;
        BOOST_TEST_CONTEXT(row->name) {
            const auto request = ask(row->type, row->name.ends_with("_GENERAL") ? parameter_of(length) : ByteView());
            const auto key = row->keys.has(KeyType::Aes) ? aes : secret;
            sign_and_verify(request, key, key, pattern(100));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_mac_of_chosen_length_is_the_beginning_of_the_whole_one) {
    const auto secret = test::secret_key(KeyType::GenericSecret, pattern(200));
    const auto mac = [&](const Request& request) {
        const auto operation = must(start_signing(request, secret));
        Bytes made(operation->size());
        made.resize(must(operation->sign(pattern(100), made)));
        return made;
    };
    const Bytes whole = mac(ask(CKM_SHA3_512_HMAC));
    for (const CK_MAC_GENERAL_PARAMS length : {1UL, 20UL, 64UL}) {
        const Bytes cut = mac(ask(CKM_SHA3_512_HMAC_GENERAL, parameter_of(length)));
        BOOST_TEST(cut == Bytes(whole.begin(), whole.begin() + static_cast<long>(length)),
                   boost::test_tools::per_element());
    }
    for (const CK_MAC_GENERAL_PARAMS length : {0UL, 65UL}) {
        EXPECT_FAILURE(start_signing(ask(CKM_SHA3_512_HMAC_GENERAL, parameter_of(length)), secret),
                       Errc::MechanismParamInvalid);
    }
}

BOOST_AUTO_TEST_CASE(a_secret_that_is_called_after_a_digest_is_for_that_digest_alone) {
    KeyRecord record = test::permissive_record({.type = KeyType::GenericSecret, .bits = 256});
    const CK_KEY_TYPE name = CKK_SHA256_HMAC;
    record.face.extras[CKA_KEY_TYPE] = copy_of(parameter_of(name));
    const auto key = std::make_shared<const test::MaterialKey>(std::move(record), SecretBytes(32));
    EXPECT_SUCCESS(start_signing(ask(CKM_SHA256_HMAC), key));
    EXPECT_FAILURE(start_signing(ask(CKM_SHA384_HMAC), key), Errc::KeyTypeInconsistent);
    EXPECT_FAILURE(start_verifying(ask(CKM_SHA3_256_HMAC), key), Errc::KeyTypeInconsistent);
}

BOOST_AUTO_TEST_CASE(eddsa_signs_whole_messages_at_once_and_in_parts_up_to_a_limit) {
    for (const Curve curve : {Curve::Ed25519, Curve::Ed448}) {
        const auto key = test::ec_key(curve);
        sign_and_verify(ask(CKM_EDDSA), key, public_half(key), pattern(5000));
        const auto operation = must(start_signing(ask(CKM_EDDSA), key));
        EXPECT_SUCCESS(operation->update(Bytes(1U << 20)));
        EXPECT_FAILURE(operation->update(Bytes(1)), Errc::DataLenRange);
    }
}

BOOST_AUTO_TEST_CASE(eddsa_takes_parameters_that_ask_for_the_pure_one_only) {
    const auto key = test::ec_key(Curve::Ed25519);
    Bytes context(3);
    CK_EDDSA_PARAMS params{CK_FALSE, 0, nullptr};
    sign_and_verify(ask(CKM_EDDSA, parameter_of(params)), key, public_half(key), pattern(10));
    params = {CK_TRUE, 0, nullptr};
    EXPECT_FAILURE(start_signing(ask(CKM_EDDSA, parameter_of(params)), key), Errc::MechanismParamInvalid);
    params = {CK_FALSE, context.size(), context.data()};
    EXPECT_FAILURE(start_signing(ask(CKM_EDDSA, parameter_of(params)), key), Errc::MechanismParamInvalid);
    EXPECT_FAILURE(start_signing(ask(CKM_EDDSA, context), key), Errc::MechanismParamInvalid);
}

BOOST_AUTO_TEST_CASE(raw_mechanisms_sign_what_they_are_given) {
    const auto rsa = test::rsa_key();
    sign_and_verify(ask(CKM_RSA_PKCS), rsa, public_half(rsa), pattern(51));
    sign_and_verify(ask(CKM_RSA_X_509), rsa, public_half(rsa), pattern(256));
    for (const Curve curve : {Curve::P256, Curve::P384, Curve::P521, Curve::P256K}) {
        const auto ec = test::ec_key(curve);
        sign_and_verify(ask(CKM_ECDSA), ec, public_half(ec), pattern(64));
    }
    const CK_RSA_PKCS_PSS_PARAMS pss{CKM_SHA256, CKG_MGF1_SHA256, 0};
    sign_and_verify(ask(CKM_RSA_PKCS_PSS, parameter_of(pss)), rsa, public_half(rsa), pattern(32));
}

BOOST_AUTO_TEST_CASE(hashing_and_raw_mechanisms_agree) {
    const auto key = test::rsa_key();
    const Bytes message = pattern(77);
    const auto hashing = must(start_signing(ask(CKM_SHA256_RSA_PKCS), key));
    const Bytes signature = sign(*hashing, message);
    Bytes info = from_hex("3031300d060960864801650304020105000420");  // RFC 8017 §9.2: SHA-256
    const Bytes digest = crypto::hash(Digest::Sha256, message);
    info.insert(info.end(), digest.begin(), digest.end());
    const auto raw = must(start_signing(ask(CKM_RSA_PKCS), key));
    BOOST_TEST(sign(*raw, info) == signature, boost::test_tools::per_element());
    const auto check = must(start_verifying(ask(CKM_RSA_PKCS), public_half(key)));
    EXPECT_SUCCESS(check->verify(info, signature));

    const auto ec = test::ec_key();
    const Bytes ecdsa = sign(*must(start_signing(ask(CKM_ECDSA_SHA256), ec)), message);
    EXPECT_SUCCESS(must(start_verifying(ask(CKM_ECDSA), public_half(ec)))->verify(digest, ecdsa));
}

BOOST_AUTO_TEST_CASE(data_of_a_wrong_length_are_refused) {
    const auto rsa = test::rsa_key();
    Bytes out(256);
    EXPECT_FAILURE(must(start_signing(ask(CKM_RSA_PKCS), rsa))->sign(pattern(246), out), Errc::DataLenRange);
    EXPECT_SUCCESS(must(start_signing(ask(CKM_RSA_PKCS), rsa))->sign(pattern(245), out));
    EXPECT_FAILURE(must(start_signing(ask(CKM_RSA_X_509), rsa))->sign(pattern(257), out), Errc::DataLenRange);
    EXPECT_FAILURE(must(start_signing(ask(CKM_RSA_X_509), rsa))->sign(Bytes(256, 0xff), out), Errc::DataInvalid);
    const CK_RSA_PKCS_PSS_PARAMS pss{CKM_SHA256, CKG_MGF1_SHA256, 32};
    EXPECT_FAILURE(must(start_signing(ask(CKM_RSA_PKCS_PSS, parameter_of(pss)), rsa))->sign(pattern(20), out),
                   Errc::DataLenRange);
    const auto operation = must(start_signing(ask(CKM_RSA_PKCS), rsa));
    EXPECT_FAILURE(operation->update(Bytes(5000)), Errc::DataLenRange);
}

BOOST_AUTO_TEST_CASE(ecdsa_verifies_shorter_signatures_of_even_length) {
    const auto key = test::ec_key(Curve::P521);
    const auto operation = must(start_signing(ask(CKM_ECDSA_SHA512), key));
    const auto check = must(start_verifying(ask(CKM_ECDSA_SHA512), public_half(key)));
    const Bytes message = pattern(10);
    for (int attempt = 0; attempt < 100; ++attempt) {
        const Bytes full = sign(*operation, message);
        BOOST_REQUIRE(operation->restart(ask(CKM_ECDSA_SHA512)));
        BOOST_REQUIRE(full.size() == 132U);
        if (full[0] != 0 || full[66] != 0) continue;
        Bytes shorter(full.begin() + 1, full.begin() + 66);
        shorter.insert(shorter.end(), full.begin() + 67, full.end());
        EXPECT_SUCCESS(check->verify(message, shorter));
        return;
    }
    BOOST_ERROR("no signature with short r and s in 100");
}

BOOST_AUTO_TEST_CASE(restart_drops_an_unfinished_message_and_other_parameters) {
    const auto key = test::secret_key(KeyType::GenericSecret, pattern(32));
    const auto mac = must(start_signing(ask(CKM_SHA256_HMAC), key));
    const Bytes wanted = sign(*mac, pattern(10));
    EXPECT_SUCCESS(mac->update(pattern(3)));
    BOOST_TEST(mac->restart(ask(CKM_SHA256_HMAC)));
    BOOST_TEST(sign(*mac, pattern(10)) == wanted, boost::test_tools::per_element());
    BOOST_TEST(!mac->restart(ask(CKM_SHA512_HMAC)));
    BOOST_TEST(!mac->restart(ask(CKM_SHA256_HMAC, pattern(1))));
    BOOST_TEST(!mac->restart(Request{}));

    const auto rsa = must(start_signing(ask(CKM_SHA256_RSA_PKCS), test::rsa_key()));
    const Bytes signature = sign(*rsa, pattern(10));
    EXPECT_SUCCESS(rsa->update(pattern(3)));
    BOOST_TEST(rsa->restart(ask(CKM_SHA256_RSA_PKCS)));
    BOOST_TEST(sign(*rsa, pattern(10)) == signature, boost::test_tools::per_element());

    CK_RSA_PKCS_PSS_PARAMS pss{CKM_SHA256, CKG_MGF1_SHA256, 32};
    const auto salted = must(start_signing(ask(CKM_SHA256_RSA_PKCS_PSS, parameter_of(pss)), test::rsa_key()));
    BOOST_TEST(salted->restart(ask(CKM_SHA256_RSA_PKCS_PSS, parameter_of(pss))));
    pss.sLen = 20;
    BOOST_TEST(!salted->restart(ask(CKM_SHA256_RSA_PKCS_PSS, parameter_of(pss))));
}

BOOST_AUTO_TEST_CASE(keys_of_another_type_or_size_are_refused) {
    const auto aes = test::secret_key(KeyType::Aes, pattern(32));
    EXPECT_FAILURE(start_signing(ask(CKM_SHA256_HMAC), aes), Errc::KeyTypeInconsistent);
    EXPECT_FAILURE(start_verifying(ask(CKM_SHA256_HMAC), aes), Errc::KeyTypeInconsistent);
    EXPECT_FAILURE(start_signing(ask(CKM_ECDSA), test::rsa_key()), Errc::KeyTypeInconsistent);
    EXPECT_FAILURE(start_signing(ask(CKM_RSA_PKCS), test::ec_key()), Errc::KeyTypeInconsistent);
    const auto long_secret = test::secret_key(KeyType::GenericSecret, Bytes(65537));
    EXPECT_FAILURE(start_signing(ask(CKM_SHA256_HMAC), long_secret), Errc::KeySizeRange);
    EXPECT_FAILURE(start_signing(ask(CKM_AES_GCM, pattern(40)), aes), Errc::MechanismInvalid);
    EXPECT_FAILURE(start_verifying(ask(CKM_SHA256), aes), Errc::MechanismInvalid);
    EXPECT_FAILURE(start_signing(Request{}, aes), Errc::MechanismInvalid);
    const CK_RSA_PKCS_PSS_PARAMS pss{CKM_SHA256, CKG_MGF1_SHA256, 300};
    EXPECT_FAILURE(start_signing(ask(CKM_RSA_PKCS_PSS, parameter_of(pss)), test::rsa_key()),
                   Errc::MechanismParamInvalid);
}

BOOST_AUTO_TEST_CASE(a_public_key_does_what_its_attributes_allow_and_nothing_private) {
    auto record = std::make_shared<KeyRecord>(test::rsa_key()->record());
    record->ops = KeyOps::Encrypt;
    const auto key = must(open_public_key(record));
    EXPECT_FAILURE(start_verifying(ask(CKM_SHA256_RSA_PKCS), key), Errc::KeyFunctionNotPermitted);
    EXPECT_FAILURE(start_signing(ask(CKM_SHA256_RSA_PKCS), key), Errc::KeyFunctionNotPermitted);
    EXPECT_FAILURE(start_decrypting(ask(CKM_RSA_PKCS), key), Errc::KeyFunctionNotPermitted);
    EXPECT_SUCCESS(start_encrypting(ask(CKM_RSA_PKCS), key));
    EXPECT_FAILURE(key->expose_material(MaterialUse::Copy), Errc::KeyFunctionNotPermitted);
}

BOOST_AUTO_TEST_CASE(digests_work_at_once_in_parts_and_again) {
    const auto operation = must(start_digesting(ask(CKM_SHA256)));
    std::array<std::uint8_t, 32> out;
    EXPECT_SUCCESS(operation->update(bytes_of("a")));
    BOOST_TEST(operation->restart(ask(CKM_SHA256)));
    EXPECT_SUCCESS(operation->update(bytes_of("ab")));
    EXPECT_SUCCESS(operation->update(bytes_of("c")));
    BOOST_TEST(must(operation->finish(out)) == 32U);
    // FIPS 180-4, "abc"
    BOOST_TEST(test::to_hex(out) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_FAILURE(operation->finish(MutableBytes(out).first(31)), Errc::BufferTooSmall);
    BOOST_TEST(!operation->restart(ask(CKM_SHA512)));
    EXPECT_FAILURE(start_digesting(ask(CKM_SHA256, pattern(3))), Errc::MechanismParamInvalid);
    EXPECT_FAILURE(start_digesting(ask(CKM_SHA256_HMAC)), Errc::MechanismInvalid);
}

BOOST_AUTO_TEST_SUITE_END()
