// Decoders of the ciphers that PKCS#11 3.0 added, and of MACs with a length.
#include <algorithm>

#include "mechanism/parameter_reading.hpp"
#include "mechanism/parameters.hpp"

namespace kvp11::mechanism {
namespace {

constexpr std::size_t aes_block = 16;
constexpr std::size_t poly1305_nonce = 12;
constexpr std::size_t poly1305_tag = 16;

template <CipherScheme scheme>
Result<CipherAlgorithm> with_block_iv(ByteView parameter) {
    if (parameter.data() == nullptr || parameter.size() != aes_block) {
        return unfitting_parameter(parameter, "an initial value of 16");
    }
    return CipherAlgorithm{.scheme = scheme, .iv = copy_of(parameter), .aad = {}};
}

}  // namespace

Result<CipherAlgorithm> decode_ofb(ByteView parameter) { return with_block_iv<CipherScheme::AesOfb>(parameter); }
Result<CipherAlgorithm> decode_cfb8(ByteView parameter) { return with_block_iv<CipherScheme::AesCfb8>(parameter); }
Result<CipherAlgorithm> decode_cfb128(ByteView parameter) { return with_block_iv<CipherScheme::AesCfb128>(parameter); }
Result<CipherAlgorithm> decode_cts(ByteView parameter) { return with_block_iv<CipherScheme::AesCts>(parameter); }
Result<CipherAlgorithm> decode_xts(ByteView parameter) { return with_block_iv<CipherScheme::AesXts>(parameter); }

Result<CipherAlgorithm> decode_ccm(ByteView parameter) {
    const auto params = TRY(read_parameter<CK_CCM_PARAMS>(parameter, "CK_CCM_PARAMS"));
    // NIST SP 800-38C appendix A.1
    if (params.ulNonceLen < 7 || params.ulNonceLen > 13) {
        return invalid_parameter("CCM nonce of " + std::to_string(params.ulNonceLen) + " bytes, want 7 to 13");
    }
    if (params.ulMACLen < 4 || params.ulMACLen > 16 || params.ulMACLen % 2 != 0) {
        return invalid_parameter("CCM MAC of " + std::to_string(params.ulMACLen) + " bytes, want 4, 6 … 16");
    }
    const CK_ULONG length_bits = 8 * (15 - params.ulNonceLen);
    if (length_bits < 64 && params.ulDataLen >> length_bits != 0) {
        return invalid_parameter("CCM data of " + std::to_string(params.ulDataLen) +
                                 " bytes is too long for the nonce");
    }
    const ByteView nonce = TRY(pointed_bytes(params.pNonce, params.ulNonceLen, "CCM nonce"));
    const ByteView aad = TRY(pointed_bytes(params.pAAD, params.ulAADLen, "CCM associated data"));
    return CipherAlgorithm{.scheme = CipherScheme::AesCcm,
                           .iv = copy_of(nonce),
                           .aad = copy_of(aad),
                           .tag_length = params.ulMACLen,
                           .data_length = params.ulDataLen};
}

Result<CipherAlgorithm> decode_chacha20(ByteView parameter) {
    const auto params = TRY(read_parameter<CK_CHACHA20_PARAMS>(parameter, "CK_CHACHA20_PARAMS"));
    const bool fits = (params.blockCounterBits == 32 && params.ulNonceBits == 96) ||
                      (params.blockCounterBits == 64 && params.ulNonceBits == 64);
    if (!fits) {
        return invalid_parameter("ChaCha20 counter of " + std::to_string(params.blockCounterBits) + " and nonce of " +
                                 std::to_string(params.ulNonceBits) + " bits, want 32 and 96 or 64 and 64");
    }
    Bytes iv = copy_of(TRY(pointed_bytes(params.pBlockCounter, params.blockCounterBits / 8, "ChaCha20 counter")));
    const ByteView nonce = TRY(pointed_bytes(params.pNonce, params.ulNonceBits / 8, "ChaCha20 nonce"));
    iv.insert(iv.end(), nonce.begin(), nonce.end());
    return CipherAlgorithm{
        .scheme = CipherScheme::ChaCha20, .iv = std::move(iv), .aad = {}, .counter_bits = params.blockCounterBits};
}

Result<CipherAlgorithm> decode_chacha20_poly1305(ByteView parameter) {
    const auto params =
        TRY(read_parameter<CK_SALSA20_CHACHA20_POLY1305_PARAMS>(parameter, "CK_SALSA20_CHACHA20_POLY1305_PARAMS"));
    if (params.ulNonceLen != poly1305_nonce) {
        return invalid_parameter("ChaCha20-Poly1305 nonce of " + std::to_string(params.ulNonceLen) + " bytes, want 12");
    }
    const ByteView nonce = TRY(pointed_bytes(params.pNonce, params.ulNonceLen, "nonce"));
    const ByteView aad = TRY(pointed_bytes(params.pAAD, params.ulAADLen, "associated data"));
    return CipherAlgorithm{.scheme = CipherScheme::ChaCha20Poly1305,
                           .iv = copy_of(nonce),
                           .aad = copy_of(aad),
                           .tag_length = poly1305_tag};
}

Result<std::size_t> decode_mac_length(ByteView parameter, std::size_t most) {
    const auto length = TRY(read_parameter<CK_MAC_GENERAL_PARAMS>(parameter, "CK_MAC_GENERAL_PARAMS"));
    if (length >= 1 && length <= most) return length;
    return invalid_parameter("MAC of " + std::to_string(length) + " bytes, want 1 to " + std::to_string(most));
}

Result<SignatureAlgorithm> decode_gmac(ByteView parameter) {
    const CipherAlgorithm gcm = TRY(decode_gcm(parameter));
    SignatureAlgorithm gmac{.scheme = SignatureScheme::AesGmac, .mac_length = gcm.tag_length};
    if (!gcm.aad.empty()) return invalid_parameter("GMAC with associated data beside those that are signed");
    if (gcm.iv.size() > gmac.iv.bytes.size()) {
        return invalid_parameter("GMAC IV of " + std::to_string(gcm.iv.size()) + " bytes, want 1 to 16");
    }
    std::copy(gcm.iv.begin(), gcm.iv.end(), gmac.iv.bytes.begin());
    gmac.iv.size = gcm.iv.size();
    return gmac;
}

Result<SignatureAlgorithm> decode_eddsa(ByteView parameter) {
    if (parameter.empty()) return SignatureAlgorithm{SignatureScheme::EdDsa};
    const auto params = TRY(read_parameter<CK_EDDSA_PARAMS>(parameter, "none or CK_EDDSA_PARAMS"));
    if (params.phFlag != CK_FALSE) return invalid_parameter("EdDSA with prehashing");
    if (params.ulContextDataLen != 0) return invalid_parameter("EdDSA with a context");
    return SignatureAlgorithm{SignatureScheme::EdDsa};
}

}  // namespace kvp11::mechanism
