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

template <class Kind>
CK_RV finish_messages(const char* function, CK_SESSION_HANDLE handle) {
    return on_session(function, handle, [](Session& session) { return session.finish_messages<Kind>(); });
}

}  // namespace

// Both directions have the same five functions, but for their names.
#define KVP11_MESSAGE_FUNCTIONS(Kind, Init, Message, Begin, Next, Final)                                               \
    CK_RV Init(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey) {                       \
        return on_session(__func__, hSession,                                                                          \
                          [&](Session& session) { return begin<Kind>(session, pMechanism, hKey); });                   \
    }                                                                                                                  \
    CK_RV Message(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen,                         \
                  CK_BYTE_PTR pAssociatedData, CK_ULONG ulAssociatedDataLen, CK_BYTE_PTR pInput, CK_ULONG ulInputLen,  \
                  CK_BYTE_PTR pOutput, CK_ULONG_PTR pulOutputLen) {                                                    \
        return whole_message<Kind>(__func__, hSession, {pParameter, ulParameterLen},                                   \
                                   {pAssociatedData, ulAssociatedDataLen}, {pInput, ulInputLen},                       \
                                   {pOutput, pulOutputLen});                                                           \
    }                                                                                                                  \
    CK_RV Begin(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen,                           \
                CK_BYTE_PTR pAssociatedData, CK_ULONG ulAssociatedDataLen) {                                           \
        return begin_message<Kind>(__func__, hSession, {pParameter, ulParameterLen},                                   \
                                   {pAssociatedData, ulAssociatedDataLen});                                            \
    }                                                                                                                  \
    CK_RV Next(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen, CK_BYTE_PTR pPart,         \
               CK_ULONG ulPartLen, CK_BYTE_PTR pOutput, CK_ULONG_PTR pulOutputLen, CK_FLAGS flags) {                   \
        return next_part<Kind>(__func__, hSession, {pParameter, ulParameterLen}, {pPart, ulPartLen},                   \
                               {pOutput, pulOutputLen}, (flags & CKF_END_OF_MESSAGE) != 0);                            \
    }                                                                                                                  \
    CK_RV Final(CK_SESSION_HANDLE hSession) { return finish_messages<Kind>(__func__, hSession); }

KVP11_MESSAGE_FUNCTIONS(MessageEncrypting, C_MessageEncryptInit, C_EncryptMessage, C_EncryptMessageBegin,
                        C_EncryptMessageNext, C_MessageEncryptFinal)
KVP11_MESSAGE_FUNCTIONS(MessageDecrypting, C_MessageDecryptInit, C_DecryptMessage, C_DecryptMessageBegin,
                        C_DecryptMessageNext, C_MessageDecryptFinal)

#undef KVP11_MESSAGE_FUNCTIONS

}  // namespace kvp11::abi
