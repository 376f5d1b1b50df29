// PKCS#11 2.40 §2.1: RSA. Sizes are bits of the modulus. Keys are made in the service's sizes; keys
// from elsewhere are used in more, because old signatures must still verify.
#include "mechanism/families.hpp"
#include "mechanism/parameters.hpp"

namespace kvp11::mechanism {
namespace {

constexpr CK_ULONG min_made = 2048;
constexpr CK_ULONG max_made = 4096;
constexpr CK_ULONG min_used = 1024;
constexpr CK_ULONG max_used = 8192;

template <SignatureScheme scheme, Digest digest = Digest::Sha256>
Result<SignatureAlgorithm> plain_signature(ByteView parameter) {
    TRY(expect_no_parameter(parameter));
    return SignatureAlgorithm{scheme, digest};
}

template <Digest digest>
Result<SignatureAlgorithm> hashed_pss(ByteView parameter) {
    return decode_hashed_pss(parameter, digest);
}

template <CipherScheme scheme>
Result<CipherAlgorithm> plain_cipher(ByteView parameter) {
    TRY(expect_no_parameter(parameter));
    return CipherAlgorithm{.scheme = scheme, .iv = {}, .aad = {}};
}

Result<WrapAlgorithm> pkcs1_wrap(ByteView parameter) {
    TRY(expect_no_parameter(parameter));
    return WrapAlgorithm{.scheme = WrapScheme::RsaPkcs1, .label = {}, .iv = {}};
}

template <Digest digest>
constexpr Mechanism hashed_pkcs1_row(CK_MECHANISM_TYPE type, std::string_view name) {
    return {.type = type,
            .name = name,
            .keys = KeyType::Rsa,
            .min_size = min_used,
            .max_size = max_used,
            .signature = plain_signature<SignatureScheme::RsaPkcs1, digest>,
            .prehash = digest,
            .needs_signature = SignatureScheme::RsaPkcs1};
}

template <Digest digest>
constexpr Mechanism hashed_pss_row(CK_MECHANISM_TYPE type, std::string_view name) {
    return {.type = type,
            .name = name,
            .keys = KeyType::Rsa,
            .min_size = min_used,
            .max_size = max_used,
            .signature = hashed_pss<digest>,
            .prehash = digest,
            .needs_signature = SignatureScheme::RsaPss};
}

constexpr Mechanism table[] = {
    {.type = CKM_RSA_PKCS_KEY_PAIR_GEN,
     .name = "CKM_RSA_PKCS_KEY_PAIR_GEN",
     .keys = KeyType::Rsa,
     .min_size = min_made,
     .max_size = max_made,
     .generates_pair = true},
    {.type = CKM_RSA_PKCS,
     .name = "CKM_RSA_PKCS",
     .keys = KeyType::Rsa,
     .min_size = min_used,
     .max_size = max_used,
     .signature = plain_signature<SignatureScheme::RsaPkcs1DigestInfo>,
     .recovers = true,
     .cipher = plain_cipher<CipherScheme::RsaPkcs1>,
     .wrapping = pkcs1_wrap,
     .needs_signature = SignatureScheme::RsaPkcs1DigestInfo,
     .needs_cipher = CipherScheme::RsaPkcs1,
     .needs_wrap = WrapScheme::RsaPkcs1},
    {.type = CKM_RSA_X_509,
     .name = "CKM_RSA_X_509",
     .keys = KeyType::Rsa,
     .min_size = min_used,
     .max_size = max_used,
     .signature = plain_signature<SignatureScheme::RsaRaw>,
     .recovers = true,
     .cipher = plain_cipher<CipherScheme::RsaRaw>,
     .needs_signature = SignatureScheme::RsaRaw,
     .needs_cipher = CipherScheme::RsaRaw},
    {.type = CKM_RSA_PKCS_OAEP,
     .name = "CKM_RSA_PKCS_OAEP",
     .keys = KeyType::Rsa,
     .min_size = min_used,
     .max_size = max_used,
     .cipher = decode_oaep,
     .wrapping = decode_oaep_wrap,
     .needs_cipher = CipherScheme::RsaOaep,
     .needs_wrap = WrapScheme::RsaOaep},
    {.type = CKM_RSA_PKCS_PSS,
     .name = "CKM_RSA_PKCS_PSS",
     .keys = KeyType::Rsa,
     .min_size = min_used,
     .max_size = max_used,
     .signature = decode_pss,
     .needs_signature = SignatureScheme::RsaPss},
    hashed_pkcs1_row<Digest::Sha1>(CKM_SHA1_RSA_PKCS, "CKM_SHA1_RSA_PKCS"),
    hashed_pkcs1_row<Digest::Sha224>(CKM_SHA224_RSA_PKCS, "CKM_SHA224_RSA_PKCS"),
    hashed_pkcs1_row<Digest::Sha256>(CKM_SHA256_RSA_PKCS, "CKM_SHA256_RSA_PKCS"),
    hashed_pkcs1_row<Digest::Sha384>(CKM_SHA384_RSA_PKCS, "CKM_SHA384_RSA_PKCS"),
    hashed_pkcs1_row<Digest::Sha512>(CKM_SHA512_RSA_PKCS, "CKM_SHA512_RSA_PKCS"),
    hashed_pkcs1_row<Digest::Sha3_224>(CKM_SHA3_224_RSA_PKCS, "CKM_SHA3_224_RSA_PKCS"),
    hashed_pkcs1_row<Digest::Sha3_256>(CKM_SHA3_256_RSA_PKCS, "CKM_SHA3_256_RSA_PKCS"),
    hashed_pkcs1_row<Digest::Sha3_384>(CKM_SHA3_384_RSA_PKCS, "CKM_SHA3_384_RSA_PKCS"),
    hashed_pkcs1_row<Digest::Sha3_512>(CKM_SHA3_512_RSA_PKCS, "CKM_SHA3_512_RSA_PKCS"),
    hashed_pss_row<Digest::Sha1>(CKM_SHA1_RSA_PKCS_PSS, "CKM_SHA1_RSA_PKCS_PSS"),
    hashed_pss_row<Digest::Sha224>(CKM_SHA224_RSA_PKCS_PSS, "CKM_SHA224_RSA_PKCS_PSS"),
    hashed_pss_row<Digest::Sha256>(CKM_SHA256_RSA_PKCS_PSS, "CKM_SHA256_RSA_PKCS_PSS"),
    hashed_pss_row<Digest::Sha384>(CKM_SHA384_RSA_PKCS_PSS, "CKM_SHA384_RSA_PKCS_PSS"),
    hashed_pss_row<Digest::Sha512>(CKM_SHA512_RSA_PKCS_PSS, "CKM_SHA512_RSA_PKCS_PSS"),
    hashed_pss_row<Digest::Sha3_224>(CKM_SHA3_224_RSA_PKCS_PSS, "CKM_SHA3_224_RSA_PKCS_PSS"),
    hashed_pss_row<Digest::Sha3_256>(CKM_SHA3_256_RSA_PKCS_PSS, "CKM_SHA3_256_RSA_PKCS_PSS"),
    hashed_pss_row<Digest::Sha3_384>(CKM_SHA3_384_RSA_PKCS_PSS, "CKM_SHA3_384_RSA_PKCS_PSS"),
    hashed_pss_row<Digest::Sha3_512>(CKM_SHA3_512_RSA_PKCS_PSS, "CKM_SHA3_512_RSA_PKCS_PSS"),
    {.type = CKM_RSA_AES_KEY_WRAP,
     .name = "CKM_RSA_AES_KEY_WRAP",
     .keys = KeyType::Rsa,
     .min_size = min_used,
     .max_size = max_used,
     .wrapping = decode_rsa_aes_wrap,
     .wraps_under_trusted = true,  // its AES key could come back as one that decrypts
     .needs_wrap = WrapScheme::RsaAesKeyWrap},
};

}  // namespace

std::span<const Mechanism> rsa_rows() { return table; }

}  // namespace kvp11::mechanism
