// PKCS#11 2.40 §2.8 to §2.14 and 3.0 §2.11 to §2.16: AES. Sizes are bytes.
#include "mechanism/families.hpp"
#include "mechanism/parameters.hpp"

namespace kvp11::mechanism {
namespace {

constexpr CK_ULONG min_bytes = 16;
constexpr CK_ULONG max_bytes = 32;

Result<CipherAlgorithm> ecb(ByteView parameter) {
    TRY(expect_no_parameter(parameter));
    return CipherAlgorithm{.scheme = CipherScheme::AesEcb, .iv = {}, .aad = {}};
}

Result<SignatureAlgorithm> cmac(ByteView parameter) {
    TRY(expect_no_parameter(parameter));
    return SignatureAlgorithm{SignatureScheme::AesCmac};
}

Result<SignatureAlgorithm> cmac_of_length(ByteView parameter) {
    return SignatureAlgorithm{.scheme = SignatureScheme::AesCmac, .mac_length = TRY(decode_mac_length(parameter, 16))};
}

constexpr Mechanism mac_row(CK_MECHANISM_TYPE type, std::string_view name, SignatureScheme scheme,
                            Decoder<SignatureAlgorithm> decoder, bool shortens = false) {
    return {.type = type,
            .name = name,
            .keys = KeyType::Aes,
            .min_size = min_bytes,
            .max_size = max_bytes,
            .unit = SizeUnit::Bytes,
            .signature = decoder,
            .shortens = shortens,
            .needs_signature = scheme};
}

constexpr Mechanism cipher_row(CK_MECHANISM_TYPE type, std::string_view name, CipherScheme scheme,
                               Decoder<CipherAlgorithm> decoder) {
    return {.type = type,
            .name = name,
            .keys = KeyType::Aes,
            .min_size = min_bytes,
            .max_size = max_bytes,
            .unit = SizeUnit::Bytes,
            .cipher = decoder,
            .needs_cipher = scheme};
}

constexpr Mechanism aead_row(Mechanism row, Decoder<MessageParameters> message, Decoder<MessageParameters> wrapping,
                             WrapScheme scheme) {
    row.message = message;
    row.sealed_wrapping = wrapping;
    row.needs_wrap = scheme;
    return row;
}

constexpr Mechanism under_trusted(Mechanism row) {
    row.wraps_under_trusted = true;
    return row;
}

constexpr Mechanism wrap_row(CK_MECHANISM_TYPE type, std::string_view name, WrapScheme scheme,
                             Decoder<WrapAlgorithm> decoder) {
    return {.type = type,
            .name = name,
            .keys = KeyType::Aes,
            .min_size = min_bytes,
            .max_size = max_bytes,
            .unit = SizeUnit::Bytes,
            .wrapping = decoder,
            .needs_wrap = scheme};
}

constexpr Mechanism table[] = {
    {.type = CKM_AES_KEY_GEN,
     .name = "CKM_AES_KEY_GEN",
     .keys = KeyType::Aes,
     .min_size = min_bytes,
     .max_size = max_bytes,
     .unit = SizeUnit::Bytes,
     .generates_key = true},
    cipher_row(CKM_AES_ECB, "CKM_AES_ECB", CipherScheme::AesEcb, ecb),
    cipher_row(CKM_AES_CBC, "CKM_AES_CBC", CipherScheme::AesCbc, decode_cbc),
    {.type = CKM_AES_CBC_PAD,
     .name = "CKM_AES_CBC_PAD",
     .keys = KeyType::Aes,
     .min_size = min_bytes,
     .max_size = max_bytes,
     .unit = SizeUnit::Bytes,
     .cipher = decode_cbc_pad,
     .wrapping = decode_cbc_pad_wrap,
     .needs_cipher = CipherScheme::AesCbcPad,
     .needs_wrap = WrapScheme::AesCbcPad},
    cipher_row(CKM_AES_CTR, "CKM_AES_CTR", CipherScheme::AesCtr, decode_ctr),
    aead_row(cipher_row(CKM_AES_GCM, "CKM_AES_GCM", CipherScheme::AesGcm, decode_gcm), decode_gcm_message,
             decode_gcm_wrap, WrapScheme::AesGcm),
    // The caller could give its nonce for a known key, too.
    under_trusted(aead_row(cipher_row(CKM_AES_CCM, "CKM_AES_CCM", CipherScheme::AesCcm, decode_ccm), decode_ccm_message,
                           decode_ccm_wrap, WrapScheme::AesCcm)),
    cipher_row(CKM_AES_CTS, "CKM_AES_CTS", CipherScheme::AesCts, decode_cts),
    cipher_row(CKM_AES_OFB, "CKM_AES_OFB", CipherScheme::AesOfb, decode_ofb),
    cipher_row(CKM_AES_CFB8, "CKM_AES_CFB8", CipherScheme::AesCfb8, decode_cfb8),
    cipher_row(CKM_AES_CFB128, "CKM_AES_CFB128", CipherScheme::AesCfb128, decode_cfb128),
    mac_row(CKM_AES_CMAC, "CKM_AES_CMAC", SignatureScheme::AesCmac, cmac),
    mac_row(CKM_AES_CMAC_GENERAL, "CKM_AES_CMAC_GENERAL", SignatureScheme::AesCmac, cmac_of_length, true),
    mac_row(CKM_AES_GMAC, "CKM_AES_GMAC", SignatureScheme::AesGmac, decode_gmac),
    wrap_row(CKM_AES_KEY_WRAP, "CKM_AES_KEY_WRAP", WrapScheme::AesKw, decode_key_wrap),
    // RFC 5649 under its first name; SoftHSM2 takes it so.
    wrap_row(CKM_AES_KEY_WRAP_PAD, "CKM_AES_KEY_WRAP_PAD", WrapScheme::AesKwp, decode_key_wrap_padded),
    wrap_row(CKM_AES_KEY_WRAP_KWP, "CKM_AES_KEY_WRAP_KWP", WrapScheme::AesKwp, decode_key_wrap_padded),
    {.type = CKM_AES_XTS_KEY_GEN,
     .name = "CKM_AES_XTS_KEY_GEN",
     .keys = KeyType::AesXts,
     .min_size = 2 * min_bytes,
     .max_size = 2 * max_bytes,
     .unit = SizeUnit::Bytes,
     .generates_key = true},
    {.type = CKM_AES_XTS,
     .name = "CKM_AES_XTS",
     .keys = KeyType::AesXts,
     .min_size = 2 * min_bytes,
     .max_size = 2 * max_bytes,
     .unit = SizeUnit::Bytes,
     .cipher = decode_xts,
     .needs_cipher = CipherScheme::AesXts},
};

}  // namespace

std::span<const Mechanism> aes_rows() { return table; }

}  // namespace kvp11::mechanism
