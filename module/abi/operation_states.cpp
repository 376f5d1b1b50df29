// PKCS#11 2.40 §5.6.6 and §5.6.7, saved operation states: of digests (token/saved_states.hpp).
#include "abi/arguments.hpp"
#include "abi/guard.hpp"
#include "abi/output.hpp"

namespace kvp11::abi {

using token::SavedStates;
using token::Session;

CK_RV C_GetOperationState(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pOperationState, CK_ULONG_PTR pulOperationStateLen) {
    return on_session(__func__, hSession, [&](Session& session) -> Result<void> {
        TRY(require(pulOperationStateLen));
        TRY(session.check_saveable());
        const CK_ULONG room = std::exchange(*pulOperationStateLen, SavedStates::size);
        if (pOperationState == nullptr) return {};
        if (room < SavedStates::size) return fail(Errc::BufferTooSmall);
        const Bytes state = TRY(session.save_state());
        std::copy(state.begin(), state.end(), pOperationState);
        return {};
    });
}

CK_RV C_SetOperationState(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pOperationState, CK_ULONG ulOperationStateLen,
                          CK_OBJECT_HANDLE hEncryptionKey, CK_OBJECT_HANDLE hAuthenticationKey) {
    return on_session(__func__, hSession, [&](Session& session) -> Result<void> {
        TRY(require(pOperationState));
        const ByteView state(pOperationState, ulOperationStateLen);
        TRY(session.slot().saved_states().find(state));
        if (hEncryptionKey != CK_INVALID_HANDLE || hAuthenticationKey != CK_INVALID_HANDLE)
            return fail(Errc::KeyNotNeeded, "a digest has no key");
        return session.restore_state(state);
    });
}

}  // namespace kvp11::abi
