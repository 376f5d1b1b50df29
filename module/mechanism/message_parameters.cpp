#include "mechanism/message_parameters.hpp"

#include <cstring>
#include <string>

namespace kvp11::mechanism {
namespace {

Failure invalid(std::string message) { return fail(Errc::MechanismParamInvalid, std::move(message)); }

template <class Struct>
Result<Struct> read(ByteView parameter) {
    if (parameter.data() == nullptr || parameter.size() != sizeof(Struct)) {
        return invalid("message parameter of " + std::to_string(parameter.size()) + " bytes, want " +
                       std::to_string(sizeof(Struct)));
    }
    Struct value;
    std::memcpy(&value, parameter.data(), sizeof value);
    return value;
}

MessageParameters for_scheme(CipherScheme scheme) {
    return {.algorithm = {.scheme = scheme, .iv = {}, .aad = {}}, .iv = {}, .tag = {}};
}

struct Lengths {
    std::size_t least;
    std::size_t most;
};

Result<MutableBytes> iv_of(CK_BYTE_PTR iv, CK_ULONG size, Lengths wanted) {
    if (iv == nullptr) return invalid("the IV is NULL");
    if (size < wanted.least || size > wanted.most) return invalid("IV of " + std::to_string(size) + " bytes");
    return MutableBytes{iv, size};
}

Result<MutableBytes> tag_of(CK_BYTE_PTR tag, std::size_t size) {
    if (tag == nullptr) return invalid("the tag is NULL");
    return MutableBytes{tag, size};
}

Result<void> check_generator(CK_GENERATOR_FUNCTION generator, CK_ULONG fixed_bits, std::size_t iv_size) {
    if (generator > CKG_GENERATE_COUNTER_XOR) return invalid("unknown generator of IVs " + std::to_string(generator));
    const bool leaves_room = fixed_bits < iv_size * 8 || generator == CKG_NO_GENERATE;
    if (fixed_bits > iv_size * 8 || !leaves_room) {
        return invalid("an IV of " + std::to_string(iv_size * 8) + " bits with " + std::to_string(fixed_bits) +
                       " fixed ones");
    }
    return {};
}

}  // namespace

Result<MessageParameters> decode_gcm_message(ByteView parameter) {
    const auto params = TRY(read<CK_GCM_MESSAGE_PARAMS>(parameter));
    MessageParameters message = for_scheme(CipherScheme::AesGcm);
    message.iv = TRY(iv_of(params.pIv, params.ulIvLen, {1, 256}));
    TRY(check_generator(params.ivGenerator, params.ulIvFixedBits, params.ulIvLen));
    // NIST SP 800-38D §5.2.1.2
    const bool has_tag_size = params.ulTagBits == 32 || params.ulTagBits == 64 ||
                              (params.ulTagBits >= 96 && params.ulTagBits <= 128 && params.ulTagBits % 8 == 0);
    if (!has_tag_size) return invalid("GCM tag of " + std::to_string(params.ulTagBits) + " bits");
    message.algorithm.tag_length = params.ulTagBits / 8;
    message.tag = TRY(tag_of(params.pTag, message.algorithm.tag_length));
    message.fixed_bits = params.ulIvFixedBits;
    message.generator = params.ivGenerator;
    return message;
}

Result<MessageParameters> decode_ccm_message(ByteView parameter) {
    const auto params = TRY(read<CK_CCM_MESSAGE_PARAMS>(parameter));
    MessageParameters message = for_scheme(CipherScheme::AesCcm);
    message.iv = TRY(iv_of(params.pNonce, params.ulNonceLen, {7, 13}));
    TRY(check_generator(params.nonceGenerator, params.ulNonceFixedBits, params.ulNonceLen));
    // NIST SP 800-38C §5.3
    if (params.ulMACLen < 4 || params.ulMACLen > 16 || params.ulMACLen % 2 != 0) {
        return invalid("CCM MAC of " + std::to_string(params.ulMACLen) + " bytes");
    }
    message.algorithm.tag_length = params.ulMACLen;
    message.algorithm.data_length = params.ulDataLen;
    message.tag = TRY(tag_of(params.pMAC, params.ulMACLen));
    message.fixed_bits = params.ulNonceFixedBits;
    message.generator = params.nonceGenerator;
    return message;
}

Result<MessageParameters> decode_chacha20_poly1305_message(ByteView parameter) {
    const auto params = TRY(read<CK_SALSA20_CHACHA20_POLY1305_MSG_PARAMS>(parameter));
    MessageParameters message = for_scheme(CipherScheme::ChaCha20Poly1305);
    constexpr std::size_t nonce_size = 12;  // RFC 8439 §2.8
    message.iv = TRY(iv_of(params.pNonce, params.ulNonceLen, {nonce_size, nonce_size}));
    message.tag = TRY(tag_of(params.pTag, message.algorithm.tag_length));
    return message;
}

}  // namespace kvp11::mechanism
