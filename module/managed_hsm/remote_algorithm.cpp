#include "managed_hsm/remote_algorithm.hpp"

#include <algorithm>
#include <array>

#include "managed_hsm/remote_service.hpp"

namespace kvp11::managed_hsm {
namespace {

constexpr std::size_t gcm_tag = 16;
constexpr std::size_t gcm_iv = 12;
constexpr std::size_t aes_block = 16;

/// Words by digest: SHA-1, SHA-224, SHA-256, SHA-384, SHA-512; none for those that came later.
using WordsByDigest = std::array<std::string_view, digest_count>;
constexpr WordsByDigest pkcs1_words = {"", "", "RS256", "RS384", "RS512"};
constexpr WordsByDigest pss_words = {"", "", "PS256", "PS384", "PS512"};
constexpr WordsByDigest hmac_words = {"", "", "HS256", "HS384", "HS512"};
constexpr WordsByDigest oaep_words = {"RSA-OAEP", "", "RSA-OAEP-256", "", ""};
constexpr std::array<std::string_view, curve_count> curve_words = {"ES256", "ES384", "ES512", "ES256K"};

constexpr std::string_view word_for(const WordsByDigest& words, Digest digest) {
    return words[static_cast<std::size_t>(digest)];
}

Result<std::string_view> pss_word(const SignatureAlgorithm& algorithm) {
    const std::string_view word = word_for(pss_words, algorithm.digest);
    if (!word.empty() && algorithm.mgf_digest == algorithm.digest &&
        algorithm.salt_length == digest_size(algorithm.digest)) {
        return word;
    }
    return refused(Errc::MechanismParamInvalid,
                   "RSA-PSS with a salt of " + std::to_string(algorithm.salt_length) +
                       " bytes, or other hashes than one: the service has SHA-256, SHA-384 and SHA-512, each with "
                       "MGF1 of the same hash and a salt of its length");
}

Result<std::string_view> oaep_word(Digest digest, Digest mgf, bool has_label) {
    const std::string_view word = word_for(oaep_words, digest);
    if (!word.empty() && mgf == digest && !has_label) return word;
    return refused(Errc::MechanismParamInvalid,
                   "RSA-OAEP with a label or other hashes: the service has SHA-1 and SHA-256, each with MGF1 of the "
                   "same hash, and no label");
}

Failure raw_rsa() { return refused(Errc::MechanismParamInvalid, "raw RSA (CKM_RSA_X_509): the service always pads"); }

struct AesRow {
    std::string_view of128;
    std::string_view of192;
    std::string_view of256;
};
constexpr std::string_view by_size(const AesRow& row, std::uint32_t bits) {
    return bits == 128 ? row.of128 : bits == 192 ? row.of192 : row.of256;
}

struct Prefix {
    std::string_view word;
    std::array<std::uint8_t, 19> bytes;
};
// RFC 8017, 9.2, note 1.
constexpr auto prefixes = std::to_array<Prefix>({
    {"RS256",
     {0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04,
      0x20}},
    {"RS384",
     {0x30, 0x41, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0x05, 0x00, 0x04,
      0x30}},
    {"RS512",
     {0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03, 0x05, 0x00, 0x04,
      0x40}},
});

}  // namespace

Result<std::string_view> signature_word(const SignatureAlgorithm& algorithm, const KeySpec& spec) {
    switch (algorithm.scheme) {
        case SignatureScheme::Ecdsa: return curve_words[static_cast<std::size_t>(spec.curve)];
        case SignatureScheme::RsaPss: return pss_word(algorithm);
        case SignatureScheme::RsaPkcs1DigestInfo: return std::string_view();
        case SignatureScheme::RsaRaw: return raw_rsa();
        case SignatureScheme::RsaPkcs1: {
            const std::string_view word = word_for(pkcs1_words, algorithm.digest);
            if (!word.empty()) return word;
            return refused(Errc::AlgorithmNotSupported, "RSA signatures of other digests: the service has SHA-256, "
                                                        "SHA-384 and SHA-512");
        }
        default: break;
    }
    return fail(Errc::AlgorithmNotSupported, "the service has no such signatures");
}

Result<std::string_view> mac_word(const SignatureAlgorithm& algorithm) {
    const std::string_view word =
        algorithm.scheme == SignatureScheme::Hmac ? word_for(hmac_words, algorithm.digest) : std::string_view();
    if (!word.empty() && algorithm.mac_length != 0) {
        return refused(Errc::MechanismParamInvalid, "a MAC of chosen length: the service gives and checks whole ones");
    }
    if (!word.empty()) return word;
    return refused(Errc::AlgorithmNotSupported, "the service has HMAC with SHA-256, SHA-384 and SHA-512, no other MAC");
}

Result<std::string_view> rsa_word(const CipherAlgorithm& algorithm) {
    if (algorithm.scheme == CipherScheme::RsaPkcs1) return std::string_view("RSA1_5");
    if (algorithm.scheme == CipherScheme::RsaRaw) return raw_rsa();
    if (algorithm.scheme == CipherScheme::RsaOaep) {
        return oaep_word(algorithm.digest, algorithm.mgf_digest, !algorithm.aad.empty());
    }
    return fail(Errc::KeyTypeInconsistent, "an RSA key does not do this");
}

Result<std::string_view> rsa_word(const WrapAlgorithm& algorithm) {
    if (algorithm.scheme == WrapScheme::RsaPkcs1) return std::string_view("RSA1_5");
    if (algorithm.scheme == WrapScheme::RsaOaep || algorithm.scheme == WrapScheme::RsaAesKeyWrap) {
        return oaep_word(algorithm.digest, algorithm.mgf_digest, !algorithm.label.empty());
    }
    return fail(Errc::KeyTypeInconsistent, "an RSA key does not do this");
}

Result<void> check_aes(const CipherAlgorithm& algorithm, bool for_decrypting) {
    switch (algorithm.scheme) {
        case CipherScheme::AesCbc:
        case CipherScheme::AesCbcPad:
            if (algorithm.iv.size() == aes_block && !algorithm.iv_inside) return {};
            return fail(Errc::MechanismParamInvalid, "AES-CBC takes an IV of 16 bytes");
        case CipherScheme::AesGcm: break;
        case CipherScheme::RsaPkcs1:
        case CipherScheme::RsaOaep:
        case CipherScheme::RsaRaw: return fail(Errc::KeyTypeInconsistent, "a secret key does not do RSA");
        default: return refused(Errc::AlgorithmNotSupported, "this mode of AES: the service has AES-CBC and AES-GCM");
    }
    if (algorithm.tag_length != gcm_tag) {
        return refused(Errc::MechanismParamInvalid, "AES-GCM with a tag of " + std::to_string(algorithm.tag_length) +
                                                        " bytes: the service's have 16");
    }
    if (for_decrypting) {
        if (algorithm.iv.size() == gcm_iv && !algorithm.iv_inside) return {};
        return refused(Errc::MechanismParamInvalid, "AES-GCM with an IV of " + std::to_string(algorithm.iv.size()) +
                                                        " bytes: the service's have 12");
    }
    if (algorithm.iv_inside && algorithm.iv.empty()) return {};
    return refused(Errc::MechanismParamInvalid,
                   "AES-GCM encryption with an IV of the caller's: the service makes it. An IV of 12 zero bytes is "
                   "filled with the one that was made");
}

std::string_view aes_word(CipherScheme scheme, std::uint32_t bits) noexcept {
    constexpr AesRow gcm{"A128GCM", "A192GCM", "A256GCM"};
    constexpr AesRow cbc{"A128CBC", "A192CBC", "A256CBC"};
    constexpr AesRow padded{"A128CBCPAD", "A192CBCPAD", "A256CBCPAD"};
    return by_size(scheme == CipherScheme::AesGcm ? gcm : scheme == CipherScheme::AesCbc ? cbc : padded, bits);
}

Result<void> check_aes(const WrapAlgorithm& algorithm) {
    switch (algorithm.scheme) {
        case WrapScheme::AesCbcPad:
            if (algorithm.iv.size() == aes_block) return {};
            return fail(Errc::MechanismParamInvalid, "AES-CBC takes an IV of 16 bytes");
        case WrapScheme::AesKw:
        case WrapScheme::AesKwp: {
            constexpr std::uint8_t kw[] = {0xA6, 0xA6, 0xA6, 0xA6, 0xA6, 0xA6, 0xA6, 0xA6};
            constexpr std::uint8_t kwp[] = {0xA6, 0x59, 0x59, 0xA6};
            const ByteView usual = algorithm.scheme == WrapScheme::AesKw ? ByteView(kw) : ByteView(kwp);
            const Bytes& iv = algorithm.iv;
            if (iv.empty() || std::equal(iv.begin(), iv.end(), usual.begin(), usual.end())) return {};
            return refused(Errc::MechanismParamInvalid,
                           "AES key wrap with an initial value of the caller's: the service has the standard's");
        }
        case WrapScheme::AesGcm:
        case WrapScheme::AesCcm:
            return refused(Errc::AlgorithmNotSupported, "wrapping by AES-GCM or AES-CCM: the service has AES key wrap");
        default: return fail(Errc::KeyTypeInconsistent, "a secret key does not do RSA");
    }
}

std::string_view aes_word(WrapScheme scheme, std::uint32_t bits) noexcept {
    if (scheme == WrapScheme::AesKwp) return "CKM_AES_KEY_WRAP_PAD";
    if (scheme == WrapScheme::AesCbcPad) return aes_word(CipherScheme::AesCbcPad, bits);
    constexpr AesRow wraps{"A128KW", "A192KW", "A256KW"};
    return by_size(wraps, bits);
}

std::optional<DigestInfo> digest_info_in(ByteView input) noexcept {
    for (const auto& [word, prefix] : prefixes) {
        const std::size_t digest = prefix.back();
        if (input.size() != prefix.size() + digest) continue;
        if (std::equal(prefix.begin(), prefix.end(), input.begin())) return DigestInfo{word, input.last(digest)};
    }
    return std::nullopt;
}

}  // namespace kvp11::managed_hsm
