// PKCS#11 2.40 §5.11, signing.
#include "abi/arguments.hpp"
#include "abi/guard.hpp"
#include "abi/output.hpp"

namespace kvp11::abi {

using token::Session;
using token::Signing;

CK_RV C_SignInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey) {
    return on_session(__func__, hSession, [&](Session& session) { return begin<Signing>(session, pMechanism, hKey); });
}

CK_RV C_Sign(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pData, CK_ULONG ulDataLen, CK_BYTE_PTR pSignature,
             CK_ULONG_PTR pulSignatureLen) {
    return on_operation<Signing>(__func__, hSession, [&](Signing& signing) -> Result<Progress> {
        const ByteView data = TRY(input(pData, ulDataLen));
        return deliver(signing, Step::Whole, {signing.work().size(), true}, {pSignature, pulSignatureLen},
                       [&](MutableBytes out) { return signing.work().sign(data, out); });
    });
}

CK_RV C_SignUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pPart, CK_ULONG ulPartLen) {
    return on_operation<Signing>(__func__, hSession, [&](Signing& signing) -> Result<Progress> {
        const ByteView part = TRY(input(pPart, ulPartLen));
        TRY(signing.work().update(part));
        signing.updated = true;
        return Progress::Continues;
    });
}

CK_RV C_SignFinal(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pSignature, CK_ULONG_PTR pulSignatureLen) {
    return on_operation<Signing>(__func__, hSession, [&](Signing& signing) {
        return deliver(signing, Step::Final, {signing.work().size(), true}, {pSignature, pulSignatureLen},
                       [&](MutableBytes out) { return signing.work().finish(out); });
    });
}

}  // namespace kvp11::abi
