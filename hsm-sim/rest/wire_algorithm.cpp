#include "rest/wire_algorithm.hpp"

#include <array>
#include <span>

#include "rest/wire_word.hpp"

namespace kvp11::rest {
namespace {

constexpr SignatureAlgorithm pkcs1(Digest digest) { return {SignatureScheme::RsaPkcs1, digest, digest}; }
// RFC 7518 3.5: MGF1 with the same digest, a salt of its size.
constexpr SignatureAlgorithm pss(Digest digest) {
    return {SignatureScheme::RsaPss, digest, digest, digest_size(digest)};
}
constexpr SignatureAlgorithm ecdsa(Digest digest) { return {SignatureScheme::Ecdsa, digest, digest}; }
constexpr SignatureAlgorithm hmac(Digest digest) { return {SignatureScheme::Hmac, digest, digest}; }

constexpr KeyFit rsa{KeyType::Rsa};
constexpr KeyFit secret{KeyType::GenericSecret};
constexpr KeyFit any_aes{KeyType::Aes};
constexpr KeyFit on(Curve curve) { return {KeyType::Ec, {}, curve}; }
constexpr KeyFit aes(std::uint32_t bits) { return {KeyType::Aes, bits}; }

constexpr auto signatures = std::to_array<SignatureRow>({
    {"ES256", ecdsa(Digest::Sha256), on(Curve::P256)},
    {"ES256K", ecdsa(Digest::Sha256), on(Curve::P256K)},
    {"ES384", ecdsa(Digest::Sha384), on(Curve::P384)},
    {"ES512", ecdsa(Digest::Sha512), on(Curve::P521)},
    {"RS256", pkcs1(Digest::Sha256), rsa},
    {"RS384", pkcs1(Digest::Sha384), rsa},
    {"RS512", pkcs1(Digest::Sha512), rsa},
    {"PS256", pss(Digest::Sha256), rsa},
    {"PS384", pss(Digest::Sha384), rsa},
    {"PS512", pss(Digest::Sha512), rsa},
    {"HS256", hmac(Digest::Sha256), secret, ApiVersion::V7_6},
    {"HS384", hmac(Digest::Sha384), secret, ApiVersion::V7_6},
    {"HS512", hmac(Digest::Sha512), secret, ApiVersion::V7_6},
});

// The digest is of RSA-OAEP alone.
constexpr auto ciphers = std::to_array<CipherRow>({
    {"RSA1_5", CipherScheme::RsaPkcs1, Digest::Sha1, rsa},
    {"RSA-OAEP", CipherScheme::RsaOaep, Digest::Sha1, rsa},
    {"RSA-OAEP-256", CipherScheme::RsaOaep, Digest::Sha256, rsa},
    {"A128GCM", CipherScheme::AesGcm, Digest::Sha1, aes(128), ApiVersion::V7_2},
    {"A192GCM", CipherScheme::AesGcm, Digest::Sha1, aes(192), ApiVersion::V7_2},
    {"A256GCM", CipherScheme::AesGcm, Digest::Sha1, aes(256), ApiVersion::V7_2},
    {"A128CBC", CipherScheme::AesCbc, Digest::Sha1, aes(128), ApiVersion::V7_2},
    {"A192CBC", CipherScheme::AesCbc, Digest::Sha1, aes(192), ApiVersion::V7_2},
    {"A256CBC", CipherScheme::AesCbc, Digest::Sha1, aes(256), ApiVersion::V7_2},
    {"A128CBCPAD", CipherScheme::AesCbcPad, Digest::Sha1, aes(128), ApiVersion::V7_2},
    {"A192CBCPAD", CipherScheme::AesCbcPad, Digest::Sha1, aes(192), ApiVersion::V7_2},
    {"A256CBCPAD", CipherScheme::AesCbcPad, Digest::Sha1, aes(256), ApiVersion::V7_2},
});

constexpr auto wraps = std::to_array<WrapRow>({
    {"RSA1_5", WrapScheme::RsaPkcs1, Digest::Sha1, rsa},
    {"RSA-OAEP", WrapScheme::RsaOaep, Digest::Sha1, rsa},
    {"RSA-OAEP-256", WrapScheme::RsaOaep, Digest::Sha256, rsa},
    {"A128KW", WrapScheme::AesKw, Digest::Sha1, aes(128), ApiVersion::V7_2},
    {"A192KW", WrapScheme::AesKw, Digest::Sha1, aes(192), ApiVersion::V7_2},
    {"A256KW", WrapScheme::AesKw, Digest::Sha1, aes(256), ApiVersion::V7_2},
    {"CKM_AES_KEY_WRAP", WrapScheme::AesKw, Digest::Sha1, any_aes, ApiVersion::V7_6},
    {"CKM_AES_KEY_WRAP_PAD", WrapScheme::AesKwp, Digest::Sha1, any_aes, ApiVersion::V7_6},
});

struct ReleaseRow {
    std::string_view enc;
    Digest digest;
};
constexpr auto releases = std::to_array<ReleaseRow>({
    {"CKM_RSA_AES_KEY_WRAP", Digest::Sha1},
    {"RSA_AES_KEY_WRAP_256", Digest::Sha256},
    {"RSA_AES_KEY_WRAP_384", Digest::Sha384},
});

template <class Row>
Result<const Row*> named(std::span<const Row> rows, std::string_view name, ApiVersion version) {
    for (const Row& row : rows) {
        if (row.name == name && version >= row.since) return &row;
    }
    return fail(Errc::ArgumentsBad, "Property 'alg' has the value '" + std::string(name) +
                                        "', which this operation does not know at this api-version");
}

}  // namespace

Result<const SignatureRow*> signature_named(std::string_view name, ApiVersion version) {
    return named<SignatureRow>(signatures, name, version);
}
Result<const CipherRow*> cipher_named(std::string_view name, ApiVersion version) {
    return named<CipherRow>(ciphers, name, version);
}
Result<const WrapRow*> wrap_named(std::string_view name, ApiVersion version) {
    return named<WrapRow>(wraps, name, version);
}

Result<WrapAlgorithm> release_wrap_named(std::string_view enc) {
    for (const ReleaseRow& row : releases) {
        if (!enc.empty() && row.enc != enc) continue;
        WrapAlgorithm algorithm{};
        algorithm.scheme = WrapScheme::RsaAesKeyWrap;
        algorithm.digest = row.digest;
        algorithm.mgf_digest = row.digest;
        return algorithm;
    }
    return fail(Errc::ArgumentsBad, "Property 'enc' has the unknown value '" + std::string(enc) + "'");
}

bool fits(const KeyFit& fit, const KeySpec& spec) noexcept {
    return fit.type == spec.type && (!fit.bits || *fit.bits == spec.bits) && (!fit.curve || *fit.curve == spec.curve);
}

std::string misfit_text(std::string_view algorithm, const KeySpec& spec) {
    const std::string size =
        spec.type == KeyType::Ec ? std::string(crv_word(spec.curve)) : std::to_string(spec.bits) + " bits";
    return "The algorithm '" + std::string(algorithm) + "' is not for this key, which is of type " +
           std::string(kty_word(spec.type)) + ", " + size + (spec.type == KeyType::GenericSecret ? ", for HMAC" : "");
}

}  // namespace kvp11::rest
