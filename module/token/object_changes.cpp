#include "token/object_changes.hpp"

#include "token/approved_leaving.hpp"
#include "token/certificate_draft.hpp"
#include "token/record_rules.hpp"

namespace kvp11::token {

namespace {

bool is_officer(const Session& session) { return session.slot().login_state() == LoginState::SecurityOfficer; }

ObjectKind kind_of_half(const Kind& kind) {
    return kind.object_class == CKO_PRIVATE_KEY ? ObjectKind::PrivateKey : ObjectKind::SecretKey;
}

Result<Handle> store_record(Session& session, const Draft& draft, const Record& record) {
    Backend& store = session.slot().objects().store(draft.on_token);
    const auto made = TRY(store.create_record(record));
    return session.adopt(draft.on_token, {ObjectKind::Record, {made->id, {}}}, draft.face.is_private);
}

Result<Handle> store_key(Session& session, const Draft& draft, const KeySpec& spec, const SecretMaterial& material) {
    Backend* store = TRY(session.slot().store_for_new(draft.on_token));
    const auto made = TRY(store->import_key(draft.new_key(spec), material));
    return session.adopt(draft.on_token, {kind_of_half(draft.kind), made->id}, draft.face.is_private);
}

Result<Handle> store_alias(Session& session, const Object& object, const Draft& draft, std::shared_ptr<const Key> key) {
    const KeyRecord& original = *object.key();
    if (draft.not_before != original.not_before || draft.expires != original.expires)
        return fail(Errc::TemplateInconsistent, "the key is the service's: its dates are so in every session");
    TRY(session.slot().check_active());
    const auto made = session.slot().aliases().add_alias(std::move(key), draft.new_key(original.spec));
    return session.adopt(false, {kind_of_half(draft.kind), made->id}, draft.face.is_private);
}

/// Both halves share one set of operations.
KeyOps operations_with(const Object& object, const Draft& draft) {
    const KeyRecord& key = *object.key();
    if (draft.kind.object_class == CKO_SECRET_KEY) return draft.ops;
    const bool is_public = draft.kind.object_class == CKO_PUBLIC_KEY;
    const Kind other{is_public ? CKO_PRIVATE_KEY : CKO_PUBLIC_KEY, draft.kind.key_type};
    const bool has_other = is_public || key.public_face.has_value();
    return draft.ops | (has_other ? key.ops & possible_operations(other) : KeyOps::None);
}

/// CK_INVALID_HANDLE when the object is no private half of a pair, or nobody has seen the public one.
Handle public_half_of(const ObjectTable& objects, const Object& object) {
    if (object.ref().kind != ObjectKind::PrivateKey || !object.key()->public_face) return CK_INVALID_HANDLE;
    return objects.known_handle(object.on_token(), {ObjectKind::PublicKey, object.ref().id});
}

/// A data object, a certificate and the like.
Result<Handle> create_record(Session& session, Draft draft, const Template& attributes) {
    TRY(check_record(draft.kind, draft.face));
    if (draft.kind.object_class == CKO_CERTIFICATE) {
        TRY(complete_certificate(draft, attributes));
        if (!attributes.has(CKA_ID)) {
            draft.face.id = id_of_key_with(session.slot().token(), draft.face.extras[CKA_PUBLIC_KEY_INFO],
                                           session.slot().sees_private());
        }
    }
    return store_record(session, draft, Record{{}, draft.kind.object_class, draft.face, 0});
}

Result<void> check_uses(const Session& session, const Object& object, const Template& changes) {
    return session.slot().token().approved_only() ? check_settled_uses(object, changes) : Result<void>{};
}

/// What check_record misses was there when the object was made.
Result<void> check_changed_record(const Draft& draft) {
    if (draft.kind.object_class != CKO_TRUST) return {};
    auto checked = check_record(draft.kind, draft.face);
    if (!checked.ok() && checked.code() == Errc::TemplateIncomplete)
        return fail(Errc::TemplateInconsistent, checked.error().message);
    return checked;
}

bool is_trusted_certificate(const Object& object) {
    return object.kind().object_class == CKO_CERTIFICATE && object.flag(CKA_TRUSTED);
}

}  // namespace

Result<Handle> create_object(Session& session, const Template& attributes) {
    const Kind kind = TRY(kind_of(attributes, {}));
    Draft draft = TRY(draft_object(kind, attributes, Origin{}, is_officer(session)));
    TRY(session.check_writable(draft.on_token, draft.face.is_private));
    if (is_key_class(kind.object_class)) TRY(session.slot().check_active());
    if (has_material(kind.object_class)) {
        KeySpec spec;
        spec.type = *kind.key_type;
        const SecretMaterial material = TRY(mechanism::created_material(spec.type, attributes));
        TRY(check_fingerprint(attributes, spec.type, material));
        return store_key(session, draft, spec, material);
    }
    if (kind.object_class == CKO_PUBLIC_KEY) {
        const PublicKey key = TRY(mechanism::created_public_key(*kind.key_type, attributes));
        return store_record(session, draft, TRY(public_key_record(key, draft.face)));
    }
    return create_record(session, std::move(draft), attributes);
}

Result<Handle> copy_object(Session& session, Handle handle, const Template& changes) {
    const auto object = TRY(session.object(handle));
    if (!object->flag(CKA_COPYABLE)) return fail(Errc::ActionProhibited, "CKA_COPYABLE is false");
    Draft draft = TRY(changed(*object, changes, may::copy, is_officer(session)));
    TRY(check_uses(session, *object, changes));
    TRY(session.check_writable(draft.on_token, draft.face.is_private));
    TRY(check_changed_record(draft));
    // A copy may say another issuer: trust is the officer's to give again.
    if (is_trusted_certificate(*object) && !is_officer(session)) draft.face.extras.erase(CKA_TRUSTED);
    if (object->record()) return store_record(session, draft, Record{{}, object->kind().object_class, draft.face, 0});
    if (object->kind().object_class == CKO_PUBLIC_KEY) {
        return store_record(session, draft, TRY(public_key_record(object->key()->public_key, draft.face)));
    }
    const auto key = TRY(session.slot().objects().key(handle));
    auto material = key->expose_material(MaterialUse::Copy);
    // A key that a service keeps has no copy; for a session another name for it serves as one.
    if (!material.ok() && material.code() == Errc::ActionProhibited && !draft.on_token)
        return store_alias(session, *object, draft, key);
    return store_key(session, draft, object->key()->spec, TRY(std::move(material)));
}

Result<void> destroy_object(Session& session, Handle handle) {
    ObjectTable& objects = session.slot().objects();
    // Whoever made a pair destroys both of its halves: that the first one took this one along is no mistake of his.
    if (session.check_writable(true, false).ok() && objects.take_gone_along(handle)) return {};
    const auto object = TRY(session.object(handle));
    TRY(session.check_writable(object->on_token(), object->is_private()));
    if (!object->flag(CKA_DESTROYABLE)) return fail(Errc::ActionProhibited, "CKA_DESTROYABLE is false");
    const Handle other = public_half_of(objects, *object);
    const auto removed = objects.store(object->on_token()).remove(object->ref());
    if (!removed.ok())
        return fail(removed.code() == Errc::KeyNotFound ? Error{Errc::ObjectHandleInvalid, {}} : removed.error());
    objects.forget(handle);
    objects.note_if_gone_along(other);
    return {};
}

Result<void> set_attributes(Session& session, Handle handle, const Template& changes) {
    const auto object = TRY(session.object(handle));
    TRY(session.check_writable(object->on_token(), object->is_private()));
    if (!object->flag(CKA_MODIFIABLE)) return fail(Errc::ActionProhibited, "CKA_MODIFIABLE is false");
    if (is_trusted_certificate(*object)) return fail(Errc::ActionProhibited, "a trusted certificate cannot be changed");
    const Draft draft = TRY(changed(*object, changes, may::set, is_officer(session)));
    TRY(check_uses(session, *object, changes));
    TRY(check_changed_record(draft));
    Backend& store = session.slot().objects().store(object->on_token());
    if (object->record()) {
        Record record = *object->record();
        record.face = draft.face;
        TRY(store.update_record(record));
        return {};
    }
    KeyUpdate update;
    const bool is_public = object->kind().object_class == CKO_PUBLIC_KEY;
    (is_public ? update.public_face : update.face) = draft.face;
    if (draft.protection != object->key()->protection) update.protection = draft.protection;
    if (!is_public && draft.not_before != object->key()->not_before) update.not_before = draft.not_before;
    if (!is_public && draft.expires != object->key()->expires) update.expires = draft.expires;
    const KeyOps ops = operations_with(*object, draft);
    if (ops != object->key()->ops) update.ops = ops;
    TRY(store.update(object->ref().id, update));
    return {};
}

}  // namespace kvp11::token
