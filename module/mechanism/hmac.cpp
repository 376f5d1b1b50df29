// PKCS#11 2.40 §2.6 and §2.18 to §2.22, 3.0 §2.25 to §2.32: generic secrets (sizes in bits), and HMAC with them and
// with secrets that are called after their digest (in bytes).
#include "mechanism/families.hpp"
#include "mechanism/parameters.hpp"

namespace kvp11::mechanism {
namespace {

constexpr CK_ULONG max_secret_bytes = 65536;

template <Digest digest>
Result<SignatureAlgorithm> hmac(ByteView parameter) {
    TRY(expect_no_parameter(parameter));
    return SignatureAlgorithm{SignatureScheme::Hmac, digest};
}

template <Digest digest>
Result<SignatureAlgorithm> hmac_of_length(ByteView parameter) {
    return SignatureAlgorithm{.scheme = SignatureScheme::Hmac,
                              .digest = digest,
                              .mac_length = TRY(decode_mac_length(parameter, digest_size(digest)))};
}

constexpr Mechanism hmac_row(CK_MECHANISM_TYPE type, std::string_view name, CK_KEY_TYPE secret,
                             Decoder<SignatureAlgorithm> decoder, Digest digest, bool shortens) {
    return {.type = type,
            .name = name,
            .keys = KeyType::GenericSecret,
            .min_size = 1,
            .max_size = max_secret_bytes,
            .unit = SizeUnit::Bytes,
            .secret_name = secret,
            .signature = decoder,
            .mac_digest = digest,
            .shortens = shortens,
            .needs_signature = SignatureScheme::Hmac};
}

constexpr Mechanism making_row(CK_MECHANISM_TYPE type, std::string_view name, CK_KEY_TYPE secret) {
    return {.type = type,
            .name = name,
            .keys = KeyType::GenericSecret,
            .min_size = 1,
            .max_size = max_secret_bytes,
            .unit = SizeUnit::Bytes,
            .secret_name = secret,
            .generates_key = true};
}

// The three rows of a digest: its names differ by more than a suffix.
#define KVP11_HMAC_ROWS(ckm, general, generation, ckk, digest)                                                         \
    hmac_row(ckm, #ckm, ckk, hmac<digest>, digest, false),                                                             \
        hmac_row(general, #general, ckk, hmac_of_length<digest>, digest, true),                                        \
        making_row(generation, #generation, ckk)

constexpr Mechanism table[] = {
    {.type = CKM_GENERIC_SECRET_KEY_GEN,
     .name = "CKM_GENERIC_SECRET_KEY_GEN",
     .keys = KeyType::GenericSecret,
     .min_size = 8,
     .max_size = max_secret_bytes * 8,
     .generates_key = true},
    KVP11_HMAC_ROWS(CKM_SHA_1_HMAC, CKM_SHA_1_HMAC_GENERAL, CKM_SHA_1_KEY_GEN, CKK_SHA_1_HMAC, Digest::Sha1),
    KVP11_HMAC_ROWS(CKM_SHA224_HMAC, CKM_SHA224_HMAC_GENERAL, CKM_SHA224_KEY_GEN, CKK_SHA224_HMAC, Digest::Sha224),
    KVP11_HMAC_ROWS(CKM_SHA256_HMAC, CKM_SHA256_HMAC_GENERAL, CKM_SHA256_KEY_GEN, CKK_SHA256_HMAC, Digest::Sha256),
    KVP11_HMAC_ROWS(CKM_SHA384_HMAC, CKM_SHA384_HMAC_GENERAL, CKM_SHA384_KEY_GEN, CKK_SHA384_HMAC, Digest::Sha384),
    KVP11_HMAC_ROWS(CKM_SHA512_HMAC, CKM_SHA512_HMAC_GENERAL, CKM_SHA512_KEY_GEN, CKK_SHA512_HMAC, Digest::Sha512),
    KVP11_HMAC_ROWS(CKM_SHA512_224_HMAC, CKM_SHA512_224_HMAC_GENERAL, CKM_SHA512_224_KEY_GEN, CKK_SHA512_224_HMAC,
                    Digest::Sha512_224),
    KVP11_HMAC_ROWS(CKM_SHA512_256_HMAC, CKM_SHA512_256_HMAC_GENERAL, CKM_SHA512_256_KEY_GEN, CKK_SHA512_256_HMAC,
                    Digest::Sha512_256),
    KVP11_HMAC_ROWS(CKM_SHA3_224_HMAC, CKM_SHA3_224_HMAC_GENERAL, CKM_SHA3_224_KEY_GEN, CKK_SHA3_224_HMAC,
                    Digest::Sha3_224),
    KVP11_HMAC_ROWS(CKM_SHA3_256_HMAC, CKM_SHA3_256_HMAC_GENERAL, CKM_SHA3_256_KEY_GEN, CKK_SHA3_256_HMAC,
                    Digest::Sha3_256),
    KVP11_HMAC_ROWS(CKM_SHA3_384_HMAC, CKM_SHA3_384_HMAC_GENERAL, CKM_SHA3_384_KEY_GEN, CKK_SHA3_384_HMAC,
                    Digest::Sha3_384),
    KVP11_HMAC_ROWS(CKM_SHA3_512_HMAC, CKM_SHA3_512_HMAC_GENERAL, CKM_SHA3_512_KEY_GEN, CKK_SHA3_512_HMAC,
                    Digest::Sha3_512),
};

#undef KVP11_HMAC_ROWS

}  // namespace

std::span<const Mechanism> hmac_rows() { return table; }

}  // namespace kvp11::mechanism
