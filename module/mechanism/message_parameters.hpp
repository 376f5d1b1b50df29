// The parameters of one message (CK_…_MESSAGE_PARAMS, PKCS#11 3.0 §2.12, §2.13, §2.62), read where the caller has them:
// what they lead to is written to as well. Values, valid during the call; thread-safe.
#pragma once

#include "kvp11/algorithm.hpp"
#include "kvp11/bytes.hpp"
#include "kvp11/pkcs11.h"
#include "kvp11/result.hpp"

namespace kvp11::mechanism {

struct MessageParameters {
    CipherAlgorithm algorithm;   // without IV and associated data
    MutableBytes iv;             // the caller's memory
    std::size_t fixed_bits = 0;  // leading bits of the IV that the caller chose
    CK_GENERATOR_FUNCTION generator = CKG_NO_GENERATE;
    MutableBytes tag;  // the caller's memory, algorithm.tag_length bytes
};

// MechanismParamInvalid for a struct of another size, NULL where something is needed, lengths that the mechanism does
// not have, a generator or fixed bits that make no sense.
Result<MessageParameters> decode_gcm_message(ByteView parameter);
Result<MessageParameters> decode_ccm_message(ByteView parameter);
Result<MessageParameters> decode_chacha20_poly1305_message(ByteView parameter);

}  // namespace kvp11::mechanism
