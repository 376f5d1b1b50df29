#include "token/session.hpp"

#include "mechanism/key_check.hpp"
#include "token/finding.hpp"
#include "token/token_info.hpp"

namespace kvp11::token {

namespace {

// Such a key is asked anew each time whether it may still be used.
bool has_time(const Key& key) { return key.record().not_before || key.record().expires; }

}  // namespace

CK_STATE Session::state() const noexcept {
    switch (slot_->login_state()) {
        case LoginState::SecurityOfficer: return CKS_RW_SO_FUNCTIONS;
        case LoginState::User: return read_write_ ? CKS_RW_USER_FUNCTIONS : CKS_RO_USER_FUNCTIONS;
        case LoginState::Nobody: break;
    }
    return read_write_ ? CKS_RW_PUBLIC_SESSION : CKS_RO_PUBLIC_SESSION;
}

Result<std::shared_ptr<const Object>> Session::object(Handle handle) const {
    return if_seen(TRY(slot_->objects().object(handle)));
}

Result<std::shared_ptr<const Object>> Session::sketch(Handle handle) const {
    return if_seen(TRY(slot_->objects().sketch(handle)));
}

Result<std::shared_ptr<const Object>> Session::if_seen(std::shared_ptr<const Object> object) const {
    if (object->is_private() && !slot_->sees_private()) return fail(Errc::ObjectHandleInvalid);
    return object;
}

Result<std::shared_ptr<const Object>> Session::key_object(Handle handle) const {
    auto found = object(handle);
    if (!found.ok() && found.code() == Errc::ObjectHandleInvalid) return fail(Errc::KeyHandleInvalid);
    if (found.ok() && !(*found)->key()) return fail(Errc::KeyHandleInvalid, "the object is not a key");
    return found;
}

Result<void> Session::check_writable(bool on_token, bool is_private) const {
    if (on_token && !read_write_) return fail(Errc::SessionReadOnly);
    if (is_private && !slot_->sees_private())
        return fail(Errc::UserNotLoggedIn, "a private object needs the user's login");
    return {};
}

Handle Session::adopt(bool on_token, const ObjectRef& ref, bool is_private) {
    const Handle handle = slot_->objects().handle_of(on_token, ref, is_private);
    if (!on_token) {
        std::lock_guard lock(mutex_);
        own_objects_.push_back(handle);
    }
    return handle;
}

Result<void> Session::check_free(Activities activity) const {
    if ((active_ & ~allowed_beside(activity)) == 0) return {};
    return fail(Errc::OperationActive, "another operation of this session is not over");
}

template <class Kind>
Result<void> Session::prepare(Kind& kind, const mechanism::Request& request, Handle handle, Stamp stamp) {
    const auto found = key_object(handle);
    if (!found.ok()) {
        TRY(slot_->check_active());  // a token that holds no keys yet says so, rather than that this is none
        return fail(found.error());
    }
    const Object& object = **found;
    if (!object.flag(Kind::usage_attribute)) {
        // A key of the wrong type is told that first (PKCS#11 3.2 §5.1.6).
        TRY(mechanism::check_key(*request.row, *object.key()));
        return fail(Errc::KeyFunctionNotPermitted);
    }
    if (!object.allows_mechanism(request.row->type)) {
        return fail(Errc::MechanismInvalid, "the mechanism is not among the key's allowed ones");
    }
    auto key = slot_->objects().key(handle);
    if (!key.ok() && key.code() == Errc::ObjectHandleInvalid) return fail(Errc::KeyHandleInvalid);
    std::shared_ptr<const Key> opened = TRY(std::move(key));
    auto& last = kind.prepared;
    const bool asks_login = object.flag(CKA_ALWAYS_AUTHENTICATE);
    if (last.work && last.key == opened && last.row == request.row && !has_time(*opened) &&
        last.work->restart(request)) {
        last.stamp = stamp;
        last.handle = handle;
        last.always_authenticate = asks_login;
        return {};
    }
    auto work = TRY(Kind::start_work(request, opened));
    last = {std::move(work), std::move(opened), handle, request.row, stamp, asks_login};
    return {};
}

template <class Kind>
Result<void> Session::start_locked(CK_MECHANISM_TYPE mechanism, ByteView parameter, Handle key) {
    TRY(check_free(Kind::activity));
    TRY(mechanism::require_operational());
    const Stamp stamp = slot_->stamp();
    Kind& kind = place<Kind>();
    auto& last = kind.prepared;
    const bool again = last.handle == key && last.is_for(mechanism) && last.stamp == stamp && !has_time(*last.key) &&
                       last.work->restart({last.row, parameter});
    if (!again) {
        const mechanism::Request request = TRY(listed_mechanism(*slot_, mechanism, parameter, Kind::needed_flag));
        TRY(prepare(kind, request, key, stamp));
    }
    kind.awaits_login = last.always_authenticate;
    active_ |= Kind::activity;
    return {};
}

template <class Kind>
Result<void> Session::start(CK_MECHANISM_TYPE mechanism, ByteView parameter, Handle key) {
    std::lock_guard lock(mutex_);
    return start_locked<Kind>(mechanism, parameter, key);
}

template Result<void> Session::start<Signing>(CK_MECHANISM_TYPE, ByteView, Handle);
template Result<void> Session::start<Verifying>(CK_MECHANISM_TYPE, ByteView, Handle);
template Result<void> Session::start<Encrypting>(CK_MECHANISM_TYPE, ByteView, Handle);
template Result<void> Session::start<Decrypting>(CK_MECHANISM_TYPE, ByteView, Handle);
template Result<void> Session::start<SignRecovering>(CK_MECHANISM_TYPE, ByteView, Handle);
template Result<void> Session::start<VerifyRecovering>(CK_MECHANISM_TYPE, ByteView, Handle);
template Result<void> Session::start<MessageSigning>(CK_MECHANISM_TYPE, ByteView, Handle);
template Result<void> Session::start<MessageVerifying>(CK_MECHANISM_TYPE, ByteView, Handle);
template Result<void> Session::start<MessageEncrypting>(CK_MECHANISM_TYPE, ByteView, Handle);
template Result<void> Session::start<MessageDecrypting>(CK_MECHANISM_TYPE, ByteView, Handle);

Result<void> Session::start_verifying_given(CK_MECHANISM_TYPE mechanism, ByteView parameter, Handle key,
                                            ByteView signature) {
    std::lock_guard lock(mutex_);
    TRY(start_locked<VerifyingGiven>(mechanism, parameter, key));
    place<VerifyingGiven>().signature = copy_of(signature);
    return {};
}

Result<void> Session::start_digest(CK_MECHANISM_TYPE mechanism, ByteView parameter) {
    std::lock_guard lock(mutex_);
    TRY(check_free(CKF_DIGEST));
    TRY(mechanism::require_operational());
    auto& last = place<Digesting>().prepared;
    if (!last.is_for(mechanism) || !last.work->restart({last.row, parameter})) {
        const mechanism::Request request = TRY(listed_mechanism(*slot_, mechanism, parameter, CKF_DIGEST));
        auto work = TRY(mechanism::start_digesting(request));
        last = {std::move(work), nullptr, CK_INVALID_HANDLE, request.row, {}};
    }
    active_ |= CKF_DIGEST;
    return {};
}

Result<void> Session::start_finding(const Template& wanted) {
    std::lock_guard lock(mutex_);
    TRY(check_free(CKF_FIND_OBJECTS));
    place<Finding>() = Finding{TRY(find_objects(*slot_, wanted)), 0};
    active_ |= CKF_FIND_OBJECTS;
    return {};
}

void Session::cancel_all(CK_FLAGS named) {
    std::lock_guard lock(mutex_);
    Activities ended = named & ~verifying_given_signature;
    if ((named & CKF_VERIFY) != 0) ended |= verifying_given_signature;
    ended &= active_;
    const auto end = [&](auto& kind) {
        if ((ended & std::remove_reference_t<decltype(kind)>::activity) != 0) kind.forget();
    };
    std::apply([&](auto&... kinds) { (end(kinds), ...); }, places_);
    active_ &= ~ended;
}

Result<void> Session::login_to_operation(const SecretBytes& pin) {
    std::lock_guard lock(mutex_);
    const auto awaits = [&](const auto& kind) {
        using Place = std::remove_cvref_t<decltype(kind)>;
        if constexpr (std::is_same_v<Place, Finding>)
            return false;
        else
            return is_active(Place::activity) && kind.awaits_login;
    };
    const bool asked = std::apply([&](const auto&... kinds) { return (awaits(kinds) || ...); }, places_);
    if (!asked) return fail(Errc::OperationNotInitialized, "no operation asks for a login of its own");
    TRY(slot_->confirm_user(pin));
    const auto admit = [](auto& kind) {
        if constexpr (!std::is_same_v<std::remove_cvref_t<decltype(kind)>, Finding>) kind.awaits_login = false;
    };
    std::apply([&](auto&... kinds) { (admit(kinds), ...); }, places_);
    return {};
}

Result<void> Session::check_saveable_locked() const {
    if (active_ == 0) return fail(Errc::OperationNotInitialized);
    TRY(mechanism::require_operational());
    if (active_ != CKF_DIGEST) return fail(Errc::StateUnsaveable, "only the state of a digest alone can be saved");
    const Digesting& digesting = std::get<Digesting>(places_);
    if (digesting.took_key) return fail(Errc::StateUnsaveable, "a key is part of the digest");
    if (digesting.kept) return fail(Errc::StateUnsaveable, "the digest is made and was not fetched");
    return {};
}

Result<void> Session::check_saveable() {
    std::lock_guard lock(mutex_);
    return check_saveable_locked();
}

Result<Bytes> Session::save_state() {
    std::lock_guard lock(mutex_);
    TRY(check_saveable_locked());
    const Digesting& digesting = place<Digesting>();
    return slot_->saved_states().add({digesting.prepared.row, digesting.work().clone(), digesting.updated});
}

Result<void> Session::restore_state(ByteView state) {
    const SavedDigest saved = TRY(slot_->saved_states().find(state));
    std::lock_guard lock(mutex_);
    TRY(mechanism::require_operational());
    forget_all();
    Digesting& digesting = place<Digesting>();
    digesting.prepared = {saved.work->clone(), nullptr, CK_INVALID_HANDLE, saved.row, {}};
    digesting.updated = saved.updated;
    active_ = CKF_DIGEST;
    return {};
}

void Session::forget_all() {
    std::apply([](auto&... kinds) { (kinds.forget(), ...); }, places_);
    active_ = 0;
}

// A digest uses no key, and goes on.
void Session::forget_keys() {
    std::lock_guard lock(mutex_);
    const auto forget = [](auto& kind) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(kind)>, Digesting>) kind.forget();
    };
    std::apply([&](auto&... kinds) { (forget(kinds), ...); }, places_);
    active_ &= CKF_DIGEST;
}

void Session::close() {
    std::vector<Handle> objects;
    {
        std::lock_guard lock(mutex_);
        forget_all();
        objects.swap(own_objects_);
    }
    for (const Handle handle : objects) slot_->destroy_session_object(handle);
}

}  // namespace kvp11::token
