// Names of PKCS#11 numbers for messages: a failing check says CKR_KEY_HANDLE_INVALID, not 96.
#pragma once

#include <string>

#include "kvp11/pkcs11.h"

namespace kvp11::test {

std::string ckr_name(CK_RV code);
std::string ckm_name(CK_MECHANISM_TYPE type);

/// The number behind a name in a vector file; throws std::runtime_error for an unknown one.
CK_RV ckr_number(const std::string& name);
CK_MECHANISM_TYPE ckm_number(const std::string& name);

}  // namespace kvp11::test
