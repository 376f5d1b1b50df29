// PKCS#11 2.40 §5.12, dual-purpose functions: two operations of a session go over the same data. And the parallel
// functions of §5.15, which are no more.
#include "abi/arguments.hpp"
#include "abi/guard.hpp"
#include "abi/output.hpp"

namespace kvp11::abi {

using token::Decrypting;
using token::Digesting;
using token::Encrypting;
using token::Session;
using token::Signing;
using token::Verifying;

namespace {

/// `Reading` takes the plaintext in, `Ciphering` encrypts it.
template <class Reading, class Ciphering>
CK_RV read_and_encrypt(const char* function, CK_SESSION_HANDLE handle, ByteView part, Output out) {
    return on_session(function, handle, [&](Session& session) {
        return session.run_both<Reading, Ciphering>([&](Reading& reading, Ciphering& ciphering) -> Result<Progress> {
            TRY(input(part.data(), part.size()));
            // Read first: the ciphertext may take the plaintext's place.
            const auto produce = [&](MutableBytes room) -> Result<std::size_t> {
                TRY(reading.work().update(part));
                reading.updated = true;
                return ciphering.work().update(part, room);
            };
            return deliver(ciphering, Step::DualUpdate, {ciphering.work().update_bound(part.size()), false}, out,
                           produce);
        });
    });
}

/// `Ciphering` decrypts, `Reading` takes in what comes out.
template <class Ciphering, class Reading>
CK_RV decrypt_and_read(const char* function, CK_SESSION_HANDLE handle, ByteView part, Output out) {
    return on_session(function, handle, [&](Session& session) {
        return session.run_both<Ciphering, Reading>([&](Ciphering& ciphering, Reading& reading) -> Result<Progress> {
            TRY(input(part.data(), part.size()));
            const auto produce = [&](MutableBytes room) -> Result<std::size_t> {
                const std::size_t written = TRY(ciphering.work().update(part, room));
                TRY(reading.work().update(room.first(written)));
                reading.updated = true;
                return written;
            };
            return deliver(ciphering, Step::DualUpdate, {ciphering.work().update_bound(part.size()), false}, out,
                           produce);
        });
    });
}

}  // namespace

CK_RV C_DigestEncryptUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pPart, CK_ULONG ulPartLen,
                            CK_BYTE_PTR pEncryptedPart, CK_ULONG_PTR pulEncryptedPartLen) {
    return read_and_encrypt<Digesting, Encrypting>(__func__, hSession, {pPart, ulPartLen},
                                                   {pEncryptedPart, pulEncryptedPartLen});
}

CK_RV C_DecryptDigestUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pEncryptedPart, CK_ULONG ulEncryptedPartLen,
                            CK_BYTE_PTR pPart, CK_ULONG_PTR pulPartLen) {
    return decrypt_and_read<Decrypting, Digesting>(__func__, hSession, {pEncryptedPart, ulEncryptedPartLen},
                                                   {pPart, pulPartLen});
}

CK_RV C_SignEncryptUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pPart, CK_ULONG ulPartLen, CK_BYTE_PTR pEncryptedPart,
                          CK_ULONG_PTR pulEncryptedPartLen) {
    return read_and_encrypt<Signing, Encrypting>(__func__, hSession, {pPart, ulPartLen},
                                                 {pEncryptedPart, pulEncryptedPartLen});
}

CK_RV C_DecryptVerifyUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pEncryptedPart, CK_ULONG ulEncryptedPartLen,
                            CK_BYTE_PTR pPart, CK_ULONG_PTR pulPartLen) {
    return decrypt_and_read<Decrypting, Verifying>(__func__, hSession, {pEncryptedPart, ulEncryptedPartLen},
                                                   {pPart, pulPartLen});
}

// Legacy functions that give every session the one code.
CK_RV C_GetFunctionStatus(CK_SESSION_HANDLE hSession) {
    return on_session(__func__, hSession,
                      [](token::Session&) -> Result<void> { return fail(Errc::FunctionNotParallel); });
}
CK_RV C_CancelFunction(CK_SESSION_HANDLE hSession) {
    return on_session(__func__, hSession,
                      [](token::Session&) -> Result<void> { return fail(Errc::FunctionNotParallel); });
}

}  // namespace kvp11::abi
