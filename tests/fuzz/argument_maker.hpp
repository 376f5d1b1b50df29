// ArgumentMaker: templates and mechanisms that a careless or hostile program might pass: every type of the header,
// values and parameters of right and wrong sizes, NULL with a length. What is said to be there is there, and no byte
// more: a caller who lies about that crashes by its own fault.
#pragma once

#include <vector>

#include "dice.hpp"
#include "guarded_memory.hpp"
#include "kvp11/pkcs11.h"

namespace kvp11::fuzz {

struct MadeTemplate {
    CK_ATTRIBUTE* attributes;
    CK_ULONG count;
};

struct MadeBytes {
    CK_BYTE* bytes;
    CK_ULONG size;
};

struct SupportedMechanism {
    CK_MECHANISM_TYPE type;
    CK_FLAGS flags;  // of CK_MECHANISM_INFO
};

class ArgumentMaker {
public:
    /// `supported`: the mechanisms that are thrown more often than others.
    ArgumentMaker(Dice& dice, GuardedMemory& memory, std::vector<SupportedMechanism> supported)
        : dice_(dice), memory_(memory), supported_(std::move(supported)) {}

    /// Mostly one that is supported for `use`, a CKF_SIGN or its like.
    CK_MECHANISM* mechanism(CK_FLAGS use);
    MadeTemplate attributes();
    /// What a secret key is generated, derived or unwrapped with, mostly.
    MadeTemplate key_attributes();
    /// For C_GetAttributeValue: types with room, too little room or none.
    MadeTemplate questions();
    /// NULL now and then, with a length or without.
    MadeBytes bytes(std::size_t most = 80);
    /// A number with a meaning (CKM_…, CKK_…), a small one, or any.
    CK_ULONG number();

    // For the makers of mechanism parameters.
    Dice& dice() { return dice_; }
    GuardedMemory& memory() { return memory_; }

private:
    MadeBytes parameter_of(CK_MECHANISM_TYPE type);
    CK_MECHANISM_TYPE supported(CK_FLAGS use);
    CK_ATTRIBUTE attribute(bool nested);
    CK_ATTRIBUTE_TYPE attribute_type();
    std::vector<CK_ATTRIBUTE> likely_object();
    MadeTemplate with_more(std::vector<CK_ATTRIBUTE> attributes);

    Dice& dice_;
    GuardedMemory& memory_;
    std::vector<SupportedMechanism> supported_;
};

}  // namespace kvp11::fuzz
