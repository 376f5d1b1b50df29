// The work behind the C functions: kvp11::abi::C_X is what ::C_X does. The latter, which hosts call, are made
// from the header's lists in exports.cpp, where each call is traced; so files of this room define the former.
#pragma once

#include "kvp11/pkcs11.h"

namespace kvp11::abi {

#define KVP11_WORK(name, parameters) CK_RV name parameters;
// A function of 3.x that nobody has defined yet answers CKR_FUNCTION_NOT_SUPPORTED.
#define KVP11_WORK_IF_ANY(name, parameters) [[gnu::weak]] CK_RV name parameters;
KVP11_CK_FUNCTIONS_2_40(KVP11_WORK)
KVP11_CK_FUNCTIONS_3_0(KVP11_WORK_IF_ANY)
KVP11_CK_FUNCTIONS_3_2(KVP11_WORK_IF_ANY)
#undef KVP11_WORK
#undef KVP11_WORK_IF_ANY

}  // namespace kvp11::abi
