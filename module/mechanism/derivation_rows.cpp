// PKCS#11 3.1 §6.17, §6.21, §6.37, §6.42, §6.43 and §6.62: keys out of other keys' values, and out of passwords. Sizes
// are bits of the base key, or of the key that is made.
#include "mechanism/derivation.hpp"
#include "mechanism/families.hpp"
#include "mechanism/parameters.hpp"

namespace kvp11::mechanism {
namespace {

using Decode = Decoder<std::unique_ptr<Derivation>>;

constexpr CK_ULONG min_bits = 8;
constexpr CK_ULONG max_bits = 8 * 65536;
constexpr KeyTypes any_secret = {KeyType::GenericSecret, KeyType::Aes};
constexpr KeyTypes any_pair = {KeyType::Rsa, KeyType::Ec, KeyType::EcEdwards, KeyType::EcMontgomery};

template <Digest digest>
Result<std::unique_ptr<Derivation>> hashed(ByteView parameter) {
    return hash_derivation(parameter, digest);
}

constexpr Mechanism one_way_row(CK_MECHANISM_TYPE type, std::string_view name, Decode decoder) {
    return {.type = type,
            .name = name,
            .keys = any_secret,
            .min_size = min_bits,
            .max_size = max_bits,
            .derivation = decoder};
}

constexpr Mechanism sp800_108_row(CK_MECHANISM_TYPE type, std::string_view name, Decode decoder) {
    Mechanism row = one_way_row(type, name, decoder);
    row.heritage = Heritage::OneWayOfAny;
    row.derivation_approved = true;
    return row;
}

constexpr Mechanism kept_row(CK_MECHANISM_TYPE type, std::string_view name, Decode decoder) {
    Mechanism row = one_way_row(type, name, decoder);
    row.heritage = Heritage::Kept;
    return row;
}

constexpr Mechanism encrypting_row(CK_MECHANISM_TYPE type, std::string_view name, Decode decoder) {
    return {.type = type,
            .name = name,
            .keys = KeyType::Aes,
            .min_size = 16,
            .max_size = 32,
            .unit = SizeUnit::Bytes,
            .derivation = decoder};
}

/// SP 800-56C r2; a data object is no place for a key.
constexpr Mechanism hkdf_row(CK_MECHANISM_TYPE type, std::string_view name, bool approved) {
    Mechanism row = one_way_row(type, name, decode_hkdf);
    row.secret_name = CKK_HKDF;
    row.derivation_approved = approved;
    row.derives_data = type == CKM_HKDF_DATA;
    return row;
}

constexpr Mechanism table[] = {
    sp800_108_row(CKM_SP800_108_COUNTER_KDF, "CKM_SP800_108_COUNTER_KDF", decode_counter_kdf),
    sp800_108_row(CKM_SP800_108_FEEDBACK_KDF, "CKM_SP800_108_FEEDBACK_KDF", decode_feedback_kdf),
    sp800_108_row(CKM_SP800_108_DOUBLE_PIPELINE_KDF, "CKM_SP800_108_DOUBLE_PIPELINE_KDF", decode_double_pipeline_kdf),
    {.type = CKM_HKDF_KEY_GEN,
     .name = "CKM_HKDF_KEY_GEN",
     .keys = KeyType::GenericSecret,
     .min_size = min_bits,
     .max_size = max_bits,
     .secret_name = CKK_HKDF,
     .generates_key = true},
    hkdf_row(CKM_HKDF_DERIVE, "CKM_HKDF_DERIVE", true),
    hkdf_row(CKM_HKDF_DATA, "CKM_HKDF_DATA", false),
    {.type = CKM_PKCS5_PBKD2,
     .name = "CKM_PKCS5_PBKD2",
     .keys = {KeyType::GenericSecret, KeyType::Aes, KeyType::AesXts, KeyType::ChaCha20},
     .min_size = min_bits,
     .max_size = max_bits,
     .password = decode_pbkdf2},
    one_way_row(CKM_SHA1_KEY_DERIVATION, "CKM_SHA1_KEY_DERIVATION", hashed<Digest::Sha1>),
    one_way_row(CKM_SHA224_KEY_DERIVATION, "CKM_SHA224_KEY_DERIVATION", hashed<Digest::Sha224>),
    one_way_row(CKM_SHA256_KEY_DERIVATION, "CKM_SHA256_KEY_DERIVATION", hashed<Digest::Sha256>),
    one_way_row(CKM_SHA384_KEY_DERIVATION, "CKM_SHA384_KEY_DERIVATION", hashed<Digest::Sha384>),
    one_way_row(CKM_SHA512_KEY_DERIVATION, "CKM_SHA512_KEY_DERIVATION", hashed<Digest::Sha512>),
    one_way_row(CKM_SHA512_224_KEY_DERIVATION, "CKM_SHA512_224_KEY_DERIVATION", hashed<Digest::Sha512_224>),
    one_way_row(CKM_SHA512_256_KEY_DERIVATION, "CKM_SHA512_256_KEY_DERIVATION", hashed<Digest::Sha512_256>),
    one_way_row(CKM_SHA3_224_KEY_DERIVATION, "CKM_SHA3_224_KEY_DERIVATION", hashed<Digest::Sha3_224>),
    one_way_row(CKM_SHA3_256_KEY_DERIVATION, "CKM_SHA3_256_KEY_DERIVATION", hashed<Digest::Sha3_256>),
    one_way_row(CKM_SHA3_384_KEY_DERIVATION, "CKM_SHA3_384_KEY_DERIVATION", hashed<Digest::Sha3_384>),
    one_way_row(CKM_SHA3_512_KEY_DERIVATION, "CKM_SHA3_512_KEY_DERIVATION", hashed<Digest::Sha3_512>),
    encrypting_row(CKM_AES_ECB_ENCRYPT_DATA, "CKM_AES_ECB_ENCRYPT_DATA", decode_ecb_encryption),
    encrypting_row(CKM_AES_CBC_ENCRYPT_DATA, "CKM_AES_CBC_ENCRYPT_DATA", decode_cbc_encryption),
    kept_row(CKM_CONCATENATE_BASE_AND_KEY, "CKM_CONCATENATE_BASE_AND_KEY", decode_concatenation_with_key),
    kept_row(CKM_CONCATENATE_BASE_AND_DATA, "CKM_CONCATENATE_BASE_AND_DATA", decode_concatenation_with_data),
    kept_row(CKM_CONCATENATE_DATA_AND_BASE, "CKM_CONCATENATE_DATA_AND_BASE", decode_concatenation_after_data),
    kept_row(CKM_XOR_BASE_AND_DATA, "CKM_XOR_BASE_AND_DATA", decode_exclusive_or),
    kept_row(CKM_EXTRACT_KEY_FROM_KEY, "CKM_EXTRACT_KEY_FROM_KEY", decode_extraction),
    {.type = CKM_PUB_KEY_FROM_PRIV_KEY,
     .name = "CKM_PUB_KEY_FROM_PRIV_KEY",
     .keys = any_pair,
     .min_size = 255,  // of curve25519
     .max_size = 8192,
     .derivation_approved = true,
     .derives_public_half = true},
};

}  // namespace

std::span<const Mechanism> derivation_rows() { return table; }

}  // namespace kvp11::mechanism
