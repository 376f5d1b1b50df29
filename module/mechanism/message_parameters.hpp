// The parameters of one message (CK_…_MESSAGE_PARAMS, PKCS#11 3.0 §2.12, §2.13, §2.62), or of one key that is wrapped
// like a message (CK_…_WRAP_PARAMS, 3.2 §6.13.3, §6.13.5), read where the caller has them: what they lead to is written
// to as well. Values, valid during the call; thread-safe.
#pragma once

#include "kvp11/algorithm.hpp"
#include "kvp11/bytes.hpp"
#include "kvp11/pkcs11.h"
#include "kvp11/result.hpp"

namespace kvp11::mechanism {

struct MessageParameters {
    CipherAlgorithm algorithm;   // without IV; with associated data only of …_WRAP_PARAMS
    MutableBytes iv;             // the caller's memory
    std::size_t fixed_bits = 0;  // leading bits of the IV that the caller chose
    CK_GENERATOR_FUNCTION generator = CKG_NO_GENERATE;
    MutableBytes tag;  // the caller's memory, algorithm.tag_length bytes; none of …_WRAP_PARAMS
};

// MechanismParamInvalid for a struct of another size, NULL where something is needed, lengths that the mechanism does
// not have. Generator and fixed bits are looked at by whoever makes an IV (MessageIv): to open, they mean nothing.
Result<MessageParameters> decode_gcm_message(ByteView parameter);
Result<MessageParameters> decode_ccm_message(ByteView parameter);
Result<MessageParameters> decode_chacha20_poly1305_message(ByteView parameter);

/// CK_GCM_WRAP_PARAMS, and CK_GCM_PARAMS as before 3.2, whose IV is the caller's.
Result<MessageParameters> decode_gcm_wrap(ByteView parameter);
/// CK_CCM_WRAP_PARAMS, and CK_CCM_PARAMS as before 3.2. The length of the data is the key's, whatever they say.
Result<MessageParameters> decode_ccm_wrap(ByteView parameter);

}  // namespace kvp11::mechanism
