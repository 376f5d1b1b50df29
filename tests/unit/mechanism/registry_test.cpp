#include <algorithm>
#include <set>

#include "capabilities.hpp"
#include "checks.hpp"
#include "mechanism/registry.hpp"

using namespace kvp11;
using namespace kvp11::mechanism;
using kvp11::test::Capabilities;

namespace {

// Ascending; a mechanism that comes or goes changes this list on purpose.
const std::vector<CK_MECHANISM_TYPE> all_mechanisms = {
    CKM_RSA_PKCS_KEY_PAIR_GEN,
    CKM_RSA_PKCS,
    CKM_RSA_X_509,
    CKM_SHA1_RSA_PKCS,
    CKM_RSA_PKCS_OAEP,
    CKM_RSA_PKCS_PSS,
    CKM_SHA1_RSA_PKCS_PSS,
    CKM_SHA256_RSA_PKCS,
    CKM_SHA384_RSA_PKCS,
    CKM_SHA512_RSA_PKCS,
    CKM_SHA256_RSA_PKCS_PSS,
    CKM_SHA384_RSA_PKCS_PSS,
    CKM_SHA512_RSA_PKCS_PSS,
    CKM_SHA224_RSA_PKCS,
    CKM_SHA224_RSA_PKCS_PSS,
    CKM_SHA512_224,
    CKM_SHA512_224_HMAC,
    CKM_SHA512_224_HMAC_GENERAL,
    CKM_SHA512_224_KEY_DERIVATION,
    CKM_SHA512_256,
    CKM_SHA512_256_HMAC,
    CKM_SHA512_256_HMAC_GENERAL,
    CKM_SHA512_256_KEY_DERIVATION,
    CKM_SHA3_256_RSA_PKCS,
    CKM_SHA3_384_RSA_PKCS,
    CKM_SHA3_512_RSA_PKCS,
    CKM_SHA3_256_RSA_PKCS_PSS,
    CKM_SHA3_384_RSA_PKCS_PSS,
    CKM_SHA3_512_RSA_PKCS_PSS,
    CKM_SHA3_224_RSA_PKCS,
    CKM_SHA3_224_RSA_PKCS_PSS,
    CKM_SHA_1,
    CKM_SHA_1_HMAC,
    CKM_SHA_1_HMAC_GENERAL,
    CKM_SHA256,
    CKM_SHA256_HMAC,
    CKM_SHA256_HMAC_GENERAL,
    CKM_SHA224,
    CKM_SHA224_HMAC,
    CKM_SHA224_HMAC_GENERAL,
    CKM_SHA384,
    CKM_SHA384_HMAC,
    CKM_SHA384_HMAC_GENERAL,
    CKM_SHA512,
    CKM_SHA512_HMAC,
    CKM_SHA512_HMAC_GENERAL,
    CKM_SHA3_256,
    CKM_SHA3_256_HMAC,
    CKM_SHA3_256_HMAC_GENERAL,
    CKM_SHA3_256_KEY_GEN,
    CKM_SHA3_224,
    CKM_SHA3_224_HMAC,
    CKM_SHA3_224_HMAC_GENERAL,
    CKM_SHA3_224_KEY_GEN,
    CKM_SHA3_384,
    CKM_SHA3_384_HMAC,
    CKM_SHA3_384_HMAC_GENERAL,
    CKM_SHA3_384_KEY_GEN,
    CKM_SHA3_512,
    CKM_SHA3_512_HMAC,
    CKM_SHA3_512_HMAC_GENERAL,
    CKM_SHA3_512_KEY_GEN,
    CKM_GENERIC_SECRET_KEY_GEN,
    CKM_CONCATENATE_BASE_AND_KEY,
    CKM_CONCATENATE_BASE_AND_DATA,
    CKM_CONCATENATE_DATA_AND_BASE,
    CKM_XOR_BASE_AND_DATA,
    CKM_EXTRACT_KEY_FROM_KEY,
    CKM_SHA1_KEY_DERIVATION,
    CKM_SHA256_KEY_DERIVATION,
    CKM_SHA384_KEY_DERIVATION,
    CKM_SHA512_KEY_DERIVATION,
    CKM_SHA224_KEY_DERIVATION,
    CKM_SHA3_256_KEY_DERIVATION,
    CKM_SHA3_224_KEY_DERIVATION,
    CKM_SHA3_384_KEY_DERIVATION,
    CKM_SHA3_512_KEY_DERIVATION,
    CKM_SP800_108_COUNTER_KDF,
    CKM_SP800_108_FEEDBACK_KDF,
    CKM_SP800_108_DOUBLE_PIPELINE_KDF,
    CKM_PKCS5_PBKD2,
    CKM_EC_KEY_PAIR_GEN,
    CKM_ECDSA,
    CKM_ECDSA_SHA1,
    CKM_ECDSA_SHA224,
    CKM_ECDSA_SHA256,
    CKM_ECDSA_SHA384,
    CKM_ECDSA_SHA512,
    CKM_ECDSA_SHA3_224,
    CKM_ECDSA_SHA3_256,
    CKM_ECDSA_SHA3_384,
    CKM_ECDSA_SHA3_512,
    CKM_ECDH1_DERIVE,
    CKM_ECDH1_COFACTOR_DERIVE,
    CKM_RSA_AES_KEY_WRAP,
    CKM_EC_EDWARDS_KEY_PAIR_GEN,
    CKM_EC_MONTGOMERY_KEY_PAIR_GEN,
    CKM_EDDSA,
    CKM_AES_XTS,
    CKM_AES_XTS_KEY_GEN,
    CKM_AES_KEY_GEN,
    CKM_AES_ECB,
    CKM_AES_CBC,
    CKM_AES_CBC_PAD,
    CKM_AES_CTR,
    CKM_AES_GCM,
    CKM_AES_CCM,
    CKM_AES_CTS,
    CKM_AES_CMAC,
    CKM_AES_CMAC_GENERAL,
    CKM_AES_GMAC,
    CKM_AES_ECB_ENCRYPT_DATA,
    CKM_AES_CBC_ENCRYPT_DATA,
    CKM_CHACHA20_KEY_GEN,
    CKM_CHACHA20,
    CKM_AES_OFB,
    CKM_AES_CFB8,
    CKM_AES_CFB128,
    CKM_AES_KEY_WRAP,
    CKM_AES_KEY_WRAP_PAD,
    CKM_AES_KEY_WRAP_KWP,
    CKM_SHA_1_KEY_GEN,
    CKM_SHA224_KEY_GEN,
    CKM_SHA256_KEY_GEN,
    CKM_SHA384_KEY_GEN,
    CKM_SHA512_KEY_GEN,
    CKM_SHA512_224_KEY_GEN,
    CKM_SHA512_256_KEY_GEN,
    CKM_CHACHA20_POLY1305,
    CKM_HKDF_DERIVE,
    CKM_HKDF_DATA,
    CKM_HKDF_KEY_GEN,
    CKM_PUB_KEY_FROM_PRIV_KEY,
};

CK_FLAGS flags_of(CK_MECHANISM_TYPE type) {
    const Mechanism* row = find_row(type);
    BOOST_REQUIRE(row != nullptr);
    return flags(*row);
}

constexpr CK_FLAGS named_curves = CKF_EC_F_P | CKF_EC_NAMEDCURVE | CKF_EC_CURVENAME;
constexpr CK_FLAGS curves = named_curves | CKF_EC_UNCOMPRESS;

}  // namespace

BOOST_AUTO_TEST_SUITE(registry)

BOOST_AUTO_TEST_CASE(a_backend_that_does_everything_lists_exactly_these_mechanisms) {
    const auto listed = list(Capabilities(true));
    BOOST_TEST(listed == all_mechanisms, boost::test_tools::per_element());
    BOOST_TEST(std::is_sorted(listed.begin(), listed.end()));
    BOOST_TEST(std::set<CK_MECHANISM_TYPE>(listed.begin(), listed.end()).size() == rows().size());
}

BOOST_AUTO_TEST_CASE(a_backend_that_does_little_lists_what_is_left) {
    const std::vector<CK_MECHANISM_TYPE> wanted = {CKM_RSA_PKCS_KEY_PAIR_GEN,
                                                   CKM_RSA_PKCS,
                                                   CKM_SHA1_RSA_PKCS,
                                                   CKM_SHA256_RSA_PKCS,
                                                   CKM_SHA384_RSA_PKCS,
                                                   CKM_SHA512_RSA_PKCS,
                                                   CKM_SHA224_RSA_PKCS,
                                                   CKM_SHA512_224,
                                                   CKM_SHA512_256,
                                                   CKM_SHA3_256_RSA_PKCS,
                                                   CKM_SHA3_384_RSA_PKCS,
                                                   CKM_SHA3_512_RSA_PKCS,
                                                   CKM_SHA3_224_RSA_PKCS,
                                                   CKM_SHA_1,
                                                   CKM_SHA256,
                                                   CKM_SHA224,
                                                   CKM_SHA384,
                                                   CKM_SHA512,
                                                   CKM_SHA3_256,
                                                   CKM_SHA3_224,
                                                   CKM_SHA3_384,
                                                   CKM_SHA3_512,
                                                   CKM_PUB_KEY_FROM_PRIV_KEY};
    const Capabilities little(false);
    BOOST_TEST(list(little) == wanted, boost::test_tools::per_element());
    // What it signs it signs with recovery, and as messages.
    BOOST_TEST(test::must(info(little, CKM_RSA_PKCS)).flags ==
               (CKF_SIGN | CKF_VERIFY | CKF_SIGN_RECOVER | CKF_VERIFY_RECOVER | CKF_MESSAGE_SIGN | CKF_MESSAGE_VERIFY |
                CKF_MULTI_MESSAGE));
    EXPECT_FAILURE(info(little, CKM_AES_GCM), Errc::MechanismInvalid);
    // One IV is for one message.
    BOOST_TEST(test::must(info(Capabilities(true), CKM_AES_GMAC)).flags == (CKF_SIGN | CKF_VERIFY));
}

// A backend is asked for what a row does, not for its scheme alone.
BOOST_AUTO_TEST_CASE(a_backend_hears_of_digest_length_and_direction) {
    const Capabilities some(false, Capabilities::Limits{.digests = {Digest::Sha256}, .shortened = false});
    const auto flags = [&](CK_MECHANISM_TYPE type) {
        const auto got = info(some, type);
        return got.ok() ? got->flags & (CKF_SIGN | CKF_VERIFY) : 0;
    };
    BOOST_TEST(flags(CKM_SHA256_RSA_PKCS) == (CKF_SIGN | CKF_VERIFY));
    BOOST_TEST(flags(CKM_SHA3_256_RSA_PKCS) == CKF_VERIFY);
    BOOST_TEST(flags(CKM_SHA256_HMAC) == (CKF_SIGN | CKF_VERIFY));
    BOOST_TEST(flags(CKM_SHA3_256_HMAC) == 0U);
    BOOST_TEST(flags(CKM_SHA256_HMAC_GENERAL) == 0U);
}

BOOST_AUTO_TEST_CASE(flags_follow_from_the_row) {
    BOOST_TEST(flags_of(CKM_RSA_PKCS_KEY_PAIR_GEN) == CKF_GENERATE_KEY_PAIR);
    BOOST_TEST(flags_of(CKM_RSA_PKCS) == (CKF_SIGN | CKF_VERIFY | CKF_ENCRYPT | CKF_DECRYPT | CKF_WRAP | CKF_UNWRAP));
    BOOST_TEST(flags_of(CKM_RSA_X_509) == (CKF_SIGN | CKF_VERIFY | CKF_ENCRYPT | CKF_DECRYPT));
    BOOST_TEST(flags_of(CKM_RSA_PKCS_OAEP) == (CKF_ENCRYPT | CKF_DECRYPT | CKF_WRAP | CKF_UNWRAP));
    BOOST_TEST(flags_of(CKM_SHA256_RSA_PKCS_PSS) == (CKF_SIGN | CKF_VERIFY));
    BOOST_TEST(flags_of(CKM_RSA_AES_KEY_WRAP) == (CKF_WRAP | CKF_UNWRAP));
    BOOST_TEST(flags_of(CKM_EC_KEY_PAIR_GEN) == (CKF_GENERATE_KEY_PAIR | curves));
    BOOST_TEST(flags_of(CKM_ECDSA) == (CKF_SIGN | CKF_VERIFY | curves));
    BOOST_TEST(flags_of(CKM_ECDH1_DERIVE) == (CKF_DERIVE | curves));
    BOOST_TEST(flags_of(CKM_AES_KEY_GEN) == CKF_GENERATE);
    BOOST_TEST(flags_of(CKM_AES_CBC) == (CKF_ENCRYPT | CKF_DECRYPT));
    BOOST_TEST(flags_of(CKM_AES_CBC_PAD) == (CKF_ENCRYPT | CKF_DECRYPT | CKF_WRAP | CKF_UNWRAP));
    BOOST_TEST(flags_of(CKM_AES_KEY_WRAP) == (CKF_WRAP | CKF_UNWRAP));
    BOOST_TEST(flags_of(CKM_AES_GCM) == (CKF_ENCRYPT | CKF_DECRYPT | CKF_WRAP | CKF_UNWRAP));
    BOOST_TEST(flags_of(CKM_AES_GMAC) == (CKF_SIGN | CKF_VERIFY));
    BOOST_TEST(flags_of(CKM_SHA256_HMAC) == (CKF_SIGN | CKF_VERIFY));
    BOOST_TEST(flags_of(CKM_SHA256) == CKF_DIGEST);
    BOOST_TEST(flags_of(CKM_EDDSA) == (CKF_SIGN | CKF_VERIFY | named_curves));
    BOOST_TEST(flags_of(CKM_EC_EDWARDS_KEY_PAIR_GEN) == (CKF_GENERATE_KEY_PAIR | named_curves));
    BOOST_TEST(flags_of(CKM_HKDF_DERIVE) == CKF_DERIVE);
    BOOST_TEST(flags_of(CKM_PUB_KEY_FROM_PRIV_KEY) == CKF_DERIVE);
    BOOST_TEST(flags_of(CKM_PKCS5_PBKD2) == CKF_GENERATE);
}

BOOST_AUTO_TEST_CASE(info_gives_sizes_in_the_unit_of_the_standard) {
    const Capabilities all(true);
    const auto sizes = [&](CK_MECHANISM_TYPE type) {
        const auto got = test::must(info(all, type));
        return std::pair(got.ulMinKeySize, got.ulMaxKeySize);
    };
    BOOST_CHECK(sizes(CKM_RSA_PKCS_KEY_PAIR_GEN) == std::pair(2048UL, 4096UL));
    BOOST_CHECK(sizes(CKM_EC_KEY_PAIR_GEN) == std::pair(256UL, 521UL));
    BOOST_CHECK(sizes(CKM_AES_GCM) == std::pair(16UL, 32UL));
    BOOST_CHECK(sizes(CKM_GENERIC_SECRET_KEY_GEN) == std::pair(8UL, 524288UL));
    BOOST_CHECK(sizes(CKM_SHA512_HMAC) == std::pair(1UL, 65536UL));
    BOOST_CHECK(sizes(CKM_SHA512) == std::pair(0UL, 0UL));
    BOOST_CHECK(sizes(CKM_EDDSA) == std::pair(255UL, 448UL));
    BOOST_CHECK(sizes(CKM_ECDH1_DERIVE) == std::pair(255UL, 521UL));
    BOOST_CHECK(sizes(CKM_AES_XTS) == std::pair(32UL, 64UL));
    BOOST_CHECK(sizes(CKM_CHACHA20) == std::pair(256UL, 256UL));
    BOOST_CHECK(sizes(CKM_SP800_108_COUNTER_KDF) == std::pair(8UL, 524288UL));
}

BOOST_AUTO_TEST_CASE(every_row_does_something_and_says_what_it_needs) {
    for (const Mechanism* row : rows()) {
        BOOST_TEST_CONTEXT(row->name) {
            BOOST_TEST(flags(*row) != 0U);
            BOOST_TEST((row->signature != nullptr) == row->needs_signature.has_value());
            BOOST_TEST((row->cipher != nullptr) == row->needs_cipher.has_value());
            const bool wraps = row->wrapping != nullptr || row->sealed_wrapping != nullptr;
            BOOST_TEST(wraps == row->needs_wrap.has_value());
            BOOST_TEST((row->wrapping == nullptr || row->sealed_wrapping == nullptr));
            BOOST_TEST((!row->wraps_under_trusted || wraps));
            BOOST_TEST((row->sealed_wrapping == nullptr || row->message != nullptr));
            BOOST_TEST(row->keys.empty() == row->digest.has_value());
            BOOST_TEST((!row->prehash || row->signature != nullptr));
            BOOST_TEST(row->min_size <= row->max_size);
            BOOST_TEST(row->name.starts_with("CKM_"));
            BOOST_CHECK(find_row(row->type) == row);
        }
    }
}

// Which of them docs/adr/0010 names, and no other that the approved mode wraps with.
BOOST_AUTO_TEST_CASE(these_mechanisms_wrap_sensitive_keys_under_trusted_ones_only) {
    std::set<CK_MECHANISM_TYPE> under_trusted, under_any;
    for (const Mechanism* row : rows()) {
        if (row->wraps_under_trusted)
            under_trusted.insert(row->type);
        else if ((approved_flags(*row) & CKF_WRAP) != 0)
            under_any.insert(row->type);
    }
    BOOST_CHECK((under_trusted == std::set<CK_MECHANISM_TYPE>{CKM_AES_CCM, CKM_RSA_AES_KEY_WRAP}));
    BOOST_CHECK((under_any == std::set<CK_MECHANISM_TYPE>{CKM_AES_GCM, CKM_AES_KEY_WRAP, CKM_AES_KEY_WRAP_PAD,
                                                          CKM_AES_KEY_WRAP_KWP, CKM_RSA_PKCS_OAEP}));
}

BOOST_AUTO_TEST_CASE(a_request_wants_a_known_mechanism_and_a_parameter_that_is_there) {
    EXPECT_FAILURE(request(CKM_DES3_CBC, {}), Errc::MechanismInvalid);
    EXPECT_FAILURE(request(CKM_VENDOR_DEFINED | 1, {}), Errc::MechanismInvalid);
    EXPECT_FAILURE(request(~0UL, {}), Errc::MechanismInvalid);
    const ByteView null_with_length(static_cast<const std::uint8_t*>(nullptr), 16);
    EXPECT_FAILURE(request(CKM_AES_CBC, null_with_length), Errc::MechanismParamInvalid);
    const Bytes some(8);
    EXPECT_FAILURE(request(CKM_AES_KEY_GEN, some), Errc::MechanismParamInvalid);
    EXPECT_FAILURE(request(CKM_EC_KEY_PAIR_GEN, some), Errc::MechanismParamInvalid);
    EXPECT_SUCCESS(request(CKM_AES_KEY_GEN, {}));
}

BOOST_AUTO_TEST_CASE(the_table_says_of_each_row_what_is_approved_and_what_a_remote_slot_does) {
    const auto described = described_rows(Capabilities(false));
    BOOST_REQUIRE(described.size() == rows().size());
    const auto of = [&](std::string_view name) {
        const auto row =
            std::find_if(described.begin(), described.end(), [&](const auto& r) { return r.name == name; });
        BOOST_REQUIRE((row != described.end()));
        return *row;
    };
    BOOST_TEST(of("CKM_RSA_PKCS").roles == "sign, verify, encrypt, decrypt, wrap, unwrap");
    BOOST_TEST(of("CKM_RSA_PKCS").approved == "sign, verify");
    BOOST_TEST(of("CKM_RSA_PKCS").remote == "sign, verify");
    BOOST_TEST(of("CKM_SHA256").remote == "yes");
    BOOST_TEST(of("CKM_EDDSA").remote == "no");
    BOOST_TEST(of("CKM_ECDH1_DERIVE").keys == "EC P-256, P-384, P-521, secp256k1, X25519, X448");
    BOOST_TEST(of("CKM_XOR_BASE_AND_DATA").approved == "no");
    BOOST_TEST(of("CKM_SP800_108_COUNTER_KDF").approved == "yes");
    BOOST_TEST(of("CKM_AES_XTS").sizes == "32 to 64 bytes");
    for (const auto& row : described_rows(Capabilities(true))) BOOST_TEST(row.remote == "yes", row.name);
}

BOOST_AUTO_TEST_SUITE_END()
