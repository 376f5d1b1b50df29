// PKCS#11 2.40 §5.9, decryption.
#include "abi/arguments.hpp"
#include "abi/guard.hpp"
#include "abi/output.hpp"

namespace kvp11::abi {

using token::Decrypting;
using token::Session;

CK_RV C_DecryptInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey) {
    return on_session(__func__, hSession,
                      [&](Session& session) { return begin<Decrypting>(session, pMechanism, hKey); });
}

CK_RV C_Decrypt(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pEncryptedData, CK_ULONG ulEncryptedDataLen, CK_BYTE_PTR pData,
                CK_ULONG_PTR pulDataLen) {
    return on_operation<Decrypting>(__func__, hSession, [&](Decrypting& active) -> Result<Progress> {
        const ByteView given = TRY(input(pEncryptedData, ulEncryptedDataLen));
        const Bound bound{active.work().output_bound(given.size()), active.work().output_exact()};
        return deliver(active, Step::Whole, bound, {pData, pulDataLen},
                       [&](MutableBytes out) { return active.work().crypt(given, out); });
    });
}

CK_RV C_DecryptUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pEncryptedPart, CK_ULONG ulEncryptedPartLen,
                      CK_BYTE_PTR pPart, CK_ULONG_PTR pulPartLen) {
    return on_operation<Decrypting>(__func__, hSession, [&](Decrypting& active) -> Result<Progress> {
        const ByteView given = TRY(input(pEncryptedPart, ulEncryptedPartLen));
        return deliver(active, Step::Update, {active.work().update_bound(given.size()), false}, {pPart, pulPartLen},
                       [&](MutableBytes out) { return active.work().update(given, out); });
    });
}

CK_RV C_DecryptFinal(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pLastPart, CK_ULONG_PTR pulLastPartLen) {
    return on_operation<Decrypting>(__func__, hSession, [&](Decrypting& active) {
        return deliver(active, Step::Final, {active.work().output_bound(0), false}, {pLastPart, pulLastPartLen},
                       [&](MutableBytes out) { return active.work().finish(out); });
    });
}

}  // namespace kvp11::abi
