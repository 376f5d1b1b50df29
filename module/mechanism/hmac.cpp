// PKCS#11 2.40 §2.6 and §2.18 to §2.22: generic secrets (sizes in bits) and HMAC with them (in bytes).
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
constexpr Mechanism hmac_row(CK_MECHANISM_TYPE type, std::string_view name) {
    return {.type = type,
            .name = name,
            .key_type = KeyType::GenericSecret,
            .min_size = 1,
            .max_size = max_secret_bytes,
            .signature = hmac<digest>,
            .needs_signature = SignatureScheme::Hmac};
}

constexpr Mechanism table[] = {
    {.type = CKM_GENERIC_SECRET_KEY_GEN,
     .name = "CKM_GENERIC_SECRET_KEY_GEN",
     .key_type = KeyType::GenericSecret,
     .min_size = 8,
     .max_size = max_secret_bytes * 8,
     .generates_key = true},
    hmac_row<Digest::Sha1>(CKM_SHA_1_HMAC, "CKM_SHA_1_HMAC"),
    hmac_row<Digest::Sha224>(CKM_SHA224_HMAC, "CKM_SHA224_HMAC"),
    hmac_row<Digest::Sha256>(CKM_SHA256_HMAC, "CKM_SHA256_HMAC"),
    hmac_row<Digest::Sha384>(CKM_SHA384_HMAC, "CKM_SHA384_HMAC"),
    hmac_row<Digest::Sha512>(CKM_SHA512_HMAC, "CKM_SHA512_HMAC"),
};

}  // namespace

std::span<const Mechanism> hmac_rows() { return table; }

}  // namespace kvp11::mechanism
