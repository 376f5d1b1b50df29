// What the 2.40 list has and this module has not: dual-purpose functions (§5.12), recovery of data
// from signatures (§5.11.5, §5.12.5), saved operation states (§5.6.6), and parallel functions (§5.15).
#include "abi/guard.hpp"

namespace kvp11::abi {

CK_RV C_GetOperationState(CK_SESSION_HANDLE, CK_BYTE_PTR, CK_ULONG_PTR) { return unsupported(__func__); }
CK_RV C_SetOperationState(CK_SESSION_HANDLE, CK_BYTE_PTR, CK_ULONG, CK_OBJECT_HANDLE, CK_OBJECT_HANDLE) {
    return unsupported(__func__);
}
CK_RV C_SignRecoverInit(CK_SESSION_HANDLE, CK_MECHANISM_PTR, CK_OBJECT_HANDLE) { return unsupported(__func__); }
CK_RV C_SignRecover(CK_SESSION_HANDLE, CK_BYTE_PTR, CK_ULONG, CK_BYTE_PTR, CK_ULONG_PTR) {
    return unsupported(__func__);
}
CK_RV C_VerifyRecoverInit(CK_SESSION_HANDLE, CK_MECHANISM_PTR, CK_OBJECT_HANDLE) { return unsupported(__func__); }
CK_RV C_VerifyRecover(CK_SESSION_HANDLE, CK_BYTE_PTR, CK_ULONG, CK_BYTE_PTR, CK_ULONG_PTR) {
    return unsupported(__func__);
}
CK_RV C_DigestEncryptUpdate(CK_SESSION_HANDLE, CK_BYTE_PTR, CK_ULONG, CK_BYTE_PTR, CK_ULONG_PTR) {
    return unsupported(__func__);
}
CK_RV C_DecryptDigestUpdate(CK_SESSION_HANDLE, CK_BYTE_PTR, CK_ULONG, CK_BYTE_PTR, CK_ULONG_PTR) {
    return unsupported(__func__);
}
CK_RV C_SignEncryptUpdate(CK_SESSION_HANDLE, CK_BYTE_PTR, CK_ULONG, CK_BYTE_PTR, CK_ULONG_PTR) {
    return unsupported(__func__);
}
CK_RV C_DecryptVerifyUpdate(CK_SESSION_HANDLE, CK_BYTE_PTR, CK_ULONG, CK_BYTE_PTR, CK_ULONG_PTR) {
    return unsupported(__func__);
}

// Legacy functions that give every session the one code.
CK_RV C_GetFunctionStatus(CK_SESSION_HANDLE hSession) {
    return on_session(__func__, hSession,
                      [](token::Session&) -> Result<void> { return fail(Errc::FunctionNotParallel); });
}
CK_RV C_CancelFunction(CK_SESSION_HANDLE hSession) {
    return on_session(__func__, hSession,
                      [](token::Session&) -> Result<void> { return fail(Errc::FunctionNotParallel); });
}

}  // namespace kvp11::abi
