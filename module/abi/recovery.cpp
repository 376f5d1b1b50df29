// PKCS#11 2.40 §5.11.5 and §5.12.5: signatures from which the data can be recovered.
#include "abi/arguments.hpp"
#include "abi/guard.hpp"
#include "abi/output.hpp"

namespace kvp11::abi {

using token::Session;
using token::SignRecovering;
using token::VerifyRecovering;

CK_RV C_SignRecoverInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey) {
    return on_session(__func__, hSession,
                      [&](Session& session) { return begin<SignRecovering>(session, pMechanism, hKey); });
}

CK_RV C_SignRecover(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pData, CK_ULONG ulDataLen, CK_BYTE_PTR pSignature,
                    CK_ULONG_PTR pulSignatureLen) {
    return on_operation<SignRecovering>(__func__, hSession, [&](SignRecovering& signing) -> Result<Progress> {
        const ByteView data = TRY(input(pData, ulDataLen));
        return deliver(signing, Step::Whole, {signing.work().size(), true}, {pSignature, pulSignatureLen},
                       [&](MutableBytes out) { return signing.work().sign(data, out); });
    });
}

CK_RV C_VerifyRecoverInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey) {
    return on_session(__func__, hSession,
                      [&](Session& session) { return begin<VerifyRecovering>(session, pMechanism, hKey); });
}

CK_RV C_VerifyRecover(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pSignature, CK_ULONG ulSignatureLen, CK_BYTE_PTR pData,
                      CK_ULONG_PTR pulDataLen) {
    return on_operation<VerifyRecovering>(__func__, hSession, [&](VerifyRecovering& verifying) -> Result<Progress> {
        const ByteView signature = TRY(input(pSignature, ulSignatureLen));
        return deliver(verifying, Step::Whole, {verifying.work().output_bound(), false}, {pData, pulDataLen},
                       [&](MutableBytes out) { return verifying.work().recover(signature, out); });
    });
}

}  // namespace kvp11::abi
