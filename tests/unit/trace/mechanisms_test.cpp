#include "trace/mechanisms.hpp"

#include <boost/test/unit_test.hpp>
#include <cstring>
#include <string>
#include <vector>

using kvp11::trace::Line;
using kvp11::trace::write_mechanism;

namespace {

std::string written(CK_MECHANISM_TYPE type, const void* parameter, CK_ULONG size) {
    const CK_MECHANISM mechanism{type, const_cast<void*>(parameter), size};
    Line line;
    write_mechanism(line, &mechanism);
    return line.str();
}

template <class Parameter>
std::string written(CK_MECHANISM_TYPE type, const Parameter& parameter) {
    return written(type, &parameter, sizeof parameter);
}

CK_BYTE iv[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
CK_BYTE secret[] = "secretsecret";
void* const nowhere = reinterpret_cast<void*>(8);

}  // namespace

BOOST_AUTO_TEST_SUITE(mechanisms)

BOOST_AUTO_TEST_CASE(a_mechanism_without_parameter_is_its_name) {
    BOOST_TEST(written(CKM_SHA256_RSA_PKCS, nullptr, 0) == "CKM_SHA256_RSA_PKCS");
    BOOST_TEST(written(0x80001234, nullptr, 0) == "0x80001234");
    Line line;
    write_mechanism(line, nullptr);
    BOOST_TEST(line.str() == "NULL");
}

BOOST_AUTO_TEST_CASE(gcm_has_its_iv_and_sizes_in_both_layouts) {
    const CK_GCM_PARAMS params{iv, 12, 96, secret, 12, 128};
    BOOST_TEST(written(CKM_AES_GCM, params) ==
               "{CKM_AES_GCM, {pIv = 000102030405060708090a0b, ulIvBits = 96, pAAD = [12 bytes], ulTagBits = 128}}");
    const std::uintptr_t short_params[] = {reinterpret_cast<std::uintptr_t>(iv), 12, 0, 0, 96};
    BOOST_TEST(written(CKM_AES_GCM, short_params) ==
               "{CKM_AES_GCM, {pIv = 000102030405060708090a0b, pAAD = NULL [0 bytes], ulTagBits = 96}}");
}

// CK_GCM_MESSAGE_PARAMS has the size of CK_GCM_PARAMS: which it is depends on the function.
BOOST_AUTO_TEST_CASE(wrapped_keys_have_the_parameters_of_messages_where_the_tag_is_apart) {
    CK_BYTE tag[16] = {};
    const auto message = [](CK_MECHANISM_TYPE type, const auto& params) {
        const CK_MECHANISM mechanism{type, const_cast<void*>(static_cast<const void*>(&params)), sizeof params};
        Line line;
        write_mechanism(line, &mechanism, kvp11::trace::ParameterOf::Message);
        return line.str();
    };
    const CK_GCM_MESSAGE_PARAMS gcm{iv, 12, 32, CKG_GENERATE, tag, 128};
    const std::string text = message(CKM_AES_GCM, gcm);
    BOOST_TEST(text.starts_with("{CKM_AES_GCM, {pIv = 000102030405060708090a0b, ulIvFixedBits = 32, "
                                "ivGenerator = CKG_GENERATE, pTag = "));
    BOOST_TEST(text.ends_with("ulTagBits = 128}}"));
    const CK_CCM_MESSAGE_PARAMS ccm{0, iv, 8, 0, CKG_NO_GENERATE, tag, 16};
    BOOST_TEST(message(CKM_AES_CCM, ccm) ==
               "{CKM_AES_CCM, {ulDataLen = 0, pNonce = 0001020304050607, ulNonceFixedBits = 0, "
               "nonceGenerator = CKG_NO_GENERATE, pMAC = [16 bytes]}}");
    const CK_GCM_WRAP_PARAMS gcm_wrap{iv, 12, 0, CKG_GENERATE_RANDOM, secret, 12, 96};
    BOOST_TEST(written(CKM_AES_GCM, gcm_wrap) ==
               "{CKM_AES_GCM, {pIv = 000102030405060708090a0b, ulIvFixedBits = 0, ivGenerator = CKG_GENERATE_RANDOM, "
               "pAAD = [12 bytes], ulTagBits = 96}}");
    const CK_CCM_WRAP_PARAMS ccm_wrap{0, iv, 8, 0, CKG_GENERATE_COUNTER_XOR, nullptr, 0, 16};
    BOOST_TEST(written(CKM_AES_CCM, ccm_wrap) ==
               "{CKM_AES_CCM, {ulDataLen = 0, pNonce = 0001020304050607, ulNonceFixedBits = 0, "
               "nonceGenerator = CKG_GENERATE_COUNTER_XOR, pAAD = NULL [0 bytes], ulMACLen = 16}}");
    BOOST_TEST(message(CKM_AES_KEY_WRAP, iv) == "{CKM_AES_KEY_WRAP, [16 bytes]}");
}

BOOST_AUTO_TEST_CASE(rsa_parameters_have_names) {
    const CK_RSA_PKCS_PSS_PARAMS pss{CKM_SHA256, CKG_MGF1_SHA256, 32};
    BOOST_TEST(written(CKM_SHA256_RSA_PKCS_PSS, pss) ==
               "{CKM_SHA256_RSA_PKCS_PSS, {hashAlg = CKM_SHA256, mgf = CKG_MGF1_SHA256, sLen = 32}}");
    CK_RSA_PKCS_OAEP_PARAMS oaep{CKM_SHA_1, CKG_MGF1_SHA1, CKZ_DATA_SPECIFIED, secret, 6};
    const std::string inner =
        "{hashAlg = CKM_SHA_1, mgf = CKG_MGF1_SHA1, source = CKZ_DATA_SPECIFIED, pSourceData = [6 bytes]}";
    BOOST_TEST(written(CKM_RSA_PKCS_OAEP, oaep) == "{CKM_RSA_PKCS_OAEP, " + inner + "}");
    const CK_RSA_AES_KEY_WRAP_PARAMS wrap{256, &oaep};
    BOOST_TEST(written(CKM_RSA_AES_KEY_WRAP, wrap) ==
               "{CKM_RSA_AES_KEY_WRAP, {ulAESKeyBits = 256, pOAEPParams = " + inner + "}}");
    const CK_RSA_AES_KEY_WRAP_PARAMS empty{256, nullptr};
    BOOST_TEST(written(CKM_RSA_AES_KEY_WRAP, empty) ==
               "{CKM_RSA_AES_KEY_WRAP, {ulAESKeyBits = 256, pOAEPParams = NULL}}");
}

BOOST_AUTO_TEST_CASE(derivations_show_sizes_and_no_data) {
    const CK_ECDH1_DERIVE_PARAMS ecdh{CKD_SHA256_KDF, 12, secret, 65, secret};
    BOOST_TEST(written(CKM_ECDH1_DERIVE, ecdh) ==
               "{CKM_ECDH1_DERIVE, {kdf = CKD_SHA256_KDF, pSharedData = [12 bytes], pPublicData = [65 bytes]}}");
    const CK_HKDF_PARAMS hkdf{CK_TRUE, CK_FALSE, CKM_SHA384, CKF_HKDF_SALT_DATA, secret, 12, 0, nullptr, 0};
    BOOST_TEST(written(CKM_HKDF_DERIVE, hkdf) ==
               "{CKM_HKDF_DERIVE, {bExtract = CK_TRUE, bExpand = CK_FALSE, prfHashMechanism = CKM_SHA384, "
               "ulSaltType = CKF_HKDF_SALT_DATA, pSalt = [12 bytes], hSaltKey = 0x0, pInfo = NULL [0 bytes]}}");
    const CK_PKCS5_PBKD2_PARAMS2 pbkdf2{
        CKZ_SALT_SPECIFIED, secret, 12, 600000, CKP_PKCS5_PBKD2_HMAC_SHA256, nullptr, 0, secret, 12};
    BOOST_TEST(written(CKM_PKCS5_PBKD2, pbkdf2) ==
               "{CKM_PKCS5_PBKD2, {saltSource = CKZ_SALT_SPECIFIED, pSaltSourceData = [12 bytes], "
               "iterations = 600000, prf = CKP_PKCS5_PBKD2_HMAC_SHA256}}");
    const CK_KEY_DERIVATION_STRING_DATA data{secret, 12};
    BOOST_TEST(written(CKM_CONCATENATE_BASE_AND_DATA, data) == "{CKM_CONCATENATE_BASE_AND_DATA, {pData = [12 bytes]}}");
    const CK_OBJECT_HANDLE other = 0x2a;
    BOOST_TEST(written(CKM_CONCATENATE_BASE_AND_KEY, other) == "{CKM_CONCATENATE_BASE_AND_KEY, 0x2a}");
}

BOOST_AUTO_TEST_CASE(numbers_and_initial_values_are_written) {
    const CK_MAC_GENERAL_PARAMS length = 8;
    BOOST_TEST(written(CKM_SHA256_HMAC_GENERAL, length) == "{CKM_SHA256_HMAC_GENERAL, 8}");
    BOOST_TEST(written(CKM_AES_CBC, iv) == "{CKM_AES_CBC, 000102030405060708090a0b0c0d0e0f}");
    BOOST_TEST(written(CKM_AES_KEY_WRAP, iv, 8) == "{CKM_AES_KEY_WRAP, 0001020304050607}");
    CK_AES_CTR_PARAMS ctr{128, {}};
    ctr.cb[15] = 1;
    BOOST_TEST(written(CKM_AES_CTR, ctr) ==
               "{CKM_AES_CTR, {ulCounterBits = 128, cb = 00000000000000000000000000000001}}");
}

// A parameter of another size than the mechanism has, or of a mechanism that is not known, is not read.
BOOST_AUTO_TEST_CASE(what_does_not_fit_is_not_read) {
    BOOST_TEST(written(CKM_AES_GCM, nowhere, 47) == "{CKM_AES_GCM, [47 bytes]}");
    BOOST_TEST(written(CKM_AES_GCM, nullptr, 48) == "{CKM_AES_GCM, NULL [48 bytes]}");
    BOOST_TEST(written(CKM_SHA256_RSA_PKCS, nowhere, 12) == "{CKM_SHA256_RSA_PKCS, [12 bytes]}");
    BOOST_TEST(written(0x80001234, nowhere, 48) == "{0x80001234, [48 bytes]}");
    BOOST_TEST(written(CKM_DES3_CBC_ENCRYPT_DATA, nowhere, sizeof(CK_AES_CBC_ENCRYPT_DATA_PARAMS)) ==
               "{CKM_DES3_CBC_ENCRYPT_DATA, [32 bytes]}");
    const CK_GCM_PARAMS params{static_cast<CK_BYTE_PTR>(nowhere), 257, 0, nullptr, 1UL << 60, 0};
    BOOST_TEST(written(CKM_AES_GCM, params) ==
               "{CKM_AES_GCM, {pIv = [257 bytes], ulIvBits = 0, pAAD = NULL [1152921504606846976 bytes], "
               "ulTagBits = 0}}");
}

BOOST_AUTO_TEST_CASE(a_parameter_need_not_be_aligned) {
    const CK_GCM_PARAMS params{iv, 12, 96, nullptr, 0, 128};
    std::vector<CK_BYTE> bytes(sizeof params + 1);
    std::memcpy(bytes.data() + 1, &params, sizeof params);
    BOOST_TEST(written(CKM_AES_GCM, bytes.data() + 1, sizeof params) == written(CKM_AES_GCM, params));
}

BOOST_AUTO_TEST_SUITE_END()
