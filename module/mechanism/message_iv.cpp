#include "mechanism/message_iv.hpp"

#include <algorithm>

#include "crypto/random.hpp"

namespace kvp11::mechanism {
namespace {

/// What of byte `index` is not fixed. The fixed bits are the leading ones.
std::uint8_t free_bits(std::size_t index, std::size_t fixed_bits) {
    if (index * 8 + 8 <= fixed_bits) return 0;
    return static_cast<std::uint8_t>(index * 8 >= fixed_bits ? 0xFFU : 0xFFU >> (fixed_bits % 8));
}

void merge(MutableBytes iv, ByteView made, std::size_t fixed_bits) {
    for (std::size_t i = 0; i < iv.size(); ++i) {
        const std::uint8_t free = free_bits(i, fixed_bits);
        iv[i] = static_cast<std::uint8_t>((iv[i] & ~free) | (made[i] & free));
    }
}

Result<void> check_fixed_bits(const MessageParameters& message) {
    const std::size_t bits = message.iv.size() * 8;
    const bool leaves_room = message.fixed_bits < bits || message.generator == CKG_NO_GENERATE;
    if (message.fixed_bits <= bits && leaves_room) return {};
    return fail(Errc::MechanismParamInvalid, "an IV of " + std::to_string(bits) + " bits with " +
                                                 std::to_string(message.fixed_bits) + " fixed ones");
}

}  // namespace

bool leaves_iv_to_key(const MessageParameters& message) {
    return message.algorithm.scheme == CipherScheme::AesGcm && message.iv.size() == gcm_made_iv &&
           message.fixed_bits == 0 && (message.generator == CKG_GENERATE || message.generator == CKG_GENERATE_RANDOM);
}

Result<void> MessageIv::count(MutableBytes iv, std::size_t fixed_bits) {
    const std::size_t bits = iv.size() * 8 - fixed_bits;
    if (bits < 64 && next_ >> bits != 0) {
        return fail(Errc::TokenResourceExceeded,
                    "a counter of " + std::to_string(bits) + " bits has given out all IVs");
    }
    std::uint64_t left = next_++;
    for (std::size_t i = iv.size(); i > 0 && left != 0; --i, left >>= 8U) iv[i - 1] ^= static_cast<std::uint8_t>(left);
    return {};
}

Result<void> MessageIv::make(const MessageParameters& message) {
    TRY(check_fixed_bits(message));
    const MutableBytes iv = message.iv;
    Bytes made(iv.size());
    switch (message.generator) {
        case CKG_NO_GENERATE: return {};
        case CKG_GENERATE:
        case CKG_GENERATE_RANDOM: TRY(crypto::random_bytes(made)); break;
        case CKG_GENERATE_COUNTER: TRY(count(made, message.fixed_bits)); break;
        case CKG_GENERATE_COUNTER_XOR:
            // The caller's memory holds the last IV by now, and is to count on from the first.
            if (base_.empty()) base_ = copy_of(iv);
            if (base_.size() != iv.size()) return fail(Errc::MechanismParamInvalid, "the IV's length has changed");
            made = base_;
            TRY(count(made, message.fixed_bits));
            break;
        default: return fail(Errc::MechanismParamInvalid, "unknown generator of IVs");
    }
    merge(iv, made, message.fixed_bits);
    return {};
}

}  // namespace kvp11::mechanism
