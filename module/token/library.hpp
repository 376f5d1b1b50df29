// Library: everything between C_Initialize and C_Finalize: the slots and the sessions.
//
// There is one at a time in a process, and it is never destroyed: a call that is still under way when
// another thread finalises keeps its session, and so its slot, alive. Finalising empties it, the next
// initialising fills it again. Nothing of it runs at exit. Thread-safe.
//
// After fork a child works on with what it inherited: the backends notice by themselves that they
// are in a new process. A child that initialises gets a library of its own; what it inherited is
// then left alone, because the parent still uses what is behind it.
#pragma once

#include <functional>
#include <vector>

#include "token/session.hpp"

namespace kvp11::token {

class Library {
public:
    using Opener = std::function<Result<std::vector<SlotDefinition>>()>;

    /// Opens the slots that `open` gives. AlreadyInitialized, and whatever `open` fails with. Of calls
    /// that race with each other one succeeds.
    static Result<void> initialise(const Opener& open);
    /// NotInitialized.
    static Result<void> finalise();
    /// Null before initialise() and after finalise().
    [[nodiscard]] static Library* running() noexcept;

    [[nodiscard]] std::vector<std::shared_ptr<Slot>> slots() const;
    /// SlotIdInvalid.
    [[nodiscard]] Result<std::shared_ptr<Slot>> slot(CK_SLOT_ID id) const;

    Result<Handle> open_session(CK_SLOT_ID slot, CK_FLAGS flags);
    /// SessionHandleInvalid.
    [[nodiscard]] Result<std::shared_ptr<Session>> session(Handle handle) const;
    /// The last session of a slot takes the login with it.
    Result<void> close_session(Handle handle);
    Result<void> close_all_sessions(CK_SLOT_ID slot);
    /// CKU_CONTEXT_SPECIFIC is for the session's operation (OperationNotInitialized when none asks for it); a PIN that
    /// gets locked by it logs out.
    Result<void> login(Session& session, CK_USER_TYPE user, const SecretBytes& pin);
    Result<void> logout(Session& session);

    /// For wait_for_end(), of a library that runs now.
    [[nodiscard]] static unsigned life() noexcept;
    /// Returns when that life of the library is over: no slot ever comes or goes. Not to be called inside a
    /// ForkGate::Call, or forks would wait for it.
    static void wait_for_end(unsigned life) noexcept;

private:
    explicit Library(unsigned forks) : forks_(forks) {}
    void fill(std::vector<SlotDefinition> definitions);
    void empty();
    void end(Session& session);

    const unsigned forks_;  // how many forks lie between the first process and the one it is of
    mutable std::mutex slots_mutex_;
    std::vector<std::shared_ptr<Slot>> slots_;
    HandleMap<Session> sessions_;
};

}  // namespace kvp11::token
