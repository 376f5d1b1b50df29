#include "trace/mechanisms.hpp"

#include <cstddef>

#include "trace/layout.hpp"

namespace kvp11::trace {
namespace {

/// CK_GCM_PARAMS as the text of PKCS#11 2.40 §2.12.3 prints it.
struct GcmParamsWithoutIvBits {
    CK_BYTE_PTR pIv;
    CK_ULONG ulIvLen;
    CK_BYTE_PTR pAAD;
    CK_ULONG ulAADLen;
    CK_ULONG ulTagBits;
};

#define NUMBER(Struct, member)                                                                                         \
    { #member, number, offsetof(Struct, member) }
#define NAMED(Struct, member, prefixes)                                                                                \
    { #member, number, offsetof(Struct, member), 0, prefixes }
#define HANDLE(Struct, member)                                                                                         \
    { #member, handle, offsetof(Struct, member) }
#define BOOLEAN(Struct, member)                                                                                        \
    { #member, boolean, offsetof(Struct, member) }
#define ARRAY(Struct, member)                                                                                          \
    { #member, array, offsetof(Struct, member), sizeof(Struct::member) }
#define SIZE(Struct, member, length)                                                                                   \
    { #member, size_behind, offsetof(Struct, member), offsetof(Struct, length) }
#define BYTES(Struct, member, length)                                                                                  \
    { #member, bytes_behind, offsetof(Struct, member), offsetof(Struct, length) }
#define LAYOUT(name, Struct)                                                                                           \
    constexpr Layout name { sizeof(Struct), name##_fields }

constexpr Field oaep_fields[] = {
    NAMED(CK_RSA_PKCS_OAEP_PARAMS, hashAlg, "CKM_"),
    NAMED(CK_RSA_PKCS_OAEP_PARAMS, mgf, "CKG_MGF1_"),
    NAMED(CK_RSA_PKCS_OAEP_PARAMS, source, "CKZ_DATA_"),
    SIZE(CK_RSA_PKCS_OAEP_PARAMS, pSourceData, ulSourceDataLen),
};
LAYOUT(oaep, CK_RSA_PKCS_OAEP_PARAMS);

constexpr Field pss_fields[] = {
    NAMED(CK_RSA_PKCS_PSS_PARAMS, hashAlg, "CKM_"),
    NAMED(CK_RSA_PKCS_PSS_PARAMS, mgf, "CKG_MGF1_"),
    NUMBER(CK_RSA_PKCS_PSS_PARAMS, sLen),
};
LAYOUT(pss, CK_RSA_PKCS_PSS_PARAMS);

constexpr Field rsa_aes_wrap_fields[] = {
    NUMBER(CK_RSA_AES_KEY_WRAP_PARAMS, ulAESKeyBits),
    {"pOAEPParams", structure_behind, offsetof(CK_RSA_AES_KEY_WRAP_PARAMS, pOAEPParams), 0, {}, nullptr, &oaep},
};
LAYOUT(rsa_aes_wrap, CK_RSA_AES_KEY_WRAP_PARAMS);

constexpr Field ecdh1_fields[] = {
    NAMED(CK_ECDH1_DERIVE_PARAMS, kdf, "CKD_"),
    SIZE(CK_ECDH1_DERIVE_PARAMS, pSharedData, ulSharedDataLen),
    SIZE(CK_ECDH1_DERIVE_PARAMS, pPublicData, ulPublicDataLen),
};
LAYOUT(ecdh1, CK_ECDH1_DERIVE_PARAMS);

constexpr Field ecdh_aes_wrap_fields[] = {
    NUMBER(CK_ECDH_AES_KEY_WRAP_PARAMS, ulAESKeyBits),
    NAMED(CK_ECDH_AES_KEY_WRAP_PARAMS, kdf, "CKD_"),
    SIZE(CK_ECDH_AES_KEY_WRAP_PARAMS, pSharedData, ulSharedDataLen),
};
LAYOUT(ecdh_aes_wrap, CK_ECDH_AES_KEY_WRAP_PARAMS);

constexpr Field eddsa_fields[] = {
    BOOLEAN(CK_EDDSA_PARAMS, phFlag),
    SIZE(CK_EDDSA_PARAMS, pContextData, ulContextDataLen),
};
LAYOUT(eddsa, CK_EDDSA_PARAMS);

constexpr Field sign_context_fields[] = {
    NAMED(CK_SIGN_ADDITIONAL_CONTEXT, hedgeVariant, "CKH_HEDGE_ CKH_DETERMINISTIC_"),
    SIZE(CK_SIGN_ADDITIONAL_CONTEXT, pContext, ulContextLen),
};
LAYOUT(sign_context, CK_SIGN_ADDITIONAL_CONTEXT);

constexpr Field hash_sign_context_fields[] = {
    NAMED(CK_HASH_SIGN_ADDITIONAL_CONTEXT, hedgeVariant, "CKH_HEDGE_ CKH_DETERMINISTIC_"),
    SIZE(CK_HASH_SIGN_ADDITIONAL_CONTEXT, pContext, ulContextLen),
    NAMED(CK_HASH_SIGN_ADDITIONAL_CONTEXT, hash, "CKM_"),
};
LAYOUT(hash_sign_context, CK_HASH_SIGN_ADDITIONAL_CONTEXT);

constexpr Field ctr_fields[] = {
    NUMBER(CK_AES_CTR_PARAMS, ulCounterBits),
    ARRAY(CK_AES_CTR_PARAMS, cb),
};
LAYOUT(ctr, CK_AES_CTR_PARAMS);

constexpr Field gcm_fields[] = {
    BYTES(CK_GCM_PARAMS, pIv, ulIvLen),
    NUMBER(CK_GCM_PARAMS, ulIvBits),
    SIZE(CK_GCM_PARAMS, pAAD, ulAADLen),
    NUMBER(CK_GCM_PARAMS, ulTagBits),
};
LAYOUT(gcm, CK_GCM_PARAMS);

constexpr Field short_gcm_fields[] = {
    BYTES(GcmParamsWithoutIvBits, pIv, ulIvLen),
    SIZE(GcmParamsWithoutIvBits, pAAD, ulAADLen),
    NUMBER(GcmParamsWithoutIvBits, ulTagBits),
};
LAYOUT(short_gcm, GcmParamsWithoutIvBits);

// Whatever the generator, the IV's place is readable: the module writes there. That of a wrong tag's length is not.
constexpr Field gcm_message_fields[] = {
    BYTES(CK_GCM_MESSAGE_PARAMS, pIv, ulIvLen),
    NUMBER(CK_GCM_MESSAGE_PARAMS, ulIvFixedBits),
    NAMED(CK_GCM_MESSAGE_PARAMS, ivGenerator, "CKG_NO_ CKG_GENERATE"),
    {"pTag", pointer, offsetof(CK_GCM_MESSAGE_PARAMS, pTag)},
    NUMBER(CK_GCM_MESSAGE_PARAMS, ulTagBits),
};
LAYOUT(gcm_message, CK_GCM_MESSAGE_PARAMS);

constexpr Field gcm_wrap_fields[] = {
    BYTES(CK_GCM_WRAP_PARAMS, pIv, ulIvLen),
    NUMBER(CK_GCM_WRAP_PARAMS, ulIvFixedBits),
    NAMED(CK_GCM_WRAP_PARAMS, ivGenerator, "CKG_NO_ CKG_GENERATE"),
    SIZE(CK_GCM_WRAP_PARAMS, pAAD, ulAADLen),
    NUMBER(CK_GCM_WRAP_PARAMS, ulTagBits),
};
LAYOUT(gcm_wrap, CK_GCM_WRAP_PARAMS);

constexpr Field ccm_message_fields[] = {
    NUMBER(CK_CCM_MESSAGE_PARAMS, ulDataLen),
    BYTES(CK_CCM_MESSAGE_PARAMS, pNonce, ulNonceLen),
    NUMBER(CK_CCM_MESSAGE_PARAMS, ulNonceFixedBits),
    NAMED(CK_CCM_MESSAGE_PARAMS, nonceGenerator, "CKG_NO_ CKG_GENERATE"),
    SIZE(CK_CCM_MESSAGE_PARAMS, pMAC, ulMACLen),
};
LAYOUT(ccm_message, CK_CCM_MESSAGE_PARAMS);

constexpr Field ccm_wrap_fields[] = {
    NUMBER(CK_CCM_WRAP_PARAMS, ulDataLen),        BYTES(CK_CCM_WRAP_PARAMS, pNonce, ulNonceLen),
    NUMBER(CK_CCM_WRAP_PARAMS, ulNonceFixedBits), NAMED(CK_CCM_WRAP_PARAMS, nonceGenerator, "CKG_NO_ CKG_GENERATE"),
    SIZE(CK_CCM_WRAP_PARAMS, pAAD, ulAADLen),     NUMBER(CK_CCM_WRAP_PARAMS, ulMACLen),
};
LAYOUT(ccm_wrap, CK_CCM_WRAP_PARAMS);

constexpr Field ccm_fields[] = {
    NUMBER(CK_CCM_PARAMS, ulDataLen),
    BYTES(CK_CCM_PARAMS, pNonce, ulNonceLen),
    SIZE(CK_CCM_PARAMS, pAAD, ulAADLen),
    NUMBER(CK_CCM_PARAMS, ulMACLen),
};
LAYOUT(ccm, CK_CCM_PARAMS);

// Lengths in bits are left with the pointers unread.
constexpr Field chacha20_fields[] = {
    {"pBlockCounter", pointer, offsetof(CK_CHACHA20_PARAMS, pBlockCounter)},
    NUMBER(CK_CHACHA20_PARAMS, blockCounterBits),
    {"pNonce", pointer, offsetof(CK_CHACHA20_PARAMS, pNonce)},
    NUMBER(CK_CHACHA20_PARAMS, ulNonceBits),
};
LAYOUT(chacha20, CK_CHACHA20_PARAMS);

constexpr Field poly1305_fields[] = {
    BYTES(CK_SALSA20_CHACHA20_POLY1305_PARAMS, pNonce, ulNonceLen),
    SIZE(CK_SALSA20_CHACHA20_POLY1305_PARAMS, pAAD, ulAADLen),
};
LAYOUT(poly1305, CK_SALSA20_CHACHA20_POLY1305_PARAMS);

constexpr Field string_data_fields[] = {SIZE(CK_KEY_DERIVATION_STRING_DATA, pData, ulLen)};
LAYOUT(string_data, CK_KEY_DERIVATION_STRING_DATA);

constexpr Field cbc_encrypt_data_fields[] = {
    ARRAY(CK_AES_CBC_ENCRYPT_DATA_PARAMS, iv),
    SIZE(CK_AES_CBC_ENCRYPT_DATA_PARAMS, pData, length),
};
LAYOUT(cbc_encrypt_data, CK_AES_CBC_ENCRYPT_DATA_PARAMS);

constexpr Field hkdf_fields[] = {
    BOOLEAN(CK_HKDF_PARAMS, bExtract),
    BOOLEAN(CK_HKDF_PARAMS, bExpand),
    NAMED(CK_HKDF_PARAMS, prfHashMechanism, "CKM_"),
    NAMED(CK_HKDF_PARAMS, ulSaltType, "CKF_HKDF_SALT_"),
    SIZE(CK_HKDF_PARAMS, pSalt, ulSaltLen),
    HANDLE(CK_HKDF_PARAMS, hSaltKey),
    SIZE(CK_HKDF_PARAMS, pInfo, ulInfoLen),
};
LAYOUT(hkdf, CK_HKDF_PARAMS);

// Before 2.40 with its errata the password's length is a pointer: callers do both, so it is left unread here.
constexpr Field pbkdf2_fields[] = {
    NAMED(CK_PKCS5_PBKD2_PARAMS2, saltSource, "CKZ_SALT_"),
    SIZE(CK_PKCS5_PBKD2_PARAMS2, pSaltSourceData, ulSaltSourceDataLen),
    NUMBER(CK_PKCS5_PBKD2_PARAMS2, iterations),
    NAMED(CK_PKCS5_PBKD2_PARAMS2, prf, "CKP_PKCS5_PBKD2_"),
};
LAYOUT(pbkdf2, CK_PKCS5_PBKD2_PARAMS2);

constexpr Field counter_kdf_fields[] = {
    NAMED(CK_SP800_108_KDF_PARAMS, prfType, "CKM_"),
    NUMBER(CK_SP800_108_KDF_PARAMS, ulNumberOfDataParams),
    NUMBER(CK_SP800_108_KDF_PARAMS, ulAdditionalDerivedKeys),
};
LAYOUT(counter_kdf, CK_SP800_108_KDF_PARAMS);

constexpr Field feedback_kdf_fields[] = {
    NAMED(CK_SP800_108_FEEDBACK_KDF_PARAMS, prfType, "CKM_"),
    NUMBER(CK_SP800_108_FEEDBACK_KDF_PARAMS, ulNumberOfDataParams),
    SIZE(CK_SP800_108_FEEDBACK_KDF_PARAMS, pIV, ulIVLen),
    NUMBER(CK_SP800_108_FEEDBACK_KDF_PARAMS, ulAdditionalDerivedKeys),
};
LAYOUT(feedback_kdf, CK_SP800_108_FEEDBACK_KDF_PARAMS);

constexpr Field length_fields[] = {{"", number, 0}};
constexpr Layout length{sizeof(CK_ULONG), length_fields};
constexpr Field key_fields[] = {{"", handle, 0}};
constexpr Layout key{sizeof(CK_OBJECT_HANDLE), key_fields};
constexpr Field block_fields[] = {{"", array, 0, 16}};
constexpr Layout block{16, block_fields};
constexpr Field half_block_fields[] = {{"", array, 0, 8}};
constexpr Layout half_block{8, half_block_fields};

#undef NUMBER
#undef NAMED
#undef HANDLE
#undef BOOLEAN
#undef ARRAY
#undef SIZE
#undef BYTES
#undef LAYOUT

/// Which layouts a mechanism's parameter can have: the one whose size it has. Bytes behind a pointer are written only
/// for mechanisms that the module has: it would not read those of others.
struct Row {
    std::string_view pattern;  // the mechanism's name; a * at the beginning stands for anything
    const Layout* layout;
    ParameterOf owner = ParameterOf::Operation;
};

constexpr Row rows[] = {
    {"CKM_RSA_PKCS_OAEP", &oaep},
    {"*_PKCS_PSS", &pss},
    {"CKM_RSA_AES_KEY_WRAP", &rsa_aes_wrap},
    {"CKM_ECDH1_DERIVE", &ecdh1},
    {"CKM_ECDH1_COFACTOR_DERIVE", &ecdh1},
    {"CKM_ECDH_AES_KEY_WRAP", &ecdh_aes_wrap},
    {"CKM_EDDSA", &eddsa},
    {"CKM_ML_DSA", &sign_context},
    {"CKM_SLH_DSA", &sign_context},
    {"CKM_HASH_ML_DSA", &hash_sign_context},
    {"CKM_HASH_SLH_DSA", &hash_sign_context},
    {"CKM_AES_CTR", &ctr},
    {"CKM_CAMELLIA_CTR", &ctr},
    {"CKM_AES_GCM", &gcm},
    {"CKM_AES_GCM", &short_gcm},
    {"CKM_AES_GCM", &gcm_wrap},
    {"CKM_AES_GCM", &gcm_message, ParameterOf::Message},
    {"CKM_AES_GMAC", &gcm},
    {"CKM_AES_GMAC", &short_gcm},
    {"CKM_AES_CCM", &ccm},
    {"CKM_AES_CCM", &ccm_wrap},
    {"CKM_AES_CCM", &ccm_message, ParameterOf::Message},
    {"CKM_CHACHA20", &chacha20},
    {"CKM_CHACHA20_POLY1305", &poly1305},
    {"CKM_HKDF_DERIVE", &hkdf},
    {"CKM_HKDF_DATA", &hkdf},
    {"CKM_PKCS5_PBKD2", &pbkdf2},
    {"CKM_SP800_108_COUNTER_KDF", &counter_kdf},
    {"CKM_SP800_108_DOUBLE_PIPELINE_KDF", &counter_kdf},
    {"CKM_SP800_108_FEEDBACK_KDF", &feedback_kdf},
    {"CKM_CONCATENATE_BASE_AND_KEY", &key},
    {"CKM_CONCATENATE_BASE_AND_DATA", &string_data},
    {"CKM_CONCATENATE_DATA_AND_BASE", &string_data},
    {"CKM_XOR_BASE_AND_DATA", &string_data},
    {"CKM_EXTRACT_KEY_FROM_KEY", &length},
    {"*_ECB_ENCRYPT_DATA", &string_data},
    {"CKM_DES_CBC_ENCRYPT_DATA", nullptr},   // its IV has 8 bytes
    {"CKM_DES3_CBC_ENCRYPT_DATA", nullptr},  // as well
    {"*_CBC_ENCRYPT_DATA", &cbc_encrypt_data},
    {"*_GENERAL", &length},
    // What is left of these takes an initial value: a block, or for wrapping half of one or nothing.
    {"CKM_AES_CBC", &block},
    {"CKM_AES_CBC_PAD", &block},
    {"CKM_AES_CTS", &block},
    {"CKM_AES_OFB", &block},
    {"CKM_AES_CFB8", &block},
    {"CKM_AES_CFB64", &block},
    {"CKM_AES_CFB128", &block},
    {"CKM_AES_XTS", &block},
    {"CKM_AES_KEY_WRAP", &half_block},
    {"CKM_AES_KEY_WRAP_PAD", &half_block},
};

bool matches(std::string_view pattern, std::string_view name) {
    return pattern.starts_with('*') ? name.ends_with(pattern.substr(1)) : name == pattern;
}

const Layout* layout_of(std::string_view name, CK_ULONG size, ParameterOf owner) {
    for (const Row& row : rows) {
        if (row.owner != owner || !matches(row.pattern, name)) continue;
        if (row.layout == nullptr) return nullptr;
        if (row.layout->size == size) return row.layout;
    }
    return nullptr;
}

void write_parameter(Line& line, const CK_MECHANISM& mechanism, ParameterOf owner) {
    const auto [type, parameter, size] = mechanism;
    const Layout* layout = layout_of(name_of("CKM_", type), size, owner);
    if (parameter == nullptr || layout == nullptr) {
        if (parameter == nullptr) line.text("NULL ");
        return line.size(size);
    }
    const auto* start = static_cast<const std::uint8_t*>(parameter);
    const Field& first = layout->fields.front();
    if (first.name.empty()) return first.write(line, start, first);
    write_structure(line, start, *layout);
}

}  // namespace

void write_mechanism(Line& line, const CK_MECHANISM* mechanism, ParameterOf owner) {
    if (mechanism == nullptr) return line.text("NULL");
    const bool has_parameter = mechanism->pParameter != nullptr || mechanism->ulParameterLen != 0;
    if (!has_parameter) return line.constant("CKM_", mechanism->mechanism);
    line.open('{');
    line.next();
    line.constant("CKM_", mechanism->mechanism);
    line.next();
    write_parameter(line, *mechanism, owner);
    line.close('}');
}

}  // namespace kvp11::trace
