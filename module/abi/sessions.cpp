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
    return with_session(__func__, hSession, [&](Library& library, Session& session) -> Result<void> {
        const SecretBytes given = TRY(pin(pPin, ulPinLen));
        return library.login(session, userType, given);
    });
}

// 3.0 §5.6.9. There is one user, and he has no name; to any other nobody has given a PIN.
CK_RV C_LoginUser(CK_SESSION_HANDLE hSession, CK_USER_TYPE userType, CK_UTF8CHAR_PTR pPin, CK_ULONG ulPinLen,
                  CK_UTF8CHAR_PTR pUsername, CK_ULONG ulUsernameLen) {
    return with_session(__func__, hSession, [&](Library& library, Session& session) -> Result<void> {
        const SecretBytes given = TRY(pin(pPin, ulPinLen));
        const ByteView name = TRY(input(pUsername, ulUsernameLen));
        if (!name.empty()) return fail(Errc::UserPinNotInitialized, "no user has a name here");
        return library.login(session, userType, given);
    });
}

// 3.0 §5.6.5. Every operation can be ended, so CKR_OPERATION_CANCEL_FAILED is never the answer.
CK_RV C_SessionCancel(CK_SESSION_HANDLE hSession, CK_FLAGS flags) {
    return on_session(__func__, hSession, [&](Session& session) -> Result<void> {
        session.cancel_all(flags);
        return {};
    });
}

CK_RV C_Logout(CK_SESSION_HANDLE hSession) {
    return with_session(__func__, hSession,
                        [&](Library& library, Session& session) { return library.logout(session); });
}

}  // namespace kvp11::abi
