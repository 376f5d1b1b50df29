// Session: one application's conversation with a token: its state, the operations it is in the middle of, and the
// session objects that die with it.
//
// Keeps the last operation of each kind after it is over: an Init with the same key and mechanism
// takes it up again, and then costs no lookup, no allocation and no key schedule. Shares its slot.
// Thread-safe: calls on one session are taken one after the other.
#pragma once

#include <atomic>
#include <mutex>

#include "token/operation_slot.hpp"

namespace kvp11::token {

class Session {
public:
    Session(std::shared_ptr<Slot> slot, bool read_write) : slot_(std::move(slot)), read_write_(read_write) {}

    [[nodiscard]] Slot& slot() const noexcept { return *slot_; }
    [[nodiscard]] bool read_write() const noexcept { return read_write_; }
    [[nodiscard]] CK_STATE state() const noexcept;

    /// The object, if this session may see it: ObjectHandleInvalid.
    Result<std::shared_ptr<const Object>> object(Handle handle) const;
    /// The same for who wants no other attributes than those of is_sketched().
    Result<std::shared_ptr<const Object>> sketch(Handle handle) const;
    /// The same for an argument that must be a key: KeyHandleInvalid.
    Result<std::shared_ptr<const Object>> key_object(Handle handle) const;
    /// Whether such an object may be made or changed here: SessionReadOnly, UserNotLoggedIn.
    Result<void> check_writable(bool on_token, bool is_private) const;
    /// The handle of an object that was just made; a session object becomes this session's.
    Handle adopt(bool on_token, const ObjectRef& ref, bool is_private);

    /// C_SignInit and its like. OperationActive; KeyHandleInvalid, KeyFunctionNotPermitted,
    /// MechanismInvalid and what the mechanism room says.
    template <class Kind>
    Result<void> start(CK_MECHANISM_TYPE mechanism, ByteView parameter, Handle key);
    /// C_VerifySignatureInit: the same, and keeps the signature.
    Result<void> start_verifying_given(CK_MECHANISM_TYPE mechanism, ByteView parameter, Handle key, ByteView signature);
    Result<void> start_digest(CK_MECHANISM_TYPE mechanism, ByteView parameter);
    Result<void> start_finding(const Template& wanted);

    /// Runs `work(Kind&)`, which returns Result<Progress>, on the active operation. Ends the operation
    /// unless it continues or asks for a larger buffer. OperationNotInitialized; UserNotLoggedIn where the key asks for
    /// a login of its own.
    template <class Kind, class Work>
    Result<void> run(Work work);
    /// The dual-purpose functions: `work(First&, Second&)` on two active operations, ended alike.
    template <class First, class Second, class Work>
    Result<void> run_both(Work work);
    /// The same as run() for one message of a process. What fails ends the message, never the process. `in_parts`:
    /// whether the message must have been begun (else OperationNotInitialized) or must not (OperationActive).
    template <class Kind, class Work>
    Result<void> run_message(bool in_parts, Work work);
    /// C_Message…Final: OperationNotInitialized, OperationActive in the middle of a message.
    template <class Kind>
    Result<void> finish_messages();
    /// Ends an operation of this kind; false when there was none.
    template <class Kind>
    bool cancel();
    /// C_SessionCancel: ends those that are active.
    void cancel_all(CK_FLAGS named);

    /// C_Login with CKU_CONTEXT_SPECIFIC, for operations whose key asks for it. OperationNotInitialized when none does;
    /// PinIncorrect, PinLocked.
    Result<void> login_to_operation(const SecretBytes& pin);

    /// C_GetOperationState. OperationNotInitialized, StateUnsaveable for all but a digest without a key in it.
    Result<void> check_saveable();
    Result<Bytes> save_state();
    /// C_SetOperationState, in place of whatever is active. SavedStateInvalid.
    Result<void> restore_state(ByteView state);

    /// The service indicator: whether the last service completed here was an approved one. False when it failed.
    [[nodiscard]] bool last_was_approved() const noexcept { return last_approved_.load(std::memory_order_relaxed); }
    /// For services that are single calls.
    void note_completed(bool approved) noexcept { last_approved_.store(approved, std::memory_order_relaxed); }

    /// On logout: ends what used keys and forgets prepared operations.
    void forget_keys();
    /// The session is over: destroys its objects.
    void close();

private:
    [[nodiscard]] Result<std::shared_ptr<const Object>> if_seen(std::shared_ptr<const Object> object) const;
    template <class Kind>
    Kind& place() {
        return std::get<Kind>(places_);
    }
    [[nodiscard]] bool is_active(Activities activity) const noexcept { return (active_ & activity) != 0; }
    [[nodiscard]] Result<void> check_free(Activities activity) const;
    template <class Kind>
    Result<void> prepare(Kind& kind, const mechanism::Request& request, Handle key, Stamp stamp);
    template <class Kind>
    Result<void> start_locked(CK_MECHANISM_TYPE mechanism, ByteView parameter, Handle key);
    /// What was prepared before the module's error state gives nothing out in it.
    template <class Kind>
    Result<void> check_usable(const Kind& kind) const;
    /// After a call that did not continue: with what it ended.
    template <class Kind>
    void complete(Kind& kind);
    template <class Kind>
    void fail_operation(Kind& kind, Errc condition);
    template <class Kind>
    void note(const Kind& kind) noexcept;
    [[nodiscard]] Result<void> check_saveable_locked() const;
    void forget_all();

    const std::shared_ptr<Slot> slot_;
    const bool read_write_;
    std::atomic<bool> last_approved_{false};
    std::mutex mutex_;  // guards what follows
    Activities active_ = 0;
    Places places_;
    std::vector<Handle> own_objects_;
};

template <class Kind>
Result<void> Session::check_usable(const Kind& kind) const {
    if constexpr (!std::is_same_v<Kind, Finding>) {
        if (kind.awaits_login)
            return fail(Errc::UserNotLoggedIn, "the key asks for a login of its own before each use");
        TRY(mechanism::still_operational());
    }
    return {};
}

template <class Kind>
void Session::note(const Kind& kind) noexcept {
    if constexpr (!std::is_same_v<Kind, Finding>) note_completed(kind.work().was_approved());
}

template <class Kind>
void Session::complete(Kind& kind) {
    note(kind);
    kind.rest();
    active_ &= ~Kind::activity;
}

template <class Kind>
void Session::fail_operation(Kind& kind, Errc condition) {
    note_completed(false);
    active_ &= ~Kind::activity;
    // A signature that does not verify is an answer, not a failure of the operation.
    if (condition != Errc::SignatureInvalid && condition != Errc::SignatureLenRange) return kind.forget();
    note(kind);
    kind.rest();
}

template <class Kind, class Work>
Result<void> Session::run(Work work) {
    std::lock_guard lock(mutex_);
    if (!is_active(Kind::activity)) return fail(Errc::OperationNotInitialized);
    Kind& kind = place<Kind>();
    const Result<void> usable = check_usable(kind);
    const Result<Progress> outcome = usable.ok() ? work(kind) : Result<Progress>(fail(usable.error()));
    if (outcome.ok()) {
        if (*outcome == Progress::Over) complete(kind);
        return {};
    }
    if (outcome.code() != Errc::BufferTooSmall) fail_operation(kind, outcome.code());
    return fail(outcome.error());
}

template <class First, class Second, class Work>
Result<void> Session::run_both(Work work) {
    std::lock_guard lock(mutex_);
    if (!is_active(First::activity) || !is_active(Second::activity)) return fail(Errc::OperationNotInitialized);
    First& first = place<First>();
    Second& second = place<Second>();
    Result<void> usable = check_usable(first);
    if (usable.ok()) usable = check_usable(second);
    const Result<Progress> outcome = usable.ok() ? work(first, second) : Result<Progress>(fail(usable.error()));
    if (outcome.ok()) return {};
    if (outcome.code() != Errc::BufferTooSmall) {
        fail_operation(first, outcome.code());
        fail_operation(second, outcome.code());
    }
    return fail(outcome.error());
}

template <class Kind, class Work>
Result<void> Session::run_message(bool in_parts, Work work) {
    std::lock_guard lock(mutex_);
    if (!is_active(Kind::activity)) return fail(Errc::OperationNotInitialized);
    Kind& kind = place<Kind>();
    if (in_parts && !kind.updated) return fail(Errc::OperationNotInitialized, "no message was begun");
    if (!in_parts && kind.updated) return fail(Errc::OperationActive, "a message was begun in parts");
    const Result<void> usable = check_usable(kind);
    const Result<Progress> outcome = usable.ok() ? work(kind) : Result<Progress>(fail(usable.error()));
    if (outcome.ok() && *outcome == Progress::Continues) return {};
    if (!outcome.ok() && outcome.code() == Errc::BufferTooSmall) return fail(outcome.error());
    const bool is_answer =
        !outcome.ok() && (outcome.code() == Errc::SignatureInvalid || outcome.code() == Errc::SignatureLenRange);
    note_completed((outcome.ok() || is_answer) && kind.work().was_approved());
    kind.rest();
    kind.work().abandon();
    kind.awaits_login = kind.prepared.always_authenticate;
    return outcome.ok() ? Result<void>() : Result<void>(fail(outcome.error()));
}

template <class Kind>
Result<void> Session::finish_messages() {
    std::lock_guard lock(mutex_);
    if (!is_active(Kind::activity)) return fail(Errc::OperationNotInitialized);
    Kind& kind = place<Kind>();
    if (kind.updated) return fail(Errc::OperationActive, "a message was begun and not ended");
    kind.rest();
    active_ &= ~Kind::activity;
    return {};
}

template <class Kind>
bool Session::cancel() {
    std::lock_guard lock(mutex_);
    if (!is_active(Kind::activity)) return false;
    active_ &= ~Kind::activity;
    place<Kind>().forget();
    return true;
}

}  // namespace kvp11::token
