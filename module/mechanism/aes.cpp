// PKCS#11 2.40 §2.8 to §2.14: AES. Sizes are bytes.
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

constexpr Mechanism cipher_row(CK_MECHANISM_TYPE type, std::string_view name, CipherScheme scheme,
                               Decoder<CipherAlgorithm> decoder) {
    return {.type = type,
            .name = name,
            .key_type = KeyType::Aes,
            .min_size = min_bytes,
            .max_size = max_bytes,
            .cipher = decoder,
            .needs_cipher = scheme};
}

constexpr Mechanism wrap_row(CK_MECHANISM_TYPE type, std::string_view name, WrapScheme scheme,
                             Decoder<WrapAlgorithm> decoder) {
    return {.type = type,
            .name = name,
            .key_type = KeyType::Aes,
            .min_size = min_bytes,
            .max_size = max_bytes,
            .wrapping = decoder,
            .needs_wrap = scheme};
}

constexpr Mechanism table[] = {
    {.type = CKM_AES_KEY_GEN,
     .name = "CKM_AES_KEY_GEN",
     .key_type = KeyType::Aes,
     .min_size = min_bytes,
     .max_size = max_bytes,
     .generates_key = true},
    cipher_row(CKM_AES_ECB, "CKM_AES_ECB", CipherScheme::AesEcb, ecb),
    cipher_row(CKM_AES_CBC, "CKM_AES_CBC", CipherScheme::AesCbc, decode_cbc),
    {.type = CKM_AES_CBC_PAD,
     .name = "CKM_AES_CBC_PAD",
     .key_type = KeyType::Aes,
     .min_size = min_bytes,
     .max_size = max_bytes,
     .cipher = decode_cbc_pad,
     .wrapping = decode_cbc_pad_wrap,
     .needs_cipher = CipherScheme::AesCbcPad,
     .needs_wrap = WrapScheme::AesCbcPad},
    cipher_row(CKM_AES_CTR, "CKM_AES_CTR", CipherScheme::AesCtr, decode_ctr),
    cipher_row(CKM_AES_GCM, "CKM_AES_GCM", CipherScheme::AesGcm, decode_gcm),
    {.type = CKM_AES_CMAC,
     .name = "CKM_AES_CMAC",
     .key_type = KeyType::Aes,
     .min_size = min_bytes,
     .max_size = max_bytes,
     .signature = cmac,
     .needs_signature = SignatureScheme::AesCmac},
    wrap_row(CKM_AES_KEY_WRAP, "CKM_AES_KEY_WRAP", WrapScheme::AesKw, decode_key_wrap),
    // RFC 5649 under its first name; SoftHSM2 takes it so.
    wrap_row(CKM_AES_KEY_WRAP_PAD, "CKM_AES_KEY_WRAP_PAD", WrapScheme::AesKwp, decode_key_wrap_padded),
    wrap_row(CKM_AES_KEY_WRAP_KWP, "CKM_AES_KEY_WRAP_KWP", WrapScheme::AesKwp, decode_key_wrap_padded),
};

}  // namespace

std::span<const Mechanism> aes_rows() { return table; }

}  // namespace kvp11::mechanism
