// PKCS#11 2.40 §5.13, key management.
#include "abi/arguments.hpp"
#include "abi/guard.hpp"
#include "abi/wrapped_output.hpp"

namespace kvp11::abi {

using token::Session;

CK_RV C_GenerateKey(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_ATTRIBUTE_PTR pTemplate,
                    CK_ULONG ulCount, CK_OBJECT_HANDLE_PTR phKey) {
    return on_session(__func__, hSession, [&](Session& session) -> Result<void> {
        TRY(require(phKey));
        const token::MechanismUse use = TRY(mechanism_use(pMechanism));
        const token::Template wanted = TRY(attributes(pTemplate, ulCount));
        *phKey = TRY(token::generate_key(session, use, wanted));
        return {};
    });
}

CK_RV C_GenerateKeyPair(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_ATTRIBUTE_PTR pPublicKeyTemplate,
                        CK_ULONG ulPublicKeyAttributeCount, CK_ATTRIBUTE_PTR pPrivateKeyTemplate,
                        CK_ULONG ulPrivateKeyAttributeCount, CK_OBJECT_HANDLE_PTR phPublicKey,
                        CK_OBJECT_HANDLE_PTR phPrivateKey) {
    return on_session(__func__, hSession, [&](Session& session) -> Result<void> {
        TRY(require(phPublicKey, phPrivateKey));
        const token::MechanismUse use = TRY(mechanism_use(pMechanism));
        const token::Template public_half = TRY(attributes(pPublicKeyTemplate, ulPublicKeyAttributeCount));
        const token::Template private_half = TRY(attributes(pPrivateKeyTemplate, ulPrivateKeyAttributeCount));
        const token::PairHandles pair = TRY(token::generate_key_pair(session, use, public_half, private_half));
        *phPublicKey = pair.public_key;
        *phPrivateKey = pair.private_key;
        return {};
    });
}

CK_RV C_WrapKey(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hWrappingKey,
                CK_OBJECT_HANDLE hKey, CK_BYTE_PTR pWrappedKey, CK_ULONG_PTR pulWrappedKeyLen) {
    return on_session(__func__, hSession, [&](Session& session) -> Result<void> {
        TRY(require(pulWrappedKeyLen));
        const token::MechanismUse use = TRY(mechanism_use(pMechanism));
        return write_wrapped(session, use, {hWrappingKey, hKey}, {pWrappedKey, pulWrappedKeyLen});
    });
}

CK_RV C_UnwrapKey(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hUnwrappingKey,
                  CK_BYTE_PTR pWrappedKey, CK_ULONG ulWrappedKeyLen, CK_ATTRIBUTE_PTR pTemplate,
                  CK_ULONG ulAttributeCount, CK_OBJECT_HANDLE_PTR phKey) {
    return on_session(__func__, hSession, [&](Session& session) -> Result<void> {
        auto given = TRY(unwrapping(pWrappedKey, ulWrappedKeyLen, pTemplate, ulAttributeCount, phKey));
        const token::MechanismUse use = TRY(mechanism_use(pMechanism));
        *phKey = TRY(token::unwrap_key(session, use, hUnwrappingKey, given.wrapped, std::move(given.wanted)));
        return {};
    });
}

CK_RV C_DeriveKey(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hBaseKey,
                  CK_ATTRIBUTE_PTR pTemplate, CK_ULONG ulAttributeCount, CK_OBJECT_HANDLE_PTR phKey) {
    return on_session(__func__, hSession, [&](Session& session) -> Result<void> {
        TRY(require(phKey));
        const token::MechanismUse use = TRY(mechanism_use(pMechanism));
        token::Template wanted = TRY(attributes(pTemplate, ulAttributeCount));
        *phKey = TRY(token::derive_key(session, use, hBaseKey, std::move(wanted)));
        return {};
    });
}

}  // namespace kvp11::abi
