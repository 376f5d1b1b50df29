// PKCS#11 2.40 §5.10, message digests.
#include "abi/arguments.hpp"
#include "abi/guard.hpp"
#include "abi/output.hpp"
#include "token/attribute_reading.hpp"

namespace kvp11::abi {

using token::Digesting;
using token::Session;

CK_RV C_DigestInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism) {
    return on_session(__func__, hSession, [&](Session& session) -> Result<void> {
        if (pMechanism == nullptr && session.cancel<Digesting>()) return {};
        const token::MechanismUse use = TRY(mechanism_use(pMechanism));
        return session.start_digest(use.type, use.parameter);
    });
}

CK_RV C_Digest(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pData, CK_ULONG ulDataLen, CK_BYTE_PTR pDigest,
               CK_ULONG_PTR pulDigestLen) {
    return on_operation<Digesting>(__func__, hSession, [&](Digesting& digesting) -> Result<Progress> {
        const ByteView data = TRY(input(pData, ulDataLen));
        return deliver(digesting, Step::Whole, {digesting.work().size(), true}, {pDigest, pulDigestLen},
                       [&](MutableBytes out) -> Result<std::size_t> {
                           TRY(digesting.work().update(data));
                           return digesting.work().finish(out);
                       });
    });
}

CK_RV C_DigestUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pPart, CK_ULONG ulPartLen) {
    return on_operation<Digesting>(__func__, hSession, [&](Digesting& digesting) -> Result<Progress> {
        const ByteView part = TRY(input(pPart, ulPartLen));
        TRY(digesting.work().update(part));
        digesting.updated = true;
        return Progress::Continues;
    });
}

CK_RV C_DigestKey(CK_SESSION_HANDLE hSession, CK_OBJECT_HANDLE hKey) {
    return on_session(__func__, hSession, [&](Session& session) {
        return session.run<Digesting>([&](Digesting& digesting) -> Result<Progress> {
            const SecretBytes value = TRY(token::expose_digestible(session, hKey));
            TRY(digesting.work().update(value.expose_bytes()));
            digesting.updated = true;
            digesting.took_key = true;
            return Progress::Continues;
        });
    });
}

CK_RV C_DigestFinal(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pDigest, CK_ULONG_PTR pulDigestLen) {
    return on_operation<Digesting>(__func__, hSession, [&](Digesting& digesting) {
        return deliver(digesting, Step::Final, {digesting.work().size(), true}, {pDigest, pulDigestLen},
                       [&](MutableBytes out) { return digesting.work().finish(out); });
    });
}

}  // namespace kvp11::abi
