// PKCS#11 2.40 §5.8, encryption.
#include "abi/arguments.hpp"
#include "abi/guard.hpp"
#include "abi/output.hpp"

namespace kvp11::abi {

using token::Encrypting;
using token::Session;

CK_RV C_EncryptInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey) {
    return on_session(__func__, hSession,
                      [&](Session& session) { return begin<Encrypting>(session, pMechanism, hKey); });
}

CK_RV C_Encrypt(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pData, CK_ULONG ulDataLen, CK_BYTE_PTR pEncryptedData,
                CK_ULONG_PTR pulEncryptedDataLen) {
    return on_operation<Encrypting>(__func__, hSession, [&](Encrypting& active) -> Result<Progress> {
        const ByteView given = TRY(input(pData, ulDataLen));
        const Bound bound{active.work().output_bound(given.size()), active.work().output_exact()};
        return deliver(active, Step::Whole, bound, {pEncryptedData, pulEncryptedDataLen},
                       [&](MutableBytes out) { return active.work().crypt(given, out); });
    });
}

CK_RV C_EncryptUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pPart, CK_ULONG ulPartLen, CK_BYTE_PTR pEncryptedPart,
                      CK_ULONG_PTR pulEncryptedPartLen) {
    return on_operation<Encrypting>(__func__, hSession, [&](Encrypting& active) -> Result<Progress> {
        const ByteView given = TRY(input(pPart, ulPartLen));
        return deliver(active, Step::Update, {active.work().update_bound(given.size()), false},
                       {pEncryptedPart, pulEncryptedPartLen},
                       [&](MutableBytes out) { return active.work().update(given, out); });
    });
}

CK_RV C_EncryptFinal(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pLastEncryptedPart, CK_ULONG_PTR pulLastEncryptedPartLen) {
    return on_operation<Encrypting>(__func__, hSession, [&](Encrypting& active) {
        return deliver(active, Step::Final, {active.work().output_bound(0), false},
                       {pLastEncryptedPart, pulLastEncryptedPartLen},
                       [&](MutableBytes out) { return active.work().finish(out); });
    });
}

}  // namespace kvp11::abi
