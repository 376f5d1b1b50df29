// The work behind the C functions: kvp11::abi::C_X is what ::C_X does. The latter, which hosts call, are made
// from the header's lists in exports.cpp, where each call is traced; so files of this room define the former.
#pragma once

#include "kvp11/pkcs11.h"

namespace kvp11::abi {

#define KVP11_WORK(name, parameters) CK_RV name parameters;
KVP11_CK_FUNCTIONS_2_40(KVP11_WORK)
KVP11_CK_FUNCTIONS_3_0(KVP11_WORK)
KVP11_CK_FUNCTIONS_3_2(KVP11_WORK)
#undef KVP11_WORK

}  // namespace kvp11::abi
