// The function tables that the module hands out, by version. Constants; thread-safe.
#pragma once

#include "kvp11/pkcs11.h"

namespace kvp11::abi {

/// Of the interface that C_GetInterface gives to who names no version: the newest one of which every function does its
/// work or is allowed not to exist. C_GetFunctionList gives 2.40.
constexpr CK_VERSION newest_version{3, 2};
constexpr CK_VERSION library_version{0, 1};

}  // namespace kvp11::abi
