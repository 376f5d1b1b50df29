#include "token/library.hpp"

#include "token/fork_gate.hpp"

namespace kvp11::token {

namespace {

// Trivially destroyed, all of them: nothing of this runs at exit.
std::atomic<Library*> current{nullptr};
Library* emptied = nullptr;  // the one to fill again; under life_mutex
std::mutex life_mutex;
std::atomic<unsigned> lives{0};  // how many are over; waited on without a lock, so that a fork may come

}  // namespace

Library* Library::running() noexcept { return current.load(std::memory_order_acquire); }

Result<void> Library::initialise(const Opener& open) {
    std::lock_guard lock(life_mutex);
    const unsigned now = ForkGate::forks();
    Library* library = current.load(std::memory_order_relaxed);
    if (library != nullptr && library->forks_ == now) return fail(Errc::AlreadyInitialized);
    auto definitions = TRY(open());
    ForkGate::watch();  // after the backends' own watching
    // An inherited library is left as it is, and is leaked.
    library = emptied != nullptr && emptied->forks_ == now ? emptied : new Library(now);
    emptied = nullptr;
    library->fill(std::move(definitions));
    current.store(library, std::memory_order_release);
    return {};
}

Result<void> Library::finalise() {
    std::lock_guard lock(life_mutex);
    Library* library = current.exchange(nullptr);
    if (library == nullptr) return fail(Errc::NotInitialized);
    lives.fetch_add(1);
    lives.notify_all();
    library->empty();
    emptied = library;
    return {};
}

unsigned Library::life() noexcept { return lives.load(); }
void Library::wait_for_end(unsigned life) noexcept { lives.wait(life); }

void Library::fill(std::vector<SlotDefinition> definitions) {
    std::lock_guard lock(slots_mutex_);
    for (SlotDefinition& definition : definitions) slots_.push_back(std::make_shared<Slot>(std::move(definition)));
}

void Library::empty() {
    for (const auto& [handle, session] : sessions_.all()) (void)close_session(handle);
    std::lock_guard lock(slots_mutex_);
    slots_.clear();
}

std::vector<std::shared_ptr<Slot>> Library::slots() const {
    std::lock_guard lock(slots_mutex_);
    return slots_;
}

Result<std::shared_ptr<Slot>> Library::slot(CK_SLOT_ID id) const {
    std::lock_guard lock(slots_mutex_);
    for (const auto& slot : slots_) {
        if (slot->id() == id) return slot;
    }
    return fail(Errc::SlotIdInvalid);
}

Result<Handle> Library::open_session(CK_SLOT_ID slot_id, CK_FLAGS flags) {
    auto slot = TRY(this->slot(slot_id));
    if ((flags & CKF_SERIAL_SESSION) == 0) return fail(Errc::SessionParallelNotSupported);
    if ((flags & CKF_ASYNC_SESSION) != 0)
        return fail(Errc::SessionAsyncNotSupported, "no call of the module returns before it is done");
    const bool read_write = (flags & CKF_RW_SESSION) != 0;
    TRY(slot->admit(read_write));
    return sessions_.add(std::make_shared<Session>(std::move(slot), read_write));
}

Result<std::shared_ptr<Session>> Library::session(Handle handle) const {
    auto session = sessions_.find(handle);
    if (!session) return fail(running() == nullptr ? Errc::NotInitialized : Errc::SessionHandleInvalid);
    return session;
}

void Library::end(Session& session) {
    session.close();
    Slot& slot = session.slot();
    if (slot.dismiss(session.read_write())) (void)slot.logout();
}

Result<void> Library::close_session(Handle handle) {
    const auto session = sessions_.remove(handle);
    if (!session) return fail(Errc::SessionHandleInvalid);
    end(*session);
    return {};
}

Result<void> Library::close_all_sessions(CK_SLOT_ID slot_id) {
    const auto slot = TRY(this->slot(slot_id));
    for (const auto& [handle, session] : sessions_.all()) {
        if (&session->slot() == slot.get() && sessions_.remove(handle)) end(*session);
    }
    return {};
}

Result<void> Library::login(Session& session, CK_USER_TYPE user, const SecretBytes& pin) {
    if (user != CKU_CONTEXT_SPECIFIC) return session.slot().login(user, pin);
    auto confirmed = session.login_to_operation(pin);
    if (!confirmed.ok() && confirmed.code() == Errc::PinLocked) (void)logout(session);
    return confirmed;
}

Result<void> Library::logout(Session& session) {
    TRY(session.slot().logout());
    for (const auto& [handle, other] : sessions_.all()) {
        if (&other->slot() == &session.slot()) other->forget_keys();
    }
    return {};
}

}  // namespace kvp11::token
