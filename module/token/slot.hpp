// Slot: one token: its backend, the session objects beside it, who is logged in, and how many
// sessions look at it. Owns its backends and its object table; shared by its sessions. Thread-safe.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "token/object_table.hpp"
#include "token/saved_states.hpp"
#include "token/session_store.hpp"

namespace kvp11::token {

/// What the composition root says of a slot. A backend that could not be opened leaves an Error
/// here, which every call to the slot's token then gets.
struct SlotDefinition {
    CK_SLOT_ID id = 0;
    std::string description;
    Result<std::unique_ptr<Backend>> backend;
    std::unique_ptr<Backend> session_objects;
    bool has_clock = false;  // the token is here: it judges the dates of its keys by the clock of this machine
};

/// Bytes of a PIN.
constexpr std::size_t min_pin_size = 4;
constexpr std::size_t max_pin_size = 255;

enum class LoginState : std::uint8_t { Nobody, User, SecurityOfficer };

/// What must be as it was for a prepared operation to be taken again without looking anything up.
struct Stamp {
    std::uint64_t token_objects = 0;
    std::uint64_t session_objects = 0;
    std::uint64_t logins = 0;
    bool operator==(const Stamp&) const = default;
};

class Slot {
public:
    explicit Slot(SlotDefinition definition);

    [[nodiscard]] CK_SLOT_ID id() const noexcept { return id_; }
    [[nodiscard]] const std::string& description() const noexcept { return description_; }
    [[nodiscard]] bool has_clock() const noexcept { return has_clock_; }

    /// The token's backend, or why there is none.
    [[nodiscard]] Result<Backend*> backend() const;
    [[nodiscard]] Result<TokenStatus> status() const;
    /// Only after backend() was seen to work, as it was for whoever has a session.
    [[nodiscard]] Backend& token() const noexcept { return *token_; }
    [[nodiscard]] const Backend& session_objects() const noexcept { return *session_objects_; }
    /// Where other names for keys of the token are.
    [[nodiscard]] SessionStore& aliases() noexcept { return *session_objects_; }
    [[nodiscard]] ObjectTable& objects() noexcept { return *objects_; }
    /// PartitionNotActive or PartitionErrorState, with what to do; TokenNotRecognized for one that is gone.
    [[nodiscard]] Result<void> check_active() const;
    /// The store for an object that is being made; PartitionNotActive like the token itself, so that
    /// session objects are no way around its life cycle.
    [[nodiscard]] Result<Backend*> store_for_new(bool on_token) const;

    [[nodiscard]] LoginState login_state() const noexcept { return login_.load(std::memory_order_acquire); }
    /// Whether private objects can be seen.
    [[nodiscard]] bool sees_private() const noexcept {
        return login_state() == LoginState::User || !login_required_.load(std::memory_order_relaxed);
    }
    [[nodiscard]] Stamp stamp() const noexcept;
    [[nodiscard]] SavedStates& saved_states() noexcept { return saved_states_; }

    /// A session begins: TokenNotRecognized, SessionReadWriteSoExists.
    Result<void> admit(bool read_write);
    /// A session has ended. The last one takes all handles with it; true when somebody was logged in then,
    /// so that the caller logs out.
    bool dismiss(bool read_write);
    [[nodiscard]] CK_ULONG session_count() const noexcept { return read_only_ + read_write_; }
    [[nodiscard]] CK_ULONG read_write_count() const noexcept { return read_write_; }

    Result<void> login(CK_USER_TYPE user, const SecretBytes& pin);
    /// The user's PIN once more, for one operation; who is logged in stays as it is. PinIncorrect (counted), PinLocked.
    Result<void> confirm_user(const SecretBytes& pin);
    /// UserNotLoggedIn when nobody is. Drops private handles and session objects.
    Result<void> logout();
    /// SessionExists, PinIncorrect …
    Result<void> initialise(const SecretBytes& so_pin, const std::string& label);
    Result<void> initialise_user_pin(const SecretBytes& pin);
    Result<void> change_pin(const SecretBytes& old_pin, const SecretBytes& new_pin);

    /// Removes a session object from its store and table; quiet when it is gone already.
    void destroy_session_object(Handle handle);

private:
    void forget_login();

    const CK_SLOT_ID id_;
    const std::string description_;
    const bool has_clock_;
    std::unique_ptr<Backend> token_;
    std::unique_ptr<SessionStore> session_objects_;
    std::optional<Error> why_absent_;
    std::unique_ptr<ObjectTable> objects_;
    SavedStates saved_states_;

    std::mutex mutex_;  // session counts and login transitions
    std::atomic<CK_ULONG> read_only_{0};
    std::atomic<CK_ULONG> read_write_{0};
    std::atomic<LoginState> login_{LoginState::Nobody};
    std::atomic<std::uint64_t> logins_{0};
    std::atomic<bool> login_required_{true};
};

}  // namespace kvp11::token
