// MessageIv: the IVs of one process of messages, made by the caller's choice of CKG_… (PKCS#11 3.0 §2.12.2). One
// operation's own.
#pragma once

#include "mechanism/message_parameters.hpp"

namespace kvp11::mechanism {

/// All of a usual IV, at random: the key does that itself (CipherAlgorithm::iv_inside), in approved mode as well.
bool leaves_iv_to_key(const MessageParameters& message);

class MessageIv {
public:
    /// Completes `message.iv` in place: the fixed bits stay, the rest is made. MechanismParamInvalid
    /// for a generator or fixed bits that make no sense; TokenResourceExceeded when every value of the counter was
    /// given out.
    Result<void> make(const MessageParameters& message);

private:
    Result<void> count(MutableBytes iv, std::size_t fixed_bits);

    std::uint64_t next_ = 0;
    Bytes base_;  // what CKG_GENERATE_COUNTER_XOR counts on: the first message's
};

}  // namespace kvp11::mechanism
