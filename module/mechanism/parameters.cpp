#include "mechanism/parameters.hpp"

#include <algorithm>
#include <cstring>

#include "mechanism/parameter_reading.hpp"

namespace kvp11::mechanism {
namespace {

constexpr std::size_t aes_block = 16;
constexpr std::size_t gcm_iv_max = 256;
constexpr CK_ULONG salt_max = 2048;  // bytes of the longest modulus that any key could have

/// CK_GCM_PARAMS as the text of PKCS#11 2.40 §2.12.3 prints it.
struct GcmParamsWithoutIvBits {
    CK_BYTE_PTR pIv;
    CK_ULONG ulIvLen;
    CK_BYTE_PTR pAAD;
    CK_ULONG ulAADLen;
    CK_ULONG ulTagBits;
};

Result<Digest> mgf_digest_of(CK_RSA_PKCS_MGF_TYPE mgf) {
    switch (mgf) {
        case CKG_MGF1_SHA1: return Digest::Sha1;
        case CKG_MGF1_SHA224: return Digest::Sha224;
        case CKG_MGF1_SHA256: return Digest::Sha256;
        case CKG_MGF1_SHA384: return Digest::Sha384;
        case CKG_MGF1_SHA512: return Digest::Sha512;
        case CKG_MGF1_SHA3_224: return Digest::Sha3_224;
        case CKG_MGF1_SHA3_256: return Digest::Sha3_256;
        case CKG_MGF1_SHA3_384: return Digest::Sha3_384;
        case CKG_MGF1_SHA3_512: return Digest::Sha3_512;
        default: return invalid_parameter("unknown mask generation function " + std::to_string(mgf));
    }
}

struct Oaep {
    Digest digest;
    Digest mgf_digest;
    Bytes label;
};

Result<Oaep> oaep(ByteView parameter) {
    const auto params = TRY(read_parameter<CK_RSA_PKCS_OAEP_PARAMS>(parameter, "CK_RSA_PKCS_OAEP_PARAMS"));
    const Digest digest = TRY(digest_of(params.hashAlg));
    // pkcs11-provider sends 0 when its caller named no MGF1 digest (facts/traps.md 5.2).
    const Digest mgf = params.mgf == 0 ? digest : TRY(mgf_digest_of(params.mgf));
    if (params.source != CKZ_DATA_SPECIFIED && params.source != 0) {
        return invalid_parameter("unknown OAEP source " + std::to_string(params.source));
    }
    const ByteView label = TRY(pointed_bytes(params.pSourceData, params.ulSourceDataLen, "OAEP label"));
    if (params.source == 0 && !label.empty()) return invalid_parameter("OAEP label without CKZ_DATA_SPECIFIED");
    return Oaep{digest, mgf, copy_of(label)};
}

template <class Struct>
Result<CipherAlgorithm> gcm(ByteView parameter) {
    const auto params = TRY(read_parameter<Struct>(parameter, "CK_GCM_PARAMS"));
    if (params.ulIvLen == 0 || params.ulIvLen > gcm_iv_max) {
        return invalid_parameter("GCM IV of " + std::to_string(params.ulIvLen) + " bytes, want 1 to 256");
    }
    const ByteView iv = TRY(pointed_bytes(params.pIv, params.ulIvLen, "GCM IV"));
    const ByteView aad = TRY(pointed_bytes(params.pAAD, params.ulAADLen, "GCM associated data"));
    // NIST SP 800-38D §5.2.1.2
    constexpr CK_ULONG tag_bits[] = {32, 64, 96, 104, 112, 120, 128};
    if (std::find(std::begin(tag_bits), std::end(tag_bits), params.ulTagBits) == std::end(tag_bits)) {
        return invalid_parameter("GCM tag of " + std::to_string(params.ulTagBits) + " bits");
    }
    return CipherAlgorithm{
        .scheme = CipherScheme::AesGcm, .iv = copy_of(iv), .aad = copy_of(aad), .tag_length = params.ulTagBits / 8};
}

Result<Bytes> initial_value(ByteView parameter, std::size_t size) {
    if (parameter.data() == nullptr || parameter.size() != size) {
        return unfitting_parameter(parameter, "an initial value of " + std::to_string(size));
    }
    return copy_of(parameter);
}

Result<Bytes> optional_initial_value(ByteView parameter, std::size_t size) {
    return parameter.empty() ? Result<Bytes>(Bytes{}) : initial_value(parameter, size);
}

struct KdfRow {
    CK_EC_KDF_TYPE kdf;
    std::optional<Digest> digest;
    bool one_step = false;
};
constexpr KdfRow kdf_rows[] = {
    {CKD_NULL, {}},
    {CKD_SHA1_KDF, Digest::Sha1},
    {CKD_SHA224_KDF, Digest::Sha224},
    {CKD_SHA256_KDF, Digest::Sha256},
    {CKD_SHA384_KDF, Digest::Sha384},
    {CKD_SHA512_KDF, Digest::Sha512},
    {CKD_SHA3_224_KDF, Digest::Sha3_224},
    {CKD_SHA3_256_KDF, Digest::Sha3_256},
    {CKD_SHA3_384_KDF, Digest::Sha3_384},
    {CKD_SHA3_512_KDF, Digest::Sha3_512},
    {CKD_SHA1_KDF_SP800, Digest::Sha1, true},
    {CKD_SHA224_KDF_SP800, Digest::Sha224, true},
    {CKD_SHA256_KDF_SP800, Digest::Sha256, true},
    {CKD_SHA384_KDF_SP800, Digest::Sha384, true},
    {CKD_SHA512_KDF_SP800, Digest::Sha512, true},
    {CKD_SHA3_224_KDF_SP800, Digest::Sha3_224, true},
    {CKD_SHA3_256_KDF_SP800, Digest::Sha3_256, true},
    {CKD_SHA3_384_KDF_SP800, Digest::Sha3_384, true},
    {CKD_SHA3_512_KDF_SP800, Digest::Sha3_512, true},
};

Result<KdfRow> kdf_of(CK_EC_KDF_TYPE kdf) {
    const auto row = std::find_if(std::begin(kdf_rows), std::end(kdf_rows), [&](auto& r) { return r.kdf == kdf; });
    if (row == std::end(kdf_rows)) return invalid_parameter("unknown key derivation function " + std::to_string(kdf));
    return *row;
}

}  // namespace

Result<void> expect_no_parameter(ByteView parameter) {
    if (parameter.empty()) return {};
    return unfitting_parameter(parameter, "none");
}

Result<Digest> digest_of(CK_MECHANISM_TYPE hash) {
    switch (hash) {
        case CKM_SHA_1: return Digest::Sha1;
        case CKM_SHA224: return Digest::Sha224;
        case CKM_SHA256: return Digest::Sha256;
        case CKM_SHA384: return Digest::Sha384;
        case CKM_SHA512: return Digest::Sha512;
        case CKM_SHA512_224: return Digest::Sha512_224;
        case CKM_SHA512_256: return Digest::Sha512_256;
        case CKM_SHA3_224: return Digest::Sha3_224;
        case CKM_SHA3_256: return Digest::Sha3_256;
        case CKM_SHA3_384: return Digest::Sha3_384;
        case CKM_SHA3_512: return Digest::Sha3_512;
        default: return invalid_parameter("unknown hash mechanism " + std::to_string(hash));
    }
}

Result<SignatureAlgorithm> decode_pss(ByteView parameter) {
    const auto params = TRY(read_parameter<CK_RSA_PKCS_PSS_PARAMS>(parameter, "CK_RSA_PKCS_PSS_PARAMS"));
    if (params.sLen > salt_max) return invalid_parameter("PSS salt of " + std::to_string(params.sLen) + " bytes");
    const Digest digest = TRY(digest_of(params.hashAlg));
    const Digest mgf = TRY(mgf_digest_of(params.mgf));
    return SignatureAlgorithm{SignatureScheme::RsaPss, digest, mgf, params.sLen};
}

Result<SignatureAlgorithm> decode_hashed_pss(ByteView parameter, Digest digest) {
    auto algorithm = TRY(decode_pss(parameter));
    if (algorithm.digest != digest) return invalid_parameter("PSS hashAlg is not the mechanism's hash");
    return algorithm;
}

Result<CipherAlgorithm> decode_oaep(ByteView parameter) {
    auto params = TRY(oaep(parameter));
    return CipherAlgorithm{.scheme = CipherScheme::RsaOaep,
                           .digest = params.digest,
                           .mgf_digest = params.mgf_digest,
                           .iv = {},
                           .aad = std::move(params.label)};
}

Result<WrapAlgorithm> decode_oaep_wrap(ByteView parameter) {
    auto params = TRY(oaep(parameter));
    return WrapAlgorithm{.scheme = WrapScheme::RsaOaep,
                         .digest = params.digest,
                         .mgf_digest = params.mgf_digest,
                         .label = std::move(params.label),
                         .iv = {}};
}

Result<WrapAlgorithm> decode_rsa_aes_wrap(ByteView parameter) {
    const auto outer = TRY(read_parameter<CK_RSA_AES_KEY_WRAP_PARAMS>(parameter, "CK_RSA_AES_KEY_WRAP_PARAMS"));
    if (outer.ulAESKeyBits != 128 && outer.ulAESKeyBits != 192 && outer.ulAESKeyBits != 256) {
        return invalid_parameter("AES key of " + std::to_string(outer.ulAESKeyBits) + " bits");
    }
    const ByteView inner = TRY(pointed_bytes(outer.pOAEPParams, sizeof(CK_RSA_PKCS_OAEP_PARAMS), "pOAEPParams"));
    auto algorithm = TRY(decode_oaep_wrap(inner));
    algorithm.scheme = WrapScheme::RsaAesKeyWrap;
    algorithm.aes_bits = outer.ulAESKeyBits;
    return algorithm;
}

Result<CipherAlgorithm> decode_cbc(ByteView parameter) {
    return CipherAlgorithm{.scheme = CipherScheme::AesCbc, .iv = TRY(initial_value(parameter, aes_block)), .aad = {}};
}

Result<CipherAlgorithm> decode_cbc_pad(ByteView parameter) {
    auto algorithm = TRY(decode_cbc(parameter));
    algorithm.scheme = CipherScheme::AesCbcPad;
    return algorithm;
}

Result<WrapAlgorithm> decode_cbc_pad_wrap(ByteView parameter) {
    return WrapAlgorithm{.scheme = WrapScheme::AesCbcPad, .label = {}, .iv = TRY(initial_value(parameter, aes_block))};
}

Result<CipherAlgorithm> decode_ctr(ByteView parameter) {
    const auto params = TRY(read_parameter<CK_AES_CTR_PARAMS>(parameter, "CK_AES_CTR_PARAMS"));
    if (params.ulCounterBits < 1 || params.ulCounterBits > 128) {
        return invalid_parameter("counter of " + std::to_string(params.ulCounterBits) + " bits, want 1 to 128");
    }
    return CipherAlgorithm{.scheme = CipherScheme::AesCtr,
                           .iv = Bytes(std::begin(params.cb), std::end(params.cb)),
                           .aad = {},
                           .counter_bits = params.ulCounterBits};
}

Result<CipherAlgorithm> decode_gcm(ByteView parameter) {
    return parameter.size() == sizeof(GcmParamsWithoutIvBits) ? gcm<GcmParamsWithoutIvBits>(parameter)
                                                              : gcm<CK_GCM_PARAMS>(parameter);
}

MutableBytes gcm_iv_place(ByteView parameter) {
    // Both forms begin with the pointer and the length.
    GcmParamsWithoutIvBits params{};
    std::memcpy(&params, parameter.data(), std::min(parameter.size(), sizeof params));
    return {params.pIv, params.ulIvLen};
}

Result<WrapAlgorithm> decode_key_wrap(ByteView parameter) {
    return WrapAlgorithm{.scheme = WrapScheme::AesKw, .label = {}, .iv = TRY(optional_initial_value(parameter, 8))};
}

Result<WrapAlgorithm> decode_key_wrap_padded(ByteView parameter) {
    return WrapAlgorithm{.scheme = WrapScheme::AesKwp, .label = {}, .iv = TRY(optional_initial_value(parameter, 4))};
}

Result<Agreement> decode_ecdh1(ByteView parameter) {
    const auto params = TRY(read_parameter<CK_ECDH1_DERIVE_PARAMS>(parameter, "CK_ECDH1_DERIVE_PARAMS"));
    const KdfRow kdf = TRY(kdf_of(params.kdf));
    const ByteView shared = TRY(pointed_bytes(params.pSharedData, params.ulSharedDataLen, "shared data"));
    if (!kdf.digest && !shared.empty()) return invalid_parameter("shared data with CKD_NULL");
    const ByteView peer = TRY(pointed_bytes(params.pPublicData, params.ulPublicDataLen, "public data"));
    if (peer.empty()) return invalid_parameter("no public data");
    return Agreement{copy_of(peer), kdf.digest, copy_of(shared), kdf.one_step};
}

}  // namespace kvp11::mechanism
