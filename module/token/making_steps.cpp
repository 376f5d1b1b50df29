#include "token/making_steps.hpp"

#include <algorithm>

#include "token/token_info.hpp"

namespace kvp11::token {

bool is_officer(const Session& session) { return session.slot().login_state() == LoginState::SecurityOfficer; }

Result<mechanism::Request> begin_making(Session& session, const MechanismUse& mechanism, CK_FLAGS needed) {
    session.note_completed(false);
    TRY(mechanism::require_operational());
    mechanism::Request request = TRY(listed_mechanism(session.slot(), mechanism.type, mechanism.parameter, needed));
    request.associated = mechanism.associated;
    return request;
}

Result<std::shared_ptr<const Object>> key_argument(Session& session, Handle handle, Errc when_missing) {
    auto object = session.key_object(handle);
    if (!object.ok() && object.code() == Errc::KeyHandleInvalid) return fail(when_missing);
    return object;
}

Result<std::shared_ptr<const Key>> key_for(Session& session, const Object& object, Handle handle,
                                           CK_ATTRIBUTE_TYPE usage, CK_MECHANISM_TYPE mechanism) {
    if (!object.flag(usage)) return fail(Errc::KeyFunctionNotPermitted);
    if (!object.allows_mechanism(mechanism))
        return fail(Errc::MechanismInvalid, "not among the key's allowed mechanisms");
    // There is no moment for C_Login between an Init and a use.
    if (object.flag(CKA_ALWAYS_AUTHENTICATE))
        return fail(Errc::UserNotLoggedIn,
                    "the key asks for a login before each use; a single call has no place for it");
    return session.slot().objects().key(handle);
}

Result<Handle> import_material(Session& session, const Draft& draft, const Template& attributes,
                               const SecretMaterial& material) {
    KeySpec spec;
    spec.type = *draft.kind.key_type;
    TRY(check_fingerprint(attributes, spec.type, material));
    Backend* store = TRY(session.slot().store_for_new(draft.on_token));
    const auto made = TRY(store->import_key(draft.new_key(spec), material));
    const bool is_pair = draft.kind.object_class == CKO_PRIVATE_KEY;
    return session.adopt(draft.on_token, {is_pair ? ObjectKind::PrivateKey : ObjectKind::SecretKey, made->id},
                         draft.face.is_private);
}

Result<SecretMaterial> fitted(const SecretBytes& secret, KeyType type, std::size_t wanted) {
    constexpr std::size_t largest_aes = 32;
    std::size_t size = wanted;
    if (size == 0) size = type == KeyType::Aes ? std::min(secret.size(), largest_aes) : secret.size();
    if (size > secret.size()) return fail(Errc::KeySizeRange, "the derived secret is shorter than CKA_VALUE_LEN");
    return SecretBytes::copy_of(secret.expose_bytes().last(size));
}

}  // namespace kvp11::token
