// PKCS#11 2.40 §5.12, verifying signatures.
#include "abi/arguments.hpp"
#include "abi/guard.hpp"

namespace kvp11::abi {

using token::Progress;
using token::Session;
using token::Verifying;

CK_RV C_VerifyInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey) {
    return on_session(__func__, hSession,
                      [&](Session& session) { return begin<Verifying>(session, pMechanism, hKey); });
}

CK_RV C_Verify(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pData, CK_ULONG ulDataLen, CK_BYTE_PTR pSignature,
               CK_ULONG ulSignatureLen) {
    return on_operation<Verifying>(__func__, hSession, [&](Verifying& verifying) -> Result<Progress> {
        if (verifying.updated) return fail(Errc::OperationActive, "it was begun in parts");
        const ByteView data = TRY(input(pData, ulDataLen));
        const ByteView signature = TRY(input(pSignature, ulSignatureLen));
        TRY(verifying.work().verify(data, signature));
        return Progress::Over;
    });
}

CK_RV C_VerifyUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pPart, CK_ULONG ulPartLen) {
    return on_operation<Verifying>(__func__, hSession, [&](Verifying& verifying) -> Result<Progress> {
        const ByteView part = TRY(input(pPart, ulPartLen));
        TRY(verifying.work().update(part));
        verifying.updated = true;
        return Progress::Continues;
    });
}

CK_RV C_VerifyFinal(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pSignature, CK_ULONG ulSignatureLen) {
    return on_operation<Verifying>(__func__, hSession, [&](Verifying& verifying) -> Result<Progress> {
        const ByteView signature = TRY(input(pSignature, ulSignatureLen));
        TRY(verifying.work().finish(signature));
        return Progress::Over;
    });
}

}  // namespace kvp11::abi
