// PKCS#11 3.2 §5.18.8 and §5.18.9: keys out of a KEM.
#include "abi/arguments.hpp"
#include "abi/guard.hpp"
#include "token/key_encapsulating.hpp"

namespace kvp11::abi {

using token::Session;

CK_RV C_EncapsulateKey(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hPublicKey,
                       CK_ATTRIBUTE_PTR pTemplate, CK_ULONG ulAttributeCount, CK_BYTE_PTR pCiphertext,
                       CK_ULONG_PTR pulCiphertextLen, CK_OBJECT_HANDLE_PTR phKey) {
    return on_session(__func__, hSession, [&](Session& session) -> Result<void> {
        TRY(require(pulCiphertextLen));
        const token::MechanismUse use = TRY(mechanism_use(pMechanism));
        const token::Template wanted = TRY(attributes(pTemplate, ulAttributeCount));
        const std::size_t size = TRY(token::encapsulated_size(session, use, hPublicKey));
        const CK_ULONG room = std::exchange(*pulCiphertextLen, size);
        if (pCiphertext == nullptr) return {};
        if (room < size) return fail(Errc::BufferTooSmall);
        TRY(require(phKey));
        const token::Encapsulated made = TRY(token::encapsulate_key(session, use, hPublicKey, wanted));
        std::copy(made.ciphertext.begin(), made.ciphertext.end(), pCiphertext);
        *phKey = made.key;
        return {};
    });
}

CK_RV C_DecapsulateKey(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hPrivateKey,
                       CK_ATTRIBUTE_PTR pTemplate, CK_ULONG ulAttributeCount, CK_BYTE_PTR pCiphertext,
                       CK_ULONG ulCiphertextLen, CK_OBJECT_HANDLE_PTR phKey) {
    return on_session(__func__, hSession, [&](Session& session) -> Result<void> {
        auto given = TRY(unwrapping(pCiphertext, ulCiphertextLen, pTemplate, ulAttributeCount, phKey));
        const token::MechanismUse use = TRY(mechanism_use(pMechanism));
        *phKey = TRY(token::decapsulate_key(session, use, hPrivateKey, given.wrapped, std::move(given.wanted)));
        return {};
    });
}

}  // namespace kvp11::abi
