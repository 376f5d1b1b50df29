// What a slot says of its token, in PKCS#11's terms. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "mechanism/mechanism.hpp"
#include "token/slot.hpp"

namespace kvp11::token {

/// CK_TOKEN_INFO without its texts.
CK_TOKEN_INFO token_numbers(const Slot& slot, const TokenStatus& status);
/// A label as C_InitToken gets it, without the blanks (or zeros) at its end.
std::string label_of_field(ByteView field);

/// C_GetMechanismList and C_GetMechanismInfo.
Result<std::vector<CK_MECHANISM_TYPE>> mechanisms(const Slot& slot);
Result<CK_MECHANISM_INFO> mechanism_info(const Slot& slot, CK_MECHANISM_TYPE type);
/// A request for what `needed` (a CKF_ flag) says; MechanismInvalid when the slot does not list it so.
Result<mechanism::Request> listed_mechanism(const Slot& slot, CK_MECHANISM_TYPE type, ByteView parameter,
                                            CK_FLAGS needed);

}  // namespace kvp11::token
