// The function tables, and the three functions by which hosts get at them (PKCS#11 2.40 §5.4.3, 3.0 §5.4).
#include "abi/interfaces.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>

#include "abi/arguments.hpp"
#include "abi/guard.hpp"
#include "abi/output.hpp"

namespace kvp11::abi {

namespace {

// The tables are projections of the header's lists, so no function can be missing or out of place. They have the
// functions that leave the module by name, too, and so the same trace (exports.cpp).
#define KVP11_ENTRY(name, parameters) .name = ::name,

CK_FUNCTION_LIST functions_2_40 = {.version = {2, 40}, KVP11_CK_FUNCTIONS_2_40(KVP11_ENTRY)};

CK_FUNCTION_LIST_3_0 functions_3_0 = {.version = {3, 0},
                                      KVP11_CK_FUNCTIONS_2_40(KVP11_ENTRY) KVP11_CK_FUNCTIONS_3_0(KVP11_ENTRY)};

// 3.1 added no function.
CK_FUNCTION_LIST_3_0 functions_3_1 = {.version = {3, 1},
                                      KVP11_CK_FUNCTIONS_2_40(KVP11_ENTRY) KVP11_CK_FUNCTIONS_3_0(KVP11_ENTRY)};

CK_FUNCTION_LIST_3_2 functions_3_2 = {.version = newest_version,
                                      KVP11_CK_FUNCTIONS_2_40(KVP11_ENTRY) KVP11_CK_FUNCTIONS_3_0(KVP11_ENTRY)
                                          KVP11_CK_FUNCTIONS_3_2(KVP11_ENTRY)};

#undef KVP11_ENTRY

CK_UTF8CHAR standard_name[] = "PKCS 11";

/// The default first. All of them work in a child of fork without a new C_Initialize.
CK_INTERFACE interfaces[] = {
    {standard_name, &functions_3_2, CKF_INTERFACE_FORK_SAFE},
    {standard_name, &functions_3_1, CKF_INTERFACE_FORK_SAFE},
    {standard_name, &functions_3_0, CKF_INTERFACE_FORK_SAFE},
    {standard_name, &functions_2_40, CKF_INTERFACE_FORK_SAFE},
};

bool has_name(const CK_INTERFACE& interface, const CK_UTF8CHAR* name) {
    return name == nullptr || std::strcmp(reinterpret_cast<const char*>(name),
                                          reinterpret_cast<const char*>(interface.pInterfaceName)) == 0;
}

/// Every function list begins with its version.
bool has_version(const CK_INTERFACE& interface, const CK_VERSION* version) {
    if (version == nullptr) return true;
    const auto* own = static_cast<const CK_VERSION*>(interface.pFunctionList);
    return own->major == version->major && own->minor == version->minor;
}

}  // namespace

CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR ppFunctionList) {
    return contained(__func__, [&]() -> Result<void> {
        TRY(require(ppFunctionList));
        *ppFunctionList = &functions_2_40;
        return {};
    });
}

CK_RV C_GetInterfaceList(CK_INTERFACE_PTR pInterfacesList, CK_ULONG_PTR pulCount) {
    return contained(__func__, [&]() -> Result<void> {
        return write_list(std::vector<CK_INTERFACE>(std::begin(interfaces), std::end(interfaces)), pInterfacesList,
                          pulCount);
    });
}

CK_RV C_GetInterface(CK_UTF8CHAR_PTR pInterfaceName, CK_VERSION_PTR pVersion, CK_INTERFACE_PTR_PTR ppInterface,
                     CK_FLAGS flags) {
    return contained(__func__, [&]() -> Result<void> {
        TRY(require(ppInterface));
        for (CK_INTERFACE& interface : interfaces) {
            if (!has_name(interface, pInterfaceName) || !has_version(interface, pVersion)) continue;
            if ((interface.flags & flags) != flags) continue;
            *ppInterface = &interface;
            return {};
        }
        return fail(Errc::ArgumentsBad, "there is no such interface");
    });
}

}  // namespace kvp11::abi
