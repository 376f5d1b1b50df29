// PKCS#11 2.40 §5.6, sessions and login.
#include "abi/arguments.hpp"
#include "abi/guard.hpp"

namespace kvp11::abi {

using token::Library;
using token::Session;

CK_RV C_OpenSession(CK_SLOT_ID slotID, CK_FLAGS flags, CK_VOID_PTR, CK_NOTIFY, CK_SESSION_HANDLE_PTR phSession) {
    return guarded(__func__, [&](Library& library) -> Result<void> {
        TRY(require(phSession));
        *phSession = TRY(library.open_session(slotID, flags));
        return {};
    });
}

CK_RV C_CloseSession(CK_SESSION_HANDLE hSession) {
    return guarded(__func__, [&](Library& library) { return library.close_session(hSession); });
}

CK_RV C_CloseAllSessions(CK_SLOT_ID slotID) {
    return guarded(__func__, [&](Library& library) { return library.close_all_sessions(slotID); });
}

CK_RV C_GetSessionInfo(CK_SESSION_HANDLE hSession, CK_SESSION_INFO_PTR pInfo) {
    return on_session(__func__, hSession, [&](Session& session) -> Result<void> {
        TRY(require(pInfo));
        const CK_FLAGS flags = CKF_SERIAL_SESSION | (session.read_write() ? CKF_RW_SESSION : 0);
        *pInfo = {session.slot().id(), session.state(), flags, 0};
        return {};
    });
}

CK_RV C_Login(CK_SESSION_HANDLE hSession, CK_USER_TYPE userType, CK_UTF8CHAR_PTR pPin, CK_ULONG ulPinLen) {
    return on_session(__func__, hSession, [&](Session& session) -> Result<void> {
        const SecretBytes given = TRY(pin(pPin, ulPinLen));
        return session.slot().login(userType, given);
    });
}

CK_RV C_Logout(CK_SESSION_HANDLE hSession) {
    return guarded(__func__, [&](Library& library) -> Result<void> {
        const auto session = TRY(library.session(hSession));
        return library.logout(*session);
    });
}

}  // namespace kvp11::abi
