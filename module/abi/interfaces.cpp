// The function tables, and the three functions by which hosts get at them (PKCS#11 2.40 §5.4.3, 3.0 §5.4).
#include "abi/interfaces.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>

#include "abi/arguments.hpp"
#include "abi/guard.hpp"
#include "abi/output.hpp"

using namespace kvp11;
using namespace kvp11::abi;

namespace {

/// A function of a later version, as its pointer's type says it.
template <class Pointer>
struct Unsupported;
template <class... Arguments>
struct Unsupported<CK_RV (*)(Arguments...)> {
    static CK_RV call(Arguments...) noexcept { return unsupported("a function of PKCS#11 3.x"); }
};
template <class Pointer>
constexpr Pointer entry = &Unsupported<Pointer>::call;
template <>
constexpr CK_C_GetInterfaceList entry<CK_C_GetInterfaceList> = C_GetInterfaceList;
template <>
constexpr CK_C_GetInterface entry<CK_C_GetInterface> = C_GetInterface;
template <>
constexpr CK_C_GetSessionValidationFlags entry<CK_C_GetSessionValidationFlags> = C_GetSessionValidationFlags;

// The tables are projections of the header's lists, so no function can be missing or out of place. What
// 3.x added answers CKR_FUNCTION_NOT_SUPPORTED, but for what stands above.
#define KVP11_OURS(name, parameters) .name = name,
#define KVP11_LATER(name, parameters) .name = entry<CK_##name>,

CK_FUNCTION_LIST functions_2_40 = {.version = default_version, KVP11_CK_FUNCTIONS_2_40(KVP11_OURS)};

CK_FUNCTION_LIST_3_0 functions_3_0 = {.version = {3, 0},
                                      KVP11_CK_FUNCTIONS_2_40(KVP11_OURS) KVP11_CK_FUNCTIONS_3_0(KVP11_LATER)};

CK_FUNCTION_LIST_3_2 functions_3_2 = {.version = {3, 2},
                                      KVP11_CK_FUNCTIONS_2_40(KVP11_OURS) KVP11_CK_FUNCTIONS_3_0(KVP11_LATER)
                                          KVP11_CK_FUNCTIONS_3_2(KVP11_LATER)};

#undef KVP11_OURS
#undef KVP11_LATER

CK_UTF8CHAR standard_name[] = "PKCS 11";

/// The default first. All of them work in a child of fork without a new C_Initialize.
CK_INTERFACE interfaces[] = {
    {standard_name, &functions_2_40, CKF_INTERFACE_FORK_SAFE},
    {standard_name, &functions_3_0, CKF_INTERFACE_FORK_SAFE},
    {standard_name, &functions_3_2, CKF_INTERFACE_FORK_SAFE},
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
