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

template <class Kind>
Result<Prepared<typename Kind::work_type>> Session::prepare(const mechanism::Request& request, Handle handle,
                                                            Stamp stamp) {
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
    auto& last = spare<Kind>();
    if (last.work && last.key == opened && last.row == request.row && !has_time(*opened) &&
        last.work->restart(request)) {
        last.stamp = stamp;
        last.handle = handle;
        return std::move(last);
    }
    auto work = TRY(Kind::start_work(request, opened));
    return Prepared<typename Kind::work_type>{std::move(work), std::move(opened), handle, request.row, stamp};
}

template <class Kind>
Result<void> Session::start(CK_MECHANISM_TYPE mechanism, ByteView parameter, Handle key) {
    std::lock_guard lock(mutex_);
    if (!std::holds_alternative<std::monostate>(operation_)) return fail(Errc::OperationActive);
    TRY(mechanism::require_operational());
    const Stamp stamp = slot_->stamp();
    auto& last = spare<Kind>();
    if (last.handle == key && last.is_for(mechanism) && last.stamp == stamp && !has_time(*last.key) &&
        last.work->restart({last.row, parameter})) {
        operation_.emplace<Kind>(Kind{std::move(last), false, {}});
        return {};
    }
    const mechanism::Request request = TRY(listed_mechanism(*slot_, mechanism, parameter, Kind::needed_flag));
    operation_.emplace<Kind>(Kind{TRY(prepare<Kind>(request, key, stamp)), false, {}});
    return {};
}

template Result<void> Session::start<Signing>(CK_MECHANISM_TYPE, ByteView, Handle);
template Result<void> Session::start<Verifying>(CK_MECHANISM_TYPE, ByteView, Handle);
template Result<void> Session::start<Encrypting>(CK_MECHANISM_TYPE, ByteView, Handle);
template Result<void> Session::start<Decrypting>(CK_MECHANISM_TYPE, ByteView, Handle);

Result<void> Session::start_digest(CK_MECHANISM_TYPE mechanism, ByteView parameter) {
    std::lock_guard lock(mutex_);
    if (!std::holds_alternative<std::monostate>(operation_)) return fail(Errc::OperationActive);
    TRY(mechanism::require_operational());
    auto& last = spare<Digesting>();
    if (last.is_for(mechanism) && last.work->restart({last.row, parameter})) {
        operation_.emplace<Digesting>(Digesting{std::move(last), false, {}});
        return {};
    }
    const mechanism::Request request = TRY(listed_mechanism(*slot_, mechanism, parameter, Digesting::needed_flag));
    auto work = TRY(mechanism::start_digesting(request));
    operation_.emplace<Digesting>(Digesting{{std::move(work), nullptr, CK_INVALID_HANDLE, request.row, {}}, false, {}});
    return {};
}

Result<void> Session::start_finding(const Template& wanted) {
    std::lock_guard lock(mutex_);
    if (!std::holds_alternative<std::monostate>(operation_)) return fail(Errc::OperationActive);
    operation_.emplace<Finding>(Finding{TRY(find_objects(*slot_, wanted)), 0});
    return {};
}

void Session::forget_keys() {
    std::lock_guard lock(mutex_);
    if (!std::holds_alternative<Digesting>(operation_)) operation_.emplace<std::monostate>();
    spares_ = {};
}

void Session::close() {
    std::vector<Handle> objects;
    {
        std::lock_guard lock(mutex_);
        operation_.emplace<std::monostate>();
        spares_ = {};
        objects.swap(own_objects_);
    }
    for (const Handle handle : objects) slot_->destroy_session_object(handle);
}

}  // namespace kvp11::token
