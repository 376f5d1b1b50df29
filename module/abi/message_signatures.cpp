// PKCS#11 3.0 §5.14 and §5.16, message-based signing and verifying. No mechanism here has parameters of a message's
// own.
#include "abi/arguments.hpp"
#include "abi/guard.hpp"
#include "abi/output.hpp"

namespace kvp11::abi {

using token::MessageSigning;
using token::MessageVerifying;
using token::Session;

namespace {

Result<void> expect_none(const void* parameter, CK_ULONG size) {
    const ByteView given = TRY(input(parameter, size));
    if (given.empty()) return {};
    return fail(Errc::MechanismParamInvalid, "a message to sign or verify has no parameter of its own");
}

template <class Kind>
CK_RV begin_message(const char* function, CK_SESSION_HANDLE handle, const void* parameter, CK_ULONG size) {
    return on_message<Kind>(function, handle, false, [&](Kind& messages) -> Result<Progress> {
        TRY(expect_none(parameter, size));
        messages.updated = true;
        return Progress::Continues;
    });
}

}  // namespace

CK_RV C_MessageSignInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey) {
    return on_session(__func__, hSession,
                      [&](Session& session) { return begin<MessageSigning>(session, pMechanism, hKey); });
}

CK_RV C_SignMessage(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen, CK_BYTE_PTR pData,
                    CK_ULONG ulDataLen, CK_BYTE_PTR pSignature, CK_ULONG_PTR pulSignatureLen) {
    return on_message<MessageSigning>(__func__, hSession, false, [&](MessageSigning& messages) -> Result<Progress> {
        TRY(expect_none(pParameter, ulParameterLen));
        const ByteView data = TRY(input(pData, ulDataLen));
        return deliver(messages, Step::Whole, {messages.work().size(), true}, {pSignature, pulSignatureLen},
                       [&](MutableBytes out) { return messages.work().sign(data, out); });
    });
}

CK_RV C_SignMessageBegin(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen) {
    return begin_message<MessageSigning>(__func__, hSession, pParameter, ulParameterLen);
}

// Without a place for the signature's length there is more to follow.
CK_RV C_SignMessageNext(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen, CK_BYTE_PTR pData,
                        CK_ULONG ulDataLen, CK_BYTE_PTR pSignature, CK_ULONG_PTR pulSignatureLen) {
    return on_message<MessageSigning>(__func__, hSession, true, [&](MessageSigning& messages) -> Result<Progress> {
        TRY(expect_none(pParameter, ulParameterLen));
        const ByteView part = TRY(input(pData, ulDataLen));
        if (pulSignatureLen == nullptr) {
            TRY(messages.work().update(part));
            return Progress::Continues;
        }
        const auto produce = [&](MutableBytes out) -> Result<std::size_t> {
            TRY(messages.work().update(part));
            return messages.work().finish(out);
        };
        return deliver(messages, Step::Final, {messages.work().size(), true}, {pSignature, pulSignatureLen}, produce);
    });
}

CK_RV C_MessageSignFinal(CK_SESSION_HANDLE hSession) {
    return on_session(__func__, hSession, [](Session& session) { return session.finish_messages<MessageSigning>(); });
}

CK_RV C_MessageVerifyInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey) {
    return on_session(__func__, hSession,
                      [&](Session& session) { return begin<MessageVerifying>(session, pMechanism, hKey); });
}

CK_RV C_VerifyMessage(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen, CK_BYTE_PTR pData,
                      CK_ULONG ulDataLen, CK_BYTE_PTR pSignature, CK_ULONG ulSignatureLen) {
    return on_message<MessageVerifying>(__func__, hSession, false, [&](MessageVerifying& messages) -> Result<Progress> {
        TRY(expect_none(pParameter, ulParameterLen));
        const ByteView data = TRY(input(pData, ulDataLen));
        const ByteView signature = TRY(input(pSignature, ulSignatureLen));
        TRY(messages.work().verify(data, signature));
        return Progress::Over;
    });
}

CK_RV C_VerifyMessageBegin(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen) {
    return begin_message<MessageVerifying>(__func__, hSession, pParameter, ulParameterLen);
}

// Without a signature there is more to follow.
CK_RV C_VerifyMessageNext(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen,
                          CK_BYTE_PTR pData, CK_ULONG ulDataLen, CK_BYTE_PTR pSignature, CK_ULONG ulSignatureLen) {
    return on_message<MessageVerifying>(__func__, hSession, true, [&](MessageVerifying& messages) -> Result<Progress> {
        TRY(expect_none(pParameter, ulParameterLen));
        const ByteView part = TRY(input(pData, ulDataLen));
        const ByteView signature = TRY(input(pSignature, ulSignatureLen));
        TRY(messages.work().update(part));
        if (pSignature == nullptr) return Progress::Continues;
        TRY(messages.work().finish(signature));
        return Progress::Over;
    });
}

CK_RV C_MessageVerifyFinal(CK_SESSION_HANDLE hSession) {
    return on_session(__func__, hSession, [](Session& session) { return session.finish_messages<MessageVerifying>(); });
}

}  // namespace kvp11::abi
