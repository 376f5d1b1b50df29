// PKCS#11 3.2 §5.15: verifying signatures that come before their data.
#include "abi/arguments.hpp"
#include "abi/guard.hpp"

namespace kvp11::abi {

using token::Progress;
using token::Session;
using token::VerifyingGiven;

CK_RV C_VerifySignatureInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey,
                            CK_BYTE_PTR pSignature, CK_ULONG ulSignatureLen) {
    return on_session(__func__, hSession, [&](Session& session) -> Result<void> {
        if (pMechanism == nullptr && session.cancel<VerifyingGiven>()) return {};
        const token::MechanismUse use = TRY(mechanism_use(pMechanism));
        TRY(require(pSignature));
        return session.start_verifying_given(use.type, use.parameter, hKey, {pSignature, ulSignatureLen});
    });
}

CK_RV C_VerifySignature(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pData, CK_ULONG ulDataLen) {
    return on_operation<VerifyingGiven>(__func__, hSession, [&](VerifyingGiven& verifying) -> Result<Progress> {
        if (verifying.updated) return fail(Errc::OperationActive, "it was begun in parts");
        const ByteView data = TRY(input(pData, ulDataLen));
        TRY(verifying.work().verify(data, verifying.signature));
        return Progress::Over;
    });
}

CK_RV C_VerifySignatureUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pPart, CK_ULONG ulPartLen) {
    return on_operation<VerifyingGiven>(__func__, hSession, [&](VerifyingGiven& verifying) -> Result<Progress> {
        const ByteView part = TRY(input(pPart, ulPartLen));
        TRY(verifying.work().update(part));
        verifying.updated = true;
        return Progress::Continues;
    });
}

CK_RV C_VerifySignatureFinal(CK_SESSION_HANDLE hSession) {
    return on_operation<VerifyingGiven>(__func__, hSession, [&](VerifyingGiven& verifying) -> Result<Progress> {
        TRY(verifying.work().finish(verifying.signature));
        return Progress::Over;
    });
}

}  // namespace kvp11::abi
