#include "mechanism/message_parameters.hpp"

#include "mechanism/parameter_reading.hpp"
#include "mechanism/parameters.hpp"

namespace kvp11::mechanism {
namespace {

MessageParameters for_scheme(CipherScheme scheme) {
    return {.algorithm = {.scheme = scheme, .iv = {}, .aad = {}}, .iv = {}, .tag = {}};
}

struct Lengths {
    std::size_t least;
    std::size_t most;
};

Result<MutableBytes> iv_of(CK_BYTE_PTR iv, CK_ULONG size, Lengths wanted) {
    if (iv == nullptr) return invalid_parameter("the IV is NULL");
    if (size < wanted.least || size > wanted.most) return invalid_parameter("IV of " + std::to_string(size) + " bytes");
    return MutableBytes{iv, size};
}

Result<MutableBytes> tag_of(CK_BYTE_PTR tag, std::size_t size) {
    if (tag == nullptr) return invalid_parameter("the tag is NULL");
    return MutableBytes{tag, size};
}

/// What CK_GCM_MESSAGE_PARAMS and CK_GCM_WRAP_PARAMS have in common.
template <class Struct>
Result<MessageParameters> gcm_of(const Struct& params) {
    MessageParameters message = for_scheme(CipherScheme::AesGcm);
    message.iv = TRY(iv_of(params.pIv, params.ulIvLen, {1, 256}));
    // NIST SP 800-38D §5.2.1.2
    const bool has_tag_size = params.ulTagBits == 32 || params.ulTagBits == 64 ||
                              (params.ulTagBits >= 96 && params.ulTagBits <= 128 && params.ulTagBits % 8 == 0);
    if (!has_tag_size) return invalid_parameter("GCM tag of " + std::to_string(params.ulTagBits) + " bits");
    message.algorithm.tag_length = params.ulTagBits / 8;
    message.fixed_bits = params.ulIvFixedBits;
    message.generator = params.ivGenerator;
    return message;
}

/// What all structs for CCM have in common; the caller's nonce, unless they say otherwise.
template <class Struct>
Result<MessageParameters> ccm_of(const Struct& params) {
    MessageParameters message = for_scheme(CipherScheme::AesCcm);
    message.iv = TRY(iv_of(params.pNonce, params.ulNonceLen, {7, 13}));
    // NIST SP 800-38C §5.3
    if (params.ulMACLen < 4 || params.ulMACLen > 16 || params.ulMACLen % 2 != 0) {
        return invalid_parameter("CCM MAC of " + std::to_string(params.ulMACLen) + " bytes");
    }
    message.algorithm.tag_length = params.ulMACLen;
    if constexpr (!std::is_same_v<Struct, CK_CCM_PARAMS>) {
        message.fixed_bits = params.ulNonceFixedBits;
        message.generator = params.nonceGenerator;
    }
    return message;
}

template <class Struct>
Result<MessageParameters> with_aad(Result<MessageParameters> message, const Struct& params) {
    if (message.ok()) {
        message->algorithm.aad = copy_of(TRY(pointed_bytes(params.pAAD, params.ulAADLen, "associated data")));
    }
    return message;
}

}  // namespace

Result<MessageParameters> decode_gcm_message(ByteView parameter) {
    const auto params = TRY(read_parameter<CK_GCM_MESSAGE_PARAMS>(parameter, "CK_GCM_MESSAGE_PARAMS"));
    MessageParameters message = TRY(gcm_of(params));
    message.tag = TRY(tag_of(params.pTag, message.algorithm.tag_length));
    return message;
}

Result<MessageParameters> decode_ccm_message(ByteView parameter) {
    const auto params = TRY(read_parameter<CK_CCM_MESSAGE_PARAMS>(parameter, "CK_CCM_MESSAGE_PARAMS"));
    MessageParameters message = TRY(ccm_of(params));
    message.algorithm.data_length = params.ulDataLen;
    message.tag = TRY(tag_of(params.pMAC, params.ulMACLen));
    return message;
}

Result<MessageParameters> decode_gcm_wrap(ByteView parameter) {
    if (parameter.size() == sizeof(CK_GCM_WRAP_PARAMS)) {
        const auto params = TRY(read_parameter<CK_GCM_WRAP_PARAMS>(parameter, "CK_GCM_WRAP_PARAMS"));
        return with_aad(gcm_of(params), params);
    }
    MessageParameters message{.algorithm = TRY(decode_gcm(parameter)), .iv = gcm_iv_place(parameter), .tag = {}};
    message.algorithm.iv.clear();
    return message;
}

Result<MessageParameters> decode_ccm_wrap(ByteView parameter) {
    if (parameter.size() == sizeof(CK_CCM_WRAP_PARAMS)) {
        const auto params = TRY(read_parameter<CK_CCM_WRAP_PARAMS>(parameter, "CK_CCM_WRAP_PARAMS"));
        return with_aad(ccm_of(params), params);
    }
    const auto params = TRY(read_parameter<CK_CCM_PARAMS>(parameter, "CK_CCM_WRAP_PARAMS or CK_CCM_PARAMS"));
    return with_aad(ccm_of(params), params);
}

Result<MessageParameters> decode_chacha20_poly1305_message(ByteView parameter) {
    const auto params = TRY(
        read_parameter<CK_SALSA20_CHACHA20_POLY1305_MSG_PARAMS>(parameter, "CK_SALSA20_CHACHA20_POLY1305_MSG_PARAMS"));
    MessageParameters message = for_scheme(CipherScheme::ChaCha20Poly1305);
    constexpr std::size_t nonce_size = 12;  // RFC 8439 §2.8
    message.iv = TRY(iv_of(params.pNonce, params.ulNonceLen, {nonce_size, nonce_size}));
    message.tag = TRY(tag_of(params.pTag, message.algorithm.tag_length));
    return message;
}

}  // namespace kvp11::mechanism
