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
constexpr Pointer unsupported_entry = &Unsupported<Pointer>::call;

CK_FUNCTION_LIST functions_2_40 = {
    .version = default_version,
    .C_Initialize = C_Initialize,
    .C_Finalize = C_Finalize,
    .C_GetInfo = C_GetInfo,
    .C_GetFunctionList = C_GetFunctionList,
    .C_GetSlotList = C_GetSlotList,
    .C_GetSlotInfo = C_GetSlotInfo,
    .C_GetTokenInfo = C_GetTokenInfo,
    .C_GetMechanismList = C_GetMechanismList,
    .C_GetMechanismInfo = C_GetMechanismInfo,
    .C_InitToken = C_InitToken,
    .C_InitPIN = C_InitPIN,
    .C_SetPIN = C_SetPIN,
    .C_OpenSession = C_OpenSession,
    .C_CloseSession = C_CloseSession,
    .C_CloseAllSessions = C_CloseAllSessions,
    .C_GetSessionInfo = C_GetSessionInfo,
    .C_GetOperationState = C_GetOperationState,
    .C_SetOperationState = C_SetOperationState,
    .C_Login = C_Login,
    .C_Logout = C_Logout,
    .C_CreateObject = C_CreateObject,
    .C_CopyObject = C_CopyObject,
    .C_DestroyObject = C_DestroyObject,
    .C_GetObjectSize = C_GetObjectSize,
    .C_GetAttributeValue = C_GetAttributeValue,
    .C_SetAttributeValue = C_SetAttributeValue,
    .C_FindObjectsInit = C_FindObjectsInit,
    .C_FindObjects = C_FindObjects,
    .C_FindObjectsFinal = C_FindObjectsFinal,
    .C_EncryptInit = C_EncryptInit,
    .C_Encrypt = C_Encrypt,
    .C_EncryptUpdate = C_EncryptUpdate,
    .C_EncryptFinal = C_EncryptFinal,
    .C_DecryptInit = C_DecryptInit,
    .C_Decrypt = C_Decrypt,
    .C_DecryptUpdate = C_DecryptUpdate,
    .C_DecryptFinal = C_DecryptFinal,
    .C_DigestInit = C_DigestInit,
    .C_Digest = C_Digest,
    .C_DigestUpdate = C_DigestUpdate,
    .C_DigestKey = C_DigestKey,
    .C_DigestFinal = C_DigestFinal,
    .C_SignInit = C_SignInit,
    .C_Sign = C_Sign,
    .C_SignUpdate = C_SignUpdate,
    .C_SignFinal = C_SignFinal,
    .C_SignRecoverInit = C_SignRecoverInit,
    .C_SignRecover = C_SignRecover,
    .C_VerifyInit = C_VerifyInit,
    .C_Verify = C_Verify,
    .C_VerifyUpdate = C_VerifyUpdate,
    .C_VerifyFinal = C_VerifyFinal,
    .C_VerifyRecoverInit = C_VerifyRecoverInit,
    .C_VerifyRecover = C_VerifyRecover,
    .C_DigestEncryptUpdate = C_DigestEncryptUpdate,
    .C_DecryptDigestUpdate = C_DecryptDigestUpdate,
    .C_SignEncryptUpdate = C_SignEncryptUpdate,
    .C_DecryptVerifyUpdate = C_DecryptVerifyUpdate,
    .C_GenerateKey = C_GenerateKey,
    .C_GenerateKeyPair = C_GenerateKeyPair,
    .C_WrapKey = C_WrapKey,
    .C_UnwrapKey = C_UnwrapKey,
    .C_DeriveKey = C_DeriveKey,
    .C_SeedRandom = C_SeedRandom,
    .C_GenerateRandom = C_GenerateRandom,
    .C_GetFunctionStatus = C_GetFunctionStatus,
    .C_CancelFunction = C_CancelFunction,
    .C_WaitForSlotEvent = C_WaitForSlotEvent,
};

// The 2.40 functions of these are real. What 3.x added answers CKR_FUNCTION_NOT_SUPPORTED for now.
CK_FUNCTION_LIST_3_0 functions_3_0 = {
    .version = {3, 0},
    .C_Initialize = C_Initialize,
    .C_Finalize = C_Finalize,
    .C_GetInfo = C_GetInfo,
    .C_GetFunctionList = C_GetFunctionList,
    .C_GetSlotList = C_GetSlotList,
    .C_GetSlotInfo = C_GetSlotInfo,
    .C_GetTokenInfo = C_GetTokenInfo,
    .C_GetMechanismList = C_GetMechanismList,
    .C_GetMechanismInfo = C_GetMechanismInfo,
    .C_InitToken = C_InitToken,
    .C_InitPIN = C_InitPIN,
    .C_SetPIN = C_SetPIN,
    .C_OpenSession = C_OpenSession,
    .C_CloseSession = C_CloseSession,
    .C_CloseAllSessions = C_CloseAllSessions,
    .C_GetSessionInfo = C_GetSessionInfo,
    .C_GetOperationState = C_GetOperationState,
    .C_SetOperationState = C_SetOperationState,
    .C_Login = C_Login,
    .C_Logout = C_Logout,
    .C_CreateObject = C_CreateObject,
    .C_CopyObject = C_CopyObject,
    .C_DestroyObject = C_DestroyObject,
    .C_GetObjectSize = C_GetObjectSize,
    .C_GetAttributeValue = C_GetAttributeValue,
    .C_SetAttributeValue = C_SetAttributeValue,
    .C_FindObjectsInit = C_FindObjectsInit,
    .C_FindObjects = C_FindObjects,
    .C_FindObjectsFinal = C_FindObjectsFinal,
    .C_EncryptInit = C_EncryptInit,
    .C_Encrypt = C_Encrypt,
    .C_EncryptUpdate = C_EncryptUpdate,
    .C_EncryptFinal = C_EncryptFinal,
    .C_DecryptInit = C_DecryptInit,
    .C_Decrypt = C_Decrypt,
    .C_DecryptUpdate = C_DecryptUpdate,
    .C_DecryptFinal = C_DecryptFinal,
    .C_DigestInit = C_DigestInit,
    .C_Digest = C_Digest,
    .C_DigestUpdate = C_DigestUpdate,
    .C_DigestKey = C_DigestKey,
    .C_DigestFinal = C_DigestFinal,
    .C_SignInit = C_SignInit,
    .C_Sign = C_Sign,
    .C_SignUpdate = C_SignUpdate,
    .C_SignFinal = C_SignFinal,
    .C_SignRecoverInit = C_SignRecoverInit,
    .C_SignRecover = C_SignRecover,
    .C_VerifyInit = C_VerifyInit,
    .C_Verify = C_Verify,
    .C_VerifyUpdate = C_VerifyUpdate,
    .C_VerifyFinal = C_VerifyFinal,
    .C_VerifyRecoverInit = C_VerifyRecoverInit,
    .C_VerifyRecover = C_VerifyRecover,
    .C_DigestEncryptUpdate = C_DigestEncryptUpdate,
    .C_DecryptDigestUpdate = C_DecryptDigestUpdate,
    .C_SignEncryptUpdate = C_SignEncryptUpdate,
    .C_DecryptVerifyUpdate = C_DecryptVerifyUpdate,
    .C_GenerateKey = C_GenerateKey,
    .C_GenerateKeyPair = C_GenerateKeyPair,
    .C_WrapKey = C_WrapKey,
    .C_UnwrapKey = C_UnwrapKey,
    .C_DeriveKey = C_DeriveKey,
    .C_SeedRandom = C_SeedRandom,
    .C_GenerateRandom = C_GenerateRandom,
    .C_GetFunctionStatus = C_GetFunctionStatus,
    .C_CancelFunction = C_CancelFunction,
    .C_WaitForSlotEvent = C_WaitForSlotEvent,
    .C_GetInterfaceList = C_GetInterfaceList,
    .C_GetInterface = C_GetInterface,
    .C_LoginUser = unsupported_entry<CK_C_LoginUser>,
    .C_SessionCancel = unsupported_entry<CK_C_SessionCancel>,
    .C_MessageEncryptInit = unsupported_entry<CK_C_MessageEncryptInit>,
    .C_EncryptMessage = unsupported_entry<CK_C_EncryptMessage>,
    .C_EncryptMessageBegin = unsupported_entry<CK_C_EncryptMessageBegin>,
    .C_EncryptMessageNext = unsupported_entry<CK_C_EncryptMessageNext>,
    .C_MessageEncryptFinal = unsupported_entry<CK_C_MessageEncryptFinal>,
    .C_MessageDecryptInit = unsupported_entry<CK_C_MessageDecryptInit>,
    .C_DecryptMessage = unsupported_entry<CK_C_DecryptMessage>,
    .C_DecryptMessageBegin = unsupported_entry<CK_C_DecryptMessageBegin>,
    .C_DecryptMessageNext = unsupported_entry<CK_C_DecryptMessageNext>,
    .C_MessageDecryptFinal = unsupported_entry<CK_C_MessageDecryptFinal>,
    .C_MessageSignInit = unsupported_entry<CK_C_MessageSignInit>,
    .C_SignMessage = unsupported_entry<CK_C_SignMessage>,
    .C_SignMessageBegin = unsupported_entry<CK_C_SignMessageBegin>,
    .C_SignMessageNext = unsupported_entry<CK_C_SignMessageNext>,
    .C_MessageSignFinal = unsupported_entry<CK_C_MessageSignFinal>,
    .C_MessageVerifyInit = unsupported_entry<CK_C_MessageVerifyInit>,
    .C_VerifyMessage = unsupported_entry<CK_C_VerifyMessage>,
    .C_VerifyMessageBegin = unsupported_entry<CK_C_VerifyMessageBegin>,
    .C_VerifyMessageNext = unsupported_entry<CK_C_VerifyMessageNext>,
    .C_MessageVerifyFinal = unsupported_entry<CK_C_MessageVerifyFinal>,
};

CK_FUNCTION_LIST_3_2 functions_3_2 = {
    .version = {3, 2},
    .C_Initialize = C_Initialize,
    .C_Finalize = C_Finalize,
    .C_GetInfo = C_GetInfo,
    .C_GetFunctionList = C_GetFunctionList,
    .C_GetSlotList = C_GetSlotList,
    .C_GetSlotInfo = C_GetSlotInfo,
    .C_GetTokenInfo = C_GetTokenInfo,
    .C_GetMechanismList = C_GetMechanismList,
    .C_GetMechanismInfo = C_GetMechanismInfo,
    .C_InitToken = C_InitToken,
    .C_InitPIN = C_InitPIN,
    .C_SetPIN = C_SetPIN,
    .C_OpenSession = C_OpenSession,
    .C_CloseSession = C_CloseSession,
    .C_CloseAllSessions = C_CloseAllSessions,
    .C_GetSessionInfo = C_GetSessionInfo,
    .C_GetOperationState = C_GetOperationState,
    .C_SetOperationState = C_SetOperationState,
    .C_Login = C_Login,
    .C_Logout = C_Logout,
    .C_CreateObject = C_CreateObject,
    .C_CopyObject = C_CopyObject,
    .C_DestroyObject = C_DestroyObject,
    .C_GetObjectSize = C_GetObjectSize,
    .C_GetAttributeValue = C_GetAttributeValue,
    .C_SetAttributeValue = C_SetAttributeValue,
    .C_FindObjectsInit = C_FindObjectsInit,
    .C_FindObjects = C_FindObjects,
    .C_FindObjectsFinal = C_FindObjectsFinal,
    .C_EncryptInit = C_EncryptInit,
    .C_Encrypt = C_Encrypt,
    .C_EncryptUpdate = C_EncryptUpdate,
    .C_EncryptFinal = C_EncryptFinal,
    .C_DecryptInit = C_DecryptInit,
    .C_Decrypt = C_Decrypt,
    .C_DecryptUpdate = C_DecryptUpdate,
    .C_DecryptFinal = C_DecryptFinal,
    .C_DigestInit = C_DigestInit,
    .C_Digest = C_Digest,
    .C_DigestUpdate = C_DigestUpdate,
    .C_DigestKey = C_DigestKey,
    .C_DigestFinal = C_DigestFinal,
    .C_SignInit = C_SignInit,
    .C_Sign = C_Sign,
    .C_SignUpdate = C_SignUpdate,
    .C_SignFinal = C_SignFinal,
    .C_SignRecoverInit = C_SignRecoverInit,
    .C_SignRecover = C_SignRecover,
    .C_VerifyInit = C_VerifyInit,
    .C_Verify = C_Verify,
    .C_VerifyUpdate = C_VerifyUpdate,
    .C_VerifyFinal = C_VerifyFinal,
    .C_VerifyRecoverInit = C_VerifyRecoverInit,
    .C_VerifyRecover = C_VerifyRecover,
    .C_DigestEncryptUpdate = C_DigestEncryptUpdate,
    .C_DecryptDigestUpdate = C_DecryptDigestUpdate,
    .C_SignEncryptUpdate = C_SignEncryptUpdate,
    .C_DecryptVerifyUpdate = C_DecryptVerifyUpdate,
    .C_GenerateKey = C_GenerateKey,
    .C_GenerateKeyPair = C_GenerateKeyPair,
    .C_WrapKey = C_WrapKey,
    .C_UnwrapKey = C_UnwrapKey,
    .C_DeriveKey = C_DeriveKey,
    .C_SeedRandom = C_SeedRandom,
    .C_GenerateRandom = C_GenerateRandom,
    .C_GetFunctionStatus = C_GetFunctionStatus,
    .C_CancelFunction = C_CancelFunction,
    .C_WaitForSlotEvent = C_WaitForSlotEvent,
    .C_GetInterfaceList = C_GetInterfaceList,
    .C_GetInterface = C_GetInterface,
    .C_LoginUser = unsupported_entry<CK_C_LoginUser>,
    .C_SessionCancel = unsupported_entry<CK_C_SessionCancel>,
    .C_MessageEncryptInit = unsupported_entry<CK_C_MessageEncryptInit>,
    .C_EncryptMessage = unsupported_entry<CK_C_EncryptMessage>,
    .C_EncryptMessageBegin = unsupported_entry<CK_C_EncryptMessageBegin>,
    .C_EncryptMessageNext = unsupported_entry<CK_C_EncryptMessageNext>,
    .C_MessageEncryptFinal = unsupported_entry<CK_C_MessageEncryptFinal>,
    .C_MessageDecryptInit = unsupported_entry<CK_C_MessageDecryptInit>,
    .C_DecryptMessage = unsupported_entry<CK_C_DecryptMessage>,
    .C_DecryptMessageBegin = unsupported_entry<CK_C_DecryptMessageBegin>,
    .C_DecryptMessageNext = unsupported_entry<CK_C_DecryptMessageNext>,
    .C_MessageDecryptFinal = unsupported_entry<CK_C_MessageDecryptFinal>,
    .C_MessageSignInit = unsupported_entry<CK_C_MessageSignInit>,
    .C_SignMessage = unsupported_entry<CK_C_SignMessage>,
    .C_SignMessageBegin = unsupported_entry<CK_C_SignMessageBegin>,
    .C_SignMessageNext = unsupported_entry<CK_C_SignMessageNext>,
    .C_MessageSignFinal = unsupported_entry<CK_C_MessageSignFinal>,
    .C_MessageVerifyInit = unsupported_entry<CK_C_MessageVerifyInit>,
    .C_VerifyMessage = unsupported_entry<CK_C_VerifyMessage>,
    .C_VerifyMessageBegin = unsupported_entry<CK_C_VerifyMessageBegin>,
    .C_VerifyMessageNext = unsupported_entry<CK_C_VerifyMessageNext>,
    .C_MessageVerifyFinal = unsupported_entry<CK_C_MessageVerifyFinal>,
    .C_EncapsulateKey = unsupported_entry<CK_C_EncapsulateKey>,
    .C_DecapsulateKey = unsupported_entry<CK_C_DecapsulateKey>,
    .C_VerifySignatureInit = unsupported_entry<CK_C_VerifySignatureInit>,
    .C_VerifySignature = unsupported_entry<CK_C_VerifySignature>,
    .C_VerifySignatureUpdate = unsupported_entry<CK_C_VerifySignatureUpdate>,
    .C_VerifySignatureFinal = unsupported_entry<CK_C_VerifySignatureFinal>,
    .C_GetSessionValidationFlags = unsupported_entry<CK_C_GetSessionValidationFlags>,
    .C_AsyncComplete = unsupported_entry<CK_C_AsyncComplete>,
    .C_AsyncGetID = unsupported_entry<CK_C_AsyncGetID>,
    .C_AsyncJoin = unsupported_entry<CK_C_AsyncJoin>,
    .C_WrapKeyAuthenticated = unsupported_entry<CK_C_WrapKeyAuthenticated>,
    .C_UnwrapKeyAuthenticated = unsupported_entry<CK_C_UnwrapKeyAuthenticated>,
};

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
