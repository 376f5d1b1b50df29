// PKCS#11 3.0 §5.9 and §5.11, message-based encryption and decryption.
#include "abi/arguments.hpp"
#include "abi/guard.hpp"
#include "abi/output.hpp"

namespace kvp11::abi {

using token::MessageDecrypting;
using token::MessageEncrypting;
using token::Session;

namespace {

/// A message's own parameter and its data, as pointers with lengths.
struct Given {
    const void* bytes;
    CK_ULONG size;
};

template <class Kind>
CK_RV whole_message(const char* function, CK_SESSION_HANDLE handle, Given parameter, Given associated, Given data,
                    Output out) {
    return on_message<Kind>(function, handle, false, [&](Kind& messages) -> Result<Progress> {
        const ByteView own = TRY(input(parameter.bytes, parameter.size));
        const ByteView beside = TRY(input(associated.bytes, associated.size));
        const ByteView text = TRY(input(data.bytes, data.size));
        const auto produce = [&](MutableBytes room) -> Result<std::size_t> {
            TRY(messages.work().begin(own, beside));
            return messages.work().finish(own, text, room);
        };
        return deliver(messages, Step::Whole, {text.size(), true}, out, produce);
    });
}

template <class Kind>
CK_RV begin_message(const char* function, CK_SESSION_HANDLE handle, Given parameter, Given associated) {
    return on_message<Kind>(function, handle, false, [&](Kind& messages) -> Result<Progress> {
        const ByteView own = TRY(input(parameter.bytes, parameter.size));
        const ByteView beside = TRY(input(associated.bytes, associated.size));
        TRY(messages.work().begin(own, beside));
        messages.updated = true;
        return Progress::Continues;
    });
}

template <class Kind>
CK_RV next_part(const char* function, CK_SESSION_HANDLE handle, Given parameter, Given part, Output out, bool last) {
    return on_message<Kind>(function, handle, true, [&](Kind& messages) -> Result<Progress> {
        const ByteView own = TRY(input(parameter.bytes, parameter.size));
        const ByteView text = TRY(input(part.bytes, part.size));
        if (last) {
            return deliver(messages, Step::Final, {messages.work().finish_size(text.size()), true}, out,
                           [&](MutableBytes room) { return messages.work().finish(own, text, room); });
        }
        return deliver(messages, Step::Update, {messages.work().update_bound(text.size()), false}, out,
                       [&](MutableBytes room) { return messages.work().update(text, room); });
    });
}

}  // namespace

CK_RV C_MessageEncryptInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey) {
    return on_session(__func__, hSession,
                      [&](Session& session) { return begin<MessageEncrypting>(session, pMechanism, hKey); });
}

CK_RV C_EncryptMessage(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen,
                       CK_BYTE_PTR pAssociatedData, CK_ULONG ulAssociatedDataLen, CK_BYTE_PTR pPlaintext,
                       CK_ULONG ulPlaintextLen, CK_BYTE_PTR pCiphertext, CK_ULONG_PTR pulCiphertextLen) {
    return whole_message<MessageEncrypting>(__func__, hSession, {pParameter, ulParameterLen},
                                            {pAssociatedData, ulAssociatedDataLen}, {pPlaintext, ulPlaintextLen},
                                            {pCiphertext, pulCiphertextLen});
}

CK_RV C_EncryptMessageBegin(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen,
                            CK_BYTE_PTR pAssociatedData, CK_ULONG ulAssociatedDataLen) {
    return begin_message<MessageEncrypting>(__func__, hSession, {pParameter, ulParameterLen},
                                            {pAssociatedData, ulAssociatedDataLen});
}

CK_RV C_EncryptMessageNext(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen,
                           CK_BYTE_PTR pPlaintextPart, CK_ULONG ulPlaintextPartLen, CK_BYTE_PTR pCiphertextPart,
                           CK_ULONG_PTR pulCiphertextPartLen, CK_FLAGS flags) {
    return next_part<MessageEncrypting>(__func__, hSession, {pParameter, ulParameterLen},
                                        {pPlaintextPart, ulPlaintextPartLen}, {pCiphertextPart, pulCiphertextPartLen},
                                        (flags & CKF_END_OF_MESSAGE) != 0);
}

CK_RV C_MessageEncryptFinal(CK_SESSION_HANDLE hSession) {
    return on_session(__func__, hSession,
                      [](Session& session) { return session.finish_messages<MessageEncrypting>(); });
}

CK_RV C_MessageDecryptInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey) {
    return on_session(__func__, hSession,
                      [&](Session& session) { return begin<MessageDecrypting>(session, pMechanism, hKey); });
}

CK_RV C_DecryptMessage(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen,
                       CK_BYTE_PTR pAssociatedData, CK_ULONG ulAssociatedDataLen, CK_BYTE_PTR pCiphertext,
                       CK_ULONG ulCiphertextLen, CK_BYTE_PTR pPlaintext, CK_ULONG_PTR pulPlaintextLen) {
    return whole_message<MessageDecrypting>(__func__, hSession, {pParameter, ulParameterLen},
                                            {pAssociatedData, ulAssociatedDataLen}, {pCiphertext, ulCiphertextLen},
                                            {pPlaintext, pulPlaintextLen});
}

CK_RV C_DecryptMessageBegin(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen,
                            CK_BYTE_PTR pAssociatedData, CK_ULONG ulAssociatedDataLen) {
    return begin_message<MessageDecrypting>(__func__, hSession, {pParameter, ulParameterLen},
                                            {pAssociatedData, ulAssociatedDataLen});
}

CK_RV C_DecryptMessageNext(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen,
                           CK_BYTE_PTR pCiphertextPart, CK_ULONG ulCiphertextPartLen, CK_BYTE_PTR pPlaintextPart,
                           CK_ULONG_PTR pulPlaintextPartLen, CK_FLAGS flags) {
    return next_part<MessageDecrypting>(__func__, hSession, {pParameter, ulParameterLen},
                                        {pCiphertextPart, ulCiphertextPartLen}, {pPlaintextPart, pulPlaintextPartLen},
                                        (flags & CKF_END_OF_MESSAGE) != 0);
}

CK_RV C_MessageDecryptFinal(CK_SESSION_HANDLE hSession) {
    return on_session(__func__, hSession,
                      [](Session& session) { return session.finish_messages<MessageDecrypting>(); });
}

}  // namespace kvp11::abi
