// PKCS#11 2.40 §2.3: elliptic curves. Sizes are bits of the field.
#include "mechanism/families.hpp"
#include "mechanism/parameters.hpp"

namespace kvp11::mechanism {
namespace {

constexpr CK_ULONG min_bits = 256;
constexpr CK_ULONG max_bits = 521;

template <Digest digest>
Result<SignatureAlgorithm> ecdsa(ByteView parameter) {
    TRY(expect_no_parameter(parameter));
    return SignatureAlgorithm{SignatureScheme::Ecdsa, digest};
}

template <Digest digest>
constexpr Mechanism hashed_row(CK_MECHANISM_TYPE type, std::string_view name) {
    return {.type = type,
            .name = name,
            .keys = KeyType::Ec,
            .min_size = min_bits,
            .max_size = max_bits,
            .signature = ecdsa<digest>,
            .prehash = digest,
            .needs_signature = SignatureScheme::Ecdsa};
}

constexpr Mechanism agreement_row(CK_MECHANISM_TYPE type, std::string_view name) {
    return {.type = type,
            .name = name,
            .keys = {KeyType::Ec, KeyType::EcMontgomery},
            .min_size = 255,  // of curve25519
            .max_size = max_bits,
            .agreement = decode_ecdh1};
}

constexpr Mechanism table[] = {
    {.type = CKM_EC_KEY_PAIR_GEN,
     .name = "CKM_EC_KEY_PAIR_GEN",
     .keys = KeyType::Ec,
     .min_size = min_bits,
     .max_size = max_bits,
     .generates_pair = true},
    {.type = CKM_ECDSA,
     .name = "CKM_ECDSA",
     .keys = KeyType::Ec,
     .min_size = min_bits,
     .max_size = max_bits,
     .signature = ecdsa<Digest::Sha256>,
     .needs_signature = SignatureScheme::Ecdsa},
    hashed_row<Digest::Sha1>(CKM_ECDSA_SHA1, "CKM_ECDSA_SHA1"),
    hashed_row<Digest::Sha224>(CKM_ECDSA_SHA224, "CKM_ECDSA_SHA224"),
    hashed_row<Digest::Sha256>(CKM_ECDSA_SHA256, "CKM_ECDSA_SHA256"),
    hashed_row<Digest::Sha384>(CKM_ECDSA_SHA384, "CKM_ECDSA_SHA384"),
    hashed_row<Digest::Sha512>(CKM_ECDSA_SHA512, "CKM_ECDSA_SHA512"),
    hashed_row<Digest::Sha3_224>(CKM_ECDSA_SHA3_224, "CKM_ECDSA_SHA3_224"),
    hashed_row<Digest::Sha3_256>(CKM_ECDSA_SHA3_256, "CKM_ECDSA_SHA3_256"),
    hashed_row<Digest::Sha3_384>(CKM_ECDSA_SHA3_384, "CKM_ECDSA_SHA3_384"),
    hashed_row<Digest::Sha3_512>(CKM_ECDSA_SHA3_512, "CKM_ECDSA_SHA3_512"),
    agreement_row(CKM_ECDH1_DERIVE, "CKM_ECDH1_DERIVE"),
    // All curves here have the cofactor 1, or clear it (RFC 7748), so both are one.
    agreement_row(CKM_ECDH1_COFACTOR_DERIVE, "CKM_ECDH1_COFACTOR_DERIVE"),
};

}  // namespace

std::span<const Mechanism> ecdsa_rows() { return table; }

}  // namespace kvp11::mechanism
