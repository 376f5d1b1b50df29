// Session: one application's conversation with a token: its state, the one operation it is in, and
// the session objects that die with it.
//
// Keeps the last operation of each kind after it is over: an Init with the same key and mechanism
// takes it up again, and then costs no lookup, no allocation and no key schedule. Shares its slot.
// Thread-safe: calls on one session are taken one after the other.
#pragma once

#include <atomic>
#include <mutex>
#include <tuple>

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
    Result<void> start_digest(CK_MECHANISM_TYPE mechanism, ByteView parameter);
    Result<void> start_finding(const Template& wanted);

    /// Runs `work(Kind&)`, which returns Result<Progress>, on the active operation. Ends the operation
    /// unless it continues or asks for a larger buffer. OperationNotInitialized.
    template <class Kind, class Work>
    Result<void> run(Work work);
    /// Ends an operation of this kind; false when there was none.
    template <class Kind>
    bool cancel();

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
    Prepared<typename Kind::work_type>& spare() {
        return std::get<Spare<Kind>>(spares_).prepared;
    }
    template <class Kind>
    Result<Prepared<typename Kind::work_type>> prepare(const mechanism::Request& request, Handle key, Stamp stamp);
    template <class Kind>
    void keep_for_reuse(Kind& active);
    /// What was prepared before the module's error state gives nothing out in it.
    template <class Kind, class Work>
    static Result<Progress> attempt(Kind& active, Work work);
    template <class Kind>
    void note(const Kind& active) noexcept;

    template <class Kind>
    struct Spare {
        Prepared<typename Kind::work_type> prepared;
    };

    const std::shared_ptr<Slot> slot_;
    const bool read_write_;
    std::atomic<bool> last_approved_{false};
    std::mutex mutex_;  // guards what follows
    Operation operation_;
    std::tuple<Spare<Signing>, Spare<Verifying>, Spare<Encrypting>, Spare<Decrypting>, Spare<Digesting>> spares_;
    std::vector<Handle> own_objects_;
};

template <class Kind>
void Session::keep_for_reuse(Kind& active) {
    if constexpr (!std::is_same_v<Kind, Finding>) spare<Kind>() = std::move(active.prepared);
}

template <class Kind, class Work>
Result<Progress> Session::attempt(Kind& active, Work work) {
    if constexpr (!std::is_same_v<Kind, Finding>) TRY(mechanism::still_operational());
    return work(active);
}

template <class Kind>
void Session::note(const Kind& active) noexcept {
    if constexpr (!std::is_same_v<Kind, Finding>) note_completed(active.work().was_approved());
}

template <class Kind, class Work>
Result<void> Session::run(Work work) {
    std::lock_guard lock(mutex_);
    Kind* active = std::get_if<Kind>(&operation_);
    if (active == nullptr) return fail(Errc::OperationNotInitialized);
    const Result<Progress> outcome = attempt(*active, work);
    if (outcome.ok()) {
        if (*outcome == Progress::Continues) return {};
        note<Kind>(*active);
        keep_for_reuse(*active);
        operation_.template emplace<std::monostate>();
        return {};
    }
    if (outcome.code() == Errc::BufferTooSmall) return fail(outcome.error());
    note_completed(false);
    // A signature that does not verify is an answer, not a failure of the operation.
    if (outcome.code() == Errc::SignatureInvalid || outcome.code() == Errc::SignatureLenRange) {
        note<Kind>(*active);
        keep_for_reuse(*active);
    }
    operation_.template emplace<std::monostate>();
    return fail(outcome.error());
}

template <class Kind>
bool Session::cancel() {
    std::lock_guard lock(mutex_);
    if (!std::holds_alternative<Kind>(operation_)) return false;
    operation_.template emplace<std::monostate>();
    return true;
}

}  // namespace kvp11::token
