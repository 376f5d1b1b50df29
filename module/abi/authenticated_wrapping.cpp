// PKCS#11 3.2 §5.18.6 and §5.18.7: keys wrapped by an AEAD, with data beside them.
#include "abi/arguments.hpp"
#include "abi/guard.hpp"
#include "abi/wrapped_output.hpp"

namespace kvp11::abi {

using token::Session;

CK_RV C_WrapKeyAuthenticated(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hWrappingKey,
                             CK_OBJECT_HANDLE hKey, CK_BYTE_PTR pAssociatedData, CK_ULONG ulAssociatedDataLen,
                             CK_BYTE_PTR pWrappedKey, CK_ULONG_PTR pulWrappedKeyLen) {
    return on_session(__func__, hSession, [&](Session& session) -> Result<void> {
        TRY(require(pulWrappedKeyLen));
        const token::MechanismUse use = TRY(mechanism_use(pMechanism, pAssociatedData, ulAssociatedDataLen));
        return write_wrapped(session, use, {hWrappingKey, hKey}, {pWrappedKey, pulWrappedKeyLen});
    });
}

CK_RV C_UnwrapKeyAuthenticated(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hUnwrappingKey,
                               CK_BYTE_PTR pWrappedKey, CK_ULONG ulWrappedKeyLen, CK_ATTRIBUTE_PTR pTemplate,
                               CK_ULONG ulAttributeCount, CK_BYTE_PTR pAssociatedData, CK_ULONG ulAssociatedDataLen,
                               CK_OBJECT_HANDLE_PTR phKey) {
    return on_session(__func__, hSession, [&](Session& session) -> Result<void> {
        auto given = TRY(unwrapping(pWrappedKey, ulWrappedKeyLen, pTemplate, ulAttributeCount, phKey));
        const token::MechanismUse use = TRY(mechanism_use(pMechanism, pAssociatedData, ulAssociatedDataLen));
        *phKey = TRY(token::unwrap_key(session, use, hUnwrappingKey, given.wrapped, std::move(given.wanted)));
        return {};
    });
}

}  // namespace kvp11::abi
