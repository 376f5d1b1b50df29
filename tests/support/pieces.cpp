#include "support/pieces.hpp"

#include <algorithm>

namespace kvp11::test {
namespace {

constexpr std::size_t slack = 1024;

template <class Update>
CK_RV feed(const Bytes& data, std::size_t piece, Update update) {
    for (std::size_t at = 0; at < data.size(); at += piece) {
        const std::size_t size = std::min(piece, data.size() - at);
        const CK_RV code = update(const_cast<CK_BYTE_PTR>(data.data()) + at, static_cast<CK_ULONG>(size));
        if (code != CKR_OK) {
            return code;
        }
    }
    return CKR_OK;
}

template <class Final>
CK_RV collect(Final final_call, Bytes& out) {
    Bytes last(slack + 4096);
    auto size = static_cast<CK_ULONG>(last.size());
    const CK_RV code = final_call(last.data(), &size);
    if (code == CKR_OK) {
        last.resize(size);
        out = std::move(out) + last;
    }
    return code;
}

using CipherInit = CK_RV (*)(CK_SESSION_HANDLE, CK_MECHANISM_PTR, CK_OBJECT_HANDLE);
using CipherUpdate = CK_RV (*)(CK_SESSION_HANDLE, CK_BYTE_PTR, CK_ULONG, CK_BYTE_PTR, CK_ULONG_PTR);
using CipherFinal = CK_RV (*)(CK_SESSION_HANDLE, CK_BYTE_PTR, CK_ULONG_PTR);

struct CipherCalls {
    CipherInit init;
    CipherUpdate update;
    CipherFinal final_call;
};

CK_RV cipher_in_pieces(Session& session, CipherCalls calls, Mechanism& mechanism, CK_OBJECT_HANDLE key,
                       const Bytes& text, std::size_t piece, Bytes* out) {
    const CK_SESSION_HANDLE handle = session.handle();
    CK_RV code = calls.init(handle, mechanism.get(), key);
    if (code != CKR_OK) return code;
    Bytes produced;
    code = feed(text, piece, [&](CK_BYTE_PTR part, CK_ULONG size) {
        return collect(
            [&](CK_BYTE_PTR buffer, CK_ULONG_PTR room) { return calls.update(handle, part, size, buffer, room); },
            produced);
    });
    if (code != CKR_OK) return code;
    code = collect([&](CK_BYTE_PTR buffer, CK_ULONG_PTR room) { return calls.final_call(handle, buffer, room); },
                   produced);
    if (code == CKR_OK && out != nullptr) *out = produced;
    return code;
}

}  // namespace

CK_RV digest_in_pieces(Session& session, Mechanism mechanism, const Bytes& message, std::size_t piece, Bytes* digest) {
    CK_RV code = session.f()->C_DigestInit(session.handle(), mechanism.get());
    if (code != CKR_OK) return code;
    code = feed(message, piece, [&](CK_BYTE_PTR part, CK_ULONG size) {
        return session.f()->C_DigestUpdate(session.handle(), part, size);
    });
    if (code != CKR_OK) return code;
    digest->clear();
    return collect([&](CK_BYTE_PTR buffer,
                       CK_ULONG_PTR room) { return session.f()->C_DigestFinal(session.handle(), buffer, room); },
                   *digest);
}

CK_RV sign_in_pieces(Session& session, Mechanism mechanism, CK_OBJECT_HANDLE key, const Bytes& message,
                     std::size_t piece, Bytes* signature) {
    CK_RV code = session.f()->C_SignInit(session.handle(), mechanism.get(), key);
    if (code != CKR_OK) return code;
    code = feed(message, piece, [&](CK_BYTE_PTR part, CK_ULONG size) {
        return session.f()->C_SignUpdate(session.handle(), part, size);
    });
    if (code != CKR_OK) return code;
    signature->clear();
    return collect(
        [&](CK_BYTE_PTR buffer, CK_ULONG_PTR room) { return session.f()->C_SignFinal(session.handle(), buffer, room); },
        *signature);
}

CK_RV verify_in_pieces(Session& session, Mechanism mechanism, CK_OBJECT_HANDLE key, const Bytes& message,
                       std::size_t piece, const Bytes& signature) {
    CK_RV code = session.f()->C_VerifyInit(session.handle(), mechanism.get(), key);
    if (code != CKR_OK) return code;
    code = feed(message, piece, [&](CK_BYTE_PTR part, CK_ULONG size) {
        return session.f()->C_VerifyUpdate(session.handle(), part, size);
    });
    return code != CKR_OK ? code : session.f()->C_VerifyFinal(session.handle(), input(signature), length(signature));
}

CK_RV encrypt_in_pieces(Session& session, Mechanism mechanism, CK_OBJECT_HANDLE key, const Bytes& plaintext,
                        std::size_t piece, Bytes* ciphertext) {
    const CipherCalls calls{session.f()->C_EncryptInit, session.f()->C_EncryptUpdate, session.f()->C_EncryptFinal};
    return cipher_in_pieces(session, calls, mechanism, key, plaintext, piece, ciphertext);
}

CK_RV decrypt_in_pieces(Session& session, Mechanism mechanism, CK_OBJECT_HANDLE key, const Bytes& ciphertext,
                        std::size_t piece, Bytes* plaintext) {
    const CipherCalls calls{session.f()->C_DecryptInit, session.f()->C_DecryptUpdate, session.f()->C_DecryptFinal};
    return cipher_in_pieces(session, calls, mechanism, key, ciphertext, piece, plaintext);
}

}  // namespace kvp11::test
