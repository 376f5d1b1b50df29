#include "token/slot.hpp"

namespace kvp11::token {

namespace {

Result<void> check_pin_length(const SecretBytes& pin) {
    if (pin.size() < min_pin_size || pin.size() > max_pin_size)
        return fail(Errc::PinLenRange, "a PIN has 4 to 255 bytes");
    return {};
}

}  // namespace

Slot::Slot(SlotDefinition definition)
    : id_(definition.id),
      description_(std::move(definition.description)),
      has_clock_(definition.has_clock),
      session_objects_(std::make_unique<SessionStore>(std::move(definition.session_objects))) {
    if (!definition.backend.ok()) {
        why_absent_ = definition.backend.error();
        return;
    }
    token_ = std::move(definition.backend).value();
    objects_ = std::make_unique<ObjectTable>(*token_, *session_objects_);
}

Result<Backend*> Slot::backend() const {
    if (why_absent_) return fail(*why_absent_);
    return token_.get();
}

Result<TokenStatus> Slot::status() const { return TRY(backend())->status(); }

Result<void> Slot::check_active() const {
    const TokenStatus token = TRY(token_->status());
    if (token.life_cycle == LifeCycle::Uninitialised)
        return fail(Errc::TokenNotRecognized, "the token is not there any more");
    if (token.life_cycle == LifeCycle::Error) return fail(Errc::PartitionErrorState, "a self-test of the token failed");
    if (token.life_cycle != LifeCycle::Active) {
        return fail(Errc::PartitionNotActive, "the token is not active: kvp11 hsm status says what it waits for");
    }
    return {};
}

Result<Backend*> Slot::store_for_new(bool on_token) const {
    if (!on_token) TRY(check_active());
    return &objects_->store(on_token);
}

Stamp Slot::stamp() const noexcept {
    return {token_->generation(), session_objects_->generation(), logins_.load(std::memory_order_acquire)};
}

Result<void> Slot::admit(bool read_write) {
    const TokenStatus token = TRY(status());
    if (token.life_cycle == LifeCycle::Uninitialised)
        return fail(Errc::TokenNotRecognized, "the token is not initialised");
    std::lock_guard lock(mutex_);
    if (!read_write && login_state() == LoginState::SecurityOfficer) return fail(Errc::SessionReadWriteSoExists);
    login_required_ = token.login_required;
    ++(read_write ? read_write_ : read_only_);
    return {};
}

bool Slot::dismiss(bool read_write) {
    std::lock_guard lock(mutex_);
    --(read_write ? read_write_ : read_only_);
    if (session_count() > 0) return false;
    objects_->clear();
    return login_state() != LoginState::Nobody;
}

Result<void> Slot::login(CK_USER_TYPE user, const SecretBytes& pin) {
    if (user != CKU_USER && user != CKU_SO) return fail(Errc::UserTypeInvalid);
    const LoginState wanted = user == CKU_USER ? LoginState::User : LoginState::SecurityOfficer;
    std::lock_guard lock(mutex_);
    if (login_state() == wanted) return fail(Errc::UserAlreadyLoggedIn);
    if (login_state() != LoginState::Nobody) return fail(Errc::UserAnotherAlreadyLoggedIn);
    if (wanted == LoginState::SecurityOfficer && read_only_ > 0) return fail(Errc::SessionReadOnlyExists);
    TRY(token_->login(wanted == LoginState::User ? Role::User : Role::SecurityOfficer, pin));
    login_ = wanted;
    ++logins_;
    return {};
}

Result<void> Slot::confirm_user(const SecretBytes& pin) {
    std::lock_guard lock(mutex_);
    return token_->login(Role::User, pin);
}

void Slot::forget_login() {
    login_ = LoginState::Nobody;
    ++logins_;
    for (const ObjectRef& ref : objects_->drop_private()) (void)session_objects_->remove(ref);
}

Result<void> Slot::logout() {
    std::lock_guard lock(mutex_);
    if (login_state() == LoginState::Nobody) return fail(Errc::UserNotLoggedIn);
    forget_login();
    return token_->logout();
}

Result<void> Slot::initialise(const SecretBytes& so_pin, const std::string& label) {
    Backend* token = TRY(backend());
    TRY(check_pin_length(so_pin));
    std::lock_guard lock(mutex_);
    if (session_count() > 0) return fail(Errc::SessionExists);
    TRY(token->initialise(so_pin, label));
    objects_->clear();
    forget_login();
    return {};
}

Result<void> Slot::initialise_user_pin(const SecretBytes& pin) {
    std::lock_guard lock(mutex_);
    if (login_state() != LoginState::SecurityOfficer) return fail(Errc::UserNotLoggedIn);
    TRY(check_pin_length(pin));
    return token_->initialise_user_pin(pin);
}

Result<void> Slot::change_pin(const SecretBytes& old_pin, const SecretBytes& new_pin) {
    TRY(check_pin_length(new_pin));
    std::lock_guard lock(mutex_);
    const bool officer = login_state() == LoginState::SecurityOfficer;
    return token_->change_pin(officer ? Role::SecurityOfficer : Role::User, old_pin, new_pin);
}

void Slot::destroy_session_object(Handle handle) {
    const auto object = objects_->object(handle);
    if (!object.ok()) return;
    (void)session_objects_->remove((*object)->ref());
    objects_->forget(handle);
}

}  // namespace kvp11::token
