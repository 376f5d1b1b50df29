// PKCS#11 3.2 §5.21: asynchronous calls, of which there are none: C_OpenSession refuses CKF_ASYNC_SESSION, so no
// function is ever under way that these could ask about.
#include "abi/arguments.hpp"
#include "abi/guard.hpp"

namespace kvp11::abi {

using token::Session;

CK_RV C_AsyncComplete(CK_SESSION_HANDLE hSession, CK_UTF8CHAR_PTR pFunctionName, CK_ASYNC_DATA_PTR) {
    return on_session(__func__, hSession, [&](Session&) -> Result<void> {
        TRY(require(pFunctionName));
        return fail(Errc::OperationNotInitialized, "the function is not under way");
    });
}

CK_RV C_AsyncGetID(CK_SESSION_HANDLE hSession, CK_UTF8CHAR_PTR pFunctionName, CK_ULONG_PTR pulID) {
    return on_session(__func__, hSession, [&](Session&) -> Result<void> {
        TRY(require(pFunctionName, pulID));
        return fail(Errc::OperationNotInitialized, "the function is not under way");
    });
}

CK_RV C_AsyncJoin(CK_SESSION_HANDLE hSession, CK_UTF8CHAR_PTR pFunctionName, CK_ULONG, CK_BYTE_PTR, CK_ULONG) {
    return on_session(__func__, hSession, [&](Session&) -> Result<void> {
        TRY(require(pFunctionName));
        return fail(Errc::SavedStateInvalid, "no call has this number");
    });
}

}  // namespace kvp11::abi
