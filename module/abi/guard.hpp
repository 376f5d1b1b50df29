// The guard around every C function: nothing is thrown into the host, nothing runs before
// C_Initialize, nothing runs inside itself, and every refusal leaves a line in the log.
#pragma once

#include <new>

#include "abi/ck_rv.hpp"
#include "abi/work.hpp"
#include "token/fork_gate.hpp"
#include "token/library.hpp"

namespace kvp11::abi {

/// One C function under way on this thread. OpenSSL may be configured to load the very module that
/// calls it, which would then come back here from inside: nested() tells.
using Entry = token::ForkGate::Call;

/// The CK_RV of a condition, after a word to the log.
CK_RV refuse(const char* function, const Error& error) noexcept;
CK_RV refuse(const char* function, Errc condition) noexcept;

/// Runs `work()`, which returns Result<void>. The only catch-all of the module.
template <class Work>
CK_RV contained(const char* function, Work work) noexcept {
    try {
        const Result<void> result = work();
        return result.ok() ? CKR_OK : refuse(function, result.error());
    } catch (const std::bad_alloc&) {
        return refuse(function, Errc::OutOfMemory);
    } catch (...) {
        return refuse(function, Errc::Internal);
    }
}

/// For every function but C_Initialize and those that work before it: `work(Library&)`.
template <class Work>
CK_RV guarded(const char* function, Work work) noexcept {
    const Entry entry;
    if (entry.nested()) return refuse(function, Errc::NotInitialized);
    token::Library* library = token::Library::running();
    if (library == nullptr) return refuse(function, Errc::NotInitialized);
    return contained(function, [&] { return work(*library); });
}

/// A token that has sessions was there once: where it is found missing it was removed (2.40 §5.1.2), which is
/// DeviceRemoved.
Result<void> under_session(Result<void> outcome);

/// For functions of a session that change more than it: `work(Library&, Session&)`.
template <class Work>
CK_RV with_session(const char* function, CK_SESSION_HANDLE handle, Work work) noexcept {
    return guarded(function, [&](token::Library& library) -> Result<void> {
        const auto session = TRY(library.session(handle));
        return under_session(work(library, *session));
    });
}

/// For functions of a session: `work(Session&)`.
template <class Work>
CK_RV on_session(const char* function, CK_SESSION_HANDLE handle, Work work) noexcept {
    return with_session(function, handle, [&](token::Library&, token::Session& session) { return work(session); });
}

/// For functions of an active operation: `work(Kind&)` returns Result<Progress>.
template <class Kind, class Work>
CK_RV on_operation(const char* function, CK_SESSION_HANDLE handle, Work work) noexcept {
    return on_session(function, handle, [&](token::Session& session) { return session.run<Kind>(work); });
}

/// For one message of a process of messages: `work(Kind&)` returns Result<Progress>. `in_parts`: it must have been
/// begun.
template <class Kind, class Work>
CK_RV on_message(const char* function, CK_SESSION_HANDLE handle, bool in_parts, Work work) noexcept {
    return on_session(function, handle,
                      [&](token::Session& session) { return session.run_message<Kind>(in_parts, work); });
}

}  // namespace kvp11::abi
