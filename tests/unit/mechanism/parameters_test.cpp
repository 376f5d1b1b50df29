#include <limits>

#include "checks.hpp"
#include "mechanism/derivation.hpp"
#include "mechanism/parameters.hpp"

using namespace kvp11;
using namespace kvp11::mechanism;
using kvp11::test::must;
using kvp11::test::parameter_of;
using kvp11::test::pattern;

namespace {

constexpr Errc invalid = Errc::MechanismParamInvalid;

CK_RSA_PKCS_OAEP_PARAMS oaep_params() {
    return {.hashAlg = CKM_SHA256,
            .mgf = CKG_MGF1_SHA256,
            .source = CKZ_DATA_SPECIFIED,
            .pSourceData = nullptr,
            .ulSourceDataLen = 0};
}

struct Gcm {
    Bytes iv = Bytes(12, 1);
    Bytes aad = Bytes(20, 2);
    CK_GCM_PARAMS params() {
        return {.pIv = iv.data(),
                .ulIvLen = iv.size(),
                .ulIvBits = 0xdeadbeef,
                .pAAD = aad.data(),
                .ulAADLen = aad.size(),
                .ulTagBits = 128};
    }
};

struct GcmOf240 {
    CK_BYTE_PTR pIv;
    CK_ULONG ulIvLen;
    CK_BYTE_PTR pAAD;
    CK_ULONG ulAADLen;
    CK_ULONG ulTagBits;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(parameters)

BOOST_AUTO_TEST_CASE(mechanisms_without_parameter_refuse_one) {
    const Bytes some(4);
    for (const Mechanism* row : rows()) {
        const bool takes_one =
            row->name.ends_with("PSS") || row->name.ends_with("_GENERAL") || row->type == CKM_AES_GMAC;
        if (row->signature == nullptr || takes_one) continue;
        BOOST_TEST_CONTEXT(row->name) {
            EXPECT_SUCCESS(row->signature({}));
            EXPECT_FAILURE(row->signature(some), invalid);
        }
    }
    for (const CK_MECHANISM_TYPE type : {CKM_AES_ECB, CKM_RSA_PKCS, CKM_RSA_X_509}) {
        EXPECT_SUCCESS(find_row(type)->cipher({}));
        EXPECT_FAILURE(find_row(type)->cipher(some), invalid);
    }
    EXPECT_FAILURE(find_row(CKM_RSA_PKCS)->wrapping(some), invalid);
}

BOOST_AUTO_TEST_CASE(every_decoder_that_wants_a_parameter_refuses_none_short_long_and_null) {
    const Bytes zeros(256);
    const ByteView null_with_length(static_cast<const std::uint8_t*>(nullptr), 16);
    const auto refuses = [&](auto decoder) {
        EXPECT_FAILURE(decoder(ByteView()), invalid);
        EXPECT_FAILURE(decoder(null_with_length), invalid);
        for (const std::size_t size : {1U, 3U, 7U, 9U, 15U, 17U, 39U, 41U, 47U, 49U, 256U}) {
            EXPECT_FAILURE(decoder(ByteView(zeros).first(size)), invalid);
        }
    };
    refuses(decode_pss);
    refuses(decode_oaep);
    refuses(decode_oaep_wrap);
    refuses(decode_rsa_aes_wrap);
    refuses(decode_cbc);
    refuses(decode_cbc_pad);
    refuses(decode_ofb);
    refuses(decode_cfb8);
    refuses(decode_cfb128);
    refuses(decode_cts);
    refuses(decode_xts);
    refuses(decode_ccm);
    refuses(decode_chacha20);
    refuses(decode_chacha20_poly1305);
    refuses(decode_pbkdf2);
    for (const Mechanism* row : rows()) {
        if (row->derivation != nullptr && !row->name.ends_with("KEY_DERIVATION")) {
            BOOST_TEST_CONTEXT(row->name) { refuses(row->derivation); }
        }
    }
    refuses(decode_cbc_pad_wrap);
    refuses(decode_ctr);
    refuses(decode_gcm);
    refuses(decode_gmac);
    refuses(decode_gcm_message);
    refuses(decode_ccm_message);
    refuses(decode_gcm_wrap);
    refuses(decode_ccm_wrap);
    refuses(decode_ecdh1);
}

BOOST_AUTO_TEST_CASE(pss_takes_hash_mgf_and_salt_apart) {
    const CK_RSA_PKCS_PSS_PARAMS params{CKM_SHA384, CKG_MGF1_SHA1, 48};
    const auto got = must(decode_pss(parameter_of(params)));
    BOOST_CHECK((got == SignatureAlgorithm{SignatureScheme::RsaPss, Digest::Sha384, Digest::Sha1, 48}));
}

BOOST_AUTO_TEST_CASE(pss_refuses_unknown_hashes_mgfs_and_salts_beyond_any_key) {
    const CK_RSA_PKCS_PSS_PARAMS good{CKM_SHA256, CKG_MGF1_SHA256, 32};
    auto bad = good;
    bad.hashAlg = CKM_MD5;
    EXPECT_FAILURE(decode_pss(parameter_of(bad)), invalid);
    bad = good;
    bad.mgf = 0;
    EXPECT_FAILURE(decode_pss(parameter_of(bad)), invalid);
    bad = good;
    bad.sLen = std::numeric_limits<CK_ULONG>::max();
    EXPECT_FAILURE(decode_pss(parameter_of(bad)), invalid);
}

BOOST_AUTO_TEST_CASE(hashed_pss_wants_its_own_hash_in_the_parameter) {
    const CK_RSA_PKCS_PSS_PARAMS params{CKM_SHA256, CKG_MGF1_SHA256, 32};
    EXPECT_SUCCESS(find_row(CKM_SHA256_RSA_PKCS_PSS)->signature(parameter_of(params)));
    EXPECT_FAILURE(find_row(CKM_SHA384_RSA_PKCS_PSS)->signature(parameter_of(params)), invalid);
}

BOOST_AUTO_TEST_CASE(oaep_takes_what_real_clients_send) {
    auto params = oaep_params();
    BOOST_CHECK(must(decode_oaep(parameter_of(params))).digest == Digest::Sha256);
    params.source = 0;  // pkcs11-tool 0.23
    EXPECT_SUCCESS(decode_oaep(parameter_of(params)));
    params.mgf = 0;  // pkcs11-provider
    BOOST_CHECK(must(decode_oaep(parameter_of(params))).mgf_digest == Digest::Sha256);
    params.mgf = CKG_MGF1_SHA1;
    BOOST_CHECK(must(decode_oaep(parameter_of(params))).mgf_digest == Digest::Sha1);
    Bytes label = {1, 2, 3};
    params = oaep_params();
    params.pSourceData = label.data();
    BOOST_CHECK(must(decode_oaep(parameter_of(params))).aad.empty());
    params.ulSourceDataLen = label.size();
    BOOST_CHECK(must(decode_oaep(parameter_of(params))).aad == label);
    BOOST_CHECK(must(decode_oaep_wrap(parameter_of(params))).label == label);
}

BOOST_AUTO_TEST_CASE(oaep_refuses_labels_that_are_not_there_and_unknown_values) {
    auto params = oaep_params();
    params.ulSourceDataLen = 5;
    EXPECT_FAILURE(decode_oaep(parameter_of(params)), invalid);
    Bytes label(5);
    params.pSourceData = label.data();
    params.source = 0;
    EXPECT_FAILURE(decode_oaep(parameter_of(params)), invalid);
    params.source = 2;
    EXPECT_FAILURE(decode_oaep(parameter_of(params)), invalid);
    params = oaep_params();
    params.hashAlg = CKM_RSA_PKCS;
    EXPECT_FAILURE(decode_oaep(parameter_of(params)), invalid);
    params = oaep_params();
    params.mgf = 99;
    EXPECT_FAILURE(decode_oaep(parameter_of(params)), invalid);
    params = oaep_params();
    params.pSourceData = label.data();
    params.ulSourceDataLen = std::numeric_limits<CK_ULONG>::max();
    EXPECT_FAILURE(decode_oaep(parameter_of(params)), invalid);
}

BOOST_AUTO_TEST_CASE(gcm_takes_both_sizes_of_its_struct_and_ignores_iv_bits) {
    Gcm gcm;
    const auto with = gcm.params();
    const GcmOf240 without{with.pIv, with.ulIvLen, with.pAAD, with.ulAADLen, with.ulTagBits};
    BOOST_TEST(sizeof with == 48U);
    BOOST_TEST(sizeof without == 40U);
    const auto one = must(decode_gcm(parameter_of(with)));
    BOOST_CHECK(one == must(decode_gcm(parameter_of(without))));
    BOOST_CHECK(one.iv == gcm.iv);
    BOOST_CHECK(one.aad == gcm.aad);
    BOOST_TEST(one.tag_length == 16U);
}

BOOST_AUTO_TEST_CASE(gcm_wants_an_iv_of_1_to_256_bytes_that_is_there) {
    Gcm gcm;
    auto params = gcm.params();
    params.pIv = nullptr;
    EXPECT_FAILURE(decode_gcm(parameter_of(params)), invalid);
    params.ulIvLen = 0;
    EXPECT_FAILURE(decode_gcm(parameter_of(params)), invalid);
    gcm.iv.assign(256, 7);
    EXPECT_SUCCESS(decode_gcm(parameter_of(gcm.params())));
    gcm.iv.assign(257, 7);
    EXPECT_FAILURE(decode_gcm(parameter_of(gcm.params())), invalid);
}

BOOST_AUTO_TEST_CASE(gcm_wants_associated_data_that_is_there) {
    Gcm gcm;
    auto params = gcm.params();
    params.pAAD = nullptr;
    EXPECT_FAILURE(decode_gcm(parameter_of(params)), invalid);
    params.ulAADLen = 0;
    EXPECT_SUCCESS(decode_gcm(parameter_of(params)));
    params = gcm.params();
    params.ulAADLen = std::numeric_limits<CK_ULONG>::max();
    EXPECT_FAILURE(decode_gcm(parameter_of(params)), invalid);
}

BOOST_AUTO_TEST_CASE(gcm_takes_the_tag_sizes_of_sp_800_38d_only) {
    Gcm gcm;
    auto params = gcm.params();
    for (CK_ULONG bits = 0; bits <= 136; ++bits) {
        params.ulTagBits = bits;
        const bool allowed = bits == 32 || bits == 64 || (bits >= 96 && bits <= 128 && bits % 8 == 0);
        BOOST_TEST_CONTEXT(bits) {
            const auto got = decode_gcm(parameter_of(params));
            BOOST_TEST(got.ok() == allowed);
            if (got.ok()) BOOST_TEST(got->tag_length == bits / 8);
        }
    }
}

BOOST_AUTO_TEST_CASE(ctr_wants_1_to_128_counter_bits) {
    CK_AES_CTR_PARAMS params{};
    for (const CK_ULONG bits : {1UL, 32UL, 128UL}) {
        params.ulCounterBits = bits;
        BOOST_TEST(must(decode_ctr(parameter_of(params))).counter_bits == bits);
    }
    for (const CK_ULONG bits : {0UL, 129UL, ~0UL}) {
        params.ulCounterBits = bits;
        EXPECT_FAILURE(decode_ctr(parameter_of(params)), invalid);
    }
}

BOOST_AUTO_TEST_CASE(key_wrap_takes_no_initial_value_or_one_of_its_own_size) {
    const Bytes value(16, 9);
    for (std::size_t size = 0; size <= value.size(); ++size) {
        const auto parameter = ByteView(value).first(size);
        BOOST_TEST_CONTEXT(size) {
            BOOST_TEST(decode_key_wrap(parameter).ok() == (size == 0 || size == 8));
            BOOST_TEST(decode_key_wrap_padded(parameter).ok() == (size == 0 || size == 4));
        }
    }
}

BOOST_AUTO_TEST_CASE(rsa_aes_key_wrap_wants_an_aes_size_and_oaep_parameters) {
    auto inner = oaep_params();
    CK_RSA_AES_KEY_WRAP_PARAMS params{256, &inner};
    const auto got = must(decode_rsa_aes_wrap(parameter_of(params)));
    BOOST_CHECK(got.scheme == WrapScheme::RsaAesKeyWrap);
    BOOST_TEST(got.aes_bits == 256U);
    params.ulAESKeyBits = 100;
    EXPECT_FAILURE(decode_rsa_aes_wrap(parameter_of(params)), invalid);
    params = {128, nullptr};
    EXPECT_FAILURE(decode_rsa_aes_wrap(parameter_of(params)), invalid);
    inner.hashAlg = 0;
    params = {128, &inner};
    EXPECT_FAILURE(decode_rsa_aes_wrap(parameter_of(params)), invalid);
}

BOOST_AUTO_TEST_CASE(ecdh_wants_a_known_kdf_a_peer_and_shared_data_only_with_a_kdf) {
    Bytes point(65, 4);
    Bytes shared(3, 5);
    const CK_ECDH1_DERIVE_PARAMS good{CKD_NULL, 0, nullptr, point.size(), point.data()};
    BOOST_CHECK(must(decode_ecdh1(parameter_of(good))).peer_point == point);
    auto params = good;
    params.kdf = CKD_SHA256_KDF;
    params.pSharedData = shared.data();
    params.ulSharedDataLen = shared.size();
    BOOST_CHECK(must(decode_ecdh1(parameter_of(params))).kdf == Digest::Sha256);
    params.kdf = CKD_NULL;
    EXPECT_FAILURE(decode_ecdh1(parameter_of(params)), invalid);
    params = good;
    params.kdf = CKD_SHA1_KDF_ASN1;
    EXPECT_FAILURE(decode_ecdh1(parameter_of(params)), invalid);
    params = good;
    params.pPublicData = nullptr;
    EXPECT_FAILURE(decode_ecdh1(parameter_of(params)), invalid);
    params.ulPublicDataLen = 0;
    EXPECT_FAILURE(decode_ecdh1(parameter_of(params)), invalid);
}

BOOST_AUTO_TEST_CASE(gmac_takes_iv_and_tag_of_gcm_and_no_associated_data) {
    Bytes iv = pattern(12);
    CK_GCM_PARAMS params{iv.data(), iv.size(), 96, nullptr, 0, 104};
    const auto got = must(decode_gmac(parameter_of(params)));
    BOOST_CHECK(got.scheme == SignatureScheme::AesGmac);
    BOOST_TEST(got.mac_length == 13U);
    BOOST_TEST(got.iv.size == 12U);
    BOOST_CHECK(std::equal(iv.begin(), iv.end(), got.iv.bytes.begin()));
    params.pAAD = iv.data();
    params.ulAADLen = 1;
    EXPECT_FAILURE(decode_gmac(parameter_of(params)), invalid);
    Bytes longer = pattern(17);
    const CK_GCM_PARAMS long_iv{longer.data(), longer.size(), 136, nullptr, 0, 128};
    EXPECT_FAILURE(decode_gmac(parameter_of(long_iv)), invalid);
}

BOOST_AUTO_TEST_CASE(chacha20_has_the_counter_that_its_parameter_says) {
    Bytes counter(8);
    Bytes nonce(12);
    CK_CHACHA20_PARAMS params{counter.data(), 32, nonce.data(), 96};
    BOOST_TEST(must(decode_chacha20(parameter_of(params))).counter_bits == 32U);
    params.blockCounterBits = params.ulNonceBits = 64;
    BOOST_TEST(must(decode_chacha20(parameter_of(params))).counter_bits == 64U);
}

BOOST_AUTO_TEST_SUITE_END()
