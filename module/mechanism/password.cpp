// CKM_PKCS5_PBKD2 (PKCS#11 2.40 §2.34): a key out of a password.
#include "crypto/derivation.hpp"
#include "mechanism/operation.hpp"
#include "mechanism/parameter_reading.hpp"
#include "mechanism/parameters.hpp"

namespace kvp11::mechanism {
namespace {

constexpr CK_ULONG longest_password = 65536;
// What one call may take: with SHA-512 some ten seconds.
constexpr CK_ULONG most_iterations = 10'000'000;

Result<Digest> prf_digest_of(CK_PKCS5_PBKD2_PSEUDO_RANDOM_FUNCTION_TYPE prf) {
    switch (prf) {
        case CKP_PKCS5_PBKD2_HMAC_SHA1: return Digest::Sha1;
        case CKP_PKCS5_PBKD2_HMAC_SHA224: return Digest::Sha224;
        case CKP_PKCS5_PBKD2_HMAC_SHA256: return Digest::Sha256;
        case CKP_PKCS5_PBKD2_HMAC_SHA384: return Digest::Sha384;
        case CKP_PKCS5_PBKD2_HMAC_SHA512: return Digest::Sha512;
        case CKP_PKCS5_PBKD2_HMAC_SHA512_224: return Digest::Sha512_224;
        case CKP_PKCS5_PBKD2_HMAC_SHA512_256: return Digest::Sha512_256;
        default: return invalid_parameter("unknown pseudorandom function " + std::to_string(prf));
    }
}

/// The two forms of the struct differ in what stands in the last field only.
CK_ULONG password_length(const CK_PKCS5_PBKD2_PARAMS2& params) {
    if (params.ulPasswordLen <= longest_password) return params.ulPasswordLen;
    CK_ULONG length = 0;
    std::memcpy(&length, reinterpret_cast<const void*>(params.ulPasswordLen), sizeof length);
    return length;
}

}  // namespace

Result<PasswordDerivation> decode_pbkdf2(ByteView parameter) {
    static_assert(sizeof(CK_PKCS5_PBKD2_PARAMS) == sizeof(CK_PKCS5_PBKD2_PARAMS2));
    const auto params = TRY(read_parameter<CK_PKCS5_PBKD2_PARAMS2>(parameter, "CK_PKCS5_PBKD2_PARAMS2"));
    const Digest digest = TRY(prf_digest_of(params.prf));
    if (params.saltSource != CKZ_SALT_SPECIFIED) return invalid_parameter("the salt is not given");
    if (params.pPrfData != nullptr || params.ulPrfDataLen != 0) return invalid_parameter("HMAC takes no parameter");
    if (params.iterations < 1 || params.iterations > most_iterations) {
        return invalid_parameter(std::to_string(params.iterations) + " iterations, want 1 to 10000000");
    }
    const ByteView salt = TRY(pointed_bytes(params.pSaltSourceData, params.ulSaltSourceDataLen, "salt"));
    const CK_ULONG length = password_length(params);
    if (length > longest_password) return invalid_parameter("a password of more than 65536 bytes");
    const ByteView password = TRY(pointed_bytes(params.pPassword, length, "password"));
    return PasswordDerivation{digest, SecretBytes::copy_of(password), copy_of(salt),
                              static_cast<std::uint32_t>(params.iterations)};
}

Result<SecretMaterial> derive_from_password(const Request& request, std::size_t size) {
    if (request.row == nullptr || request.row->password == nullptr) {
        return fail(Errc::MechanismInvalid, "the mechanism makes no keys out of passwords");
    }
    const auto params = TRY(request.row->password(request.parameter));
    return crypto::pbkdf2(params.digest, params.password, params.salt, params.iterations, size);
}

}  // namespace kvp11::mechanism
