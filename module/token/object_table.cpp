#include "token/object_table.hpp"

#include "token/built_in.hpp"

namespace kvp11::token {

namespace {

bool has_face(const KeyRecord& key, ObjectKind kind) {
    return kind == ObjectKind::PublicKey ? key.public_face.has_value() : key.has_material;
}

}  // namespace

Handle ObjectTable::handle_of(bool on_token, const ObjectRef& ref, bool is_private) {
    std::lock_guard lock(names_mutex_);
    const auto [at, is_new] = names_.try_emplace(Name{on_token, ref}, CK_INVALID_HANDLE);
    if (is_new) at->second = entries_.add(std::make_shared<Entry>(on_token, ref, is_private));
    return at->second;
}

Result<std::shared_ptr<const Object>> ObjectTable::load(const Entry& entry) const {
    const Backend& backend = store(entry.on_token);
    if (entry.ref.kind == ObjectKind::Record) {
        if (built_in::is_name(entry.ref.id.name)) return load_built_in(entry);
        auto record = TRY(backend.record(entry.ref.id.name));
        if (entry.object && entry.object->record() == record) return entry.object;
        return Object::of_record(entry.on_token, std::move(record));
    }
    auto key = TRY(backend.key_record(entry.ref.id));
    if (!has_face(*key, entry.ref.kind)) return fail(Errc::KeyNotFound);
    if (entry.object && entry.object->key() == key) return entry.object;
    return std::make_shared<const Object>(entry.ref, entry.on_token, std::move(key));
}

Result<std::shared_ptr<const Object>> ObjectTable::load_built_in(const Entry& entry) {
    if (entry.object) return entry.object;
    auto record = built_in::record(entry.ref.id.name);
    if (!record) return fail(Errc::KeyNotFound);
    return Object::of_record(true, std::move(record));
}

// Under the entry's mutex.
Result<void> ObjectTable::refresh(Entry& entry) const {
    // Read before the object: a change in between is then noticed the next time.
    const std::uint64_t generation = store(entry.on_token).generation();
    if (entry.object && entry.generation == generation) return {};
    auto loaded = TRY(load(entry));
    if (loaded != entry.object) entry.opened = nullptr;
    entry.is_private = loaded->is_private();
    entry.object = std::move(loaded);
    entry.generation = generation;
    return {};
}

Result<std::shared_ptr<const Object>> ObjectTable::object(Handle handle) {
    const auto entry = entries_.find(handle);
    if (!entry) return fail(Errc::ObjectHandleInvalid);
    {
        std::lock_guard lock(entry->mutex);
        const auto refreshed = refresh(*entry);
        if (refreshed.ok()) return entry->object;
        if (refreshed.code() != Errc::KeyNotFound) return fail(refreshed.error());
    }
    forget(handle);
    return fail(Errc::ObjectHandleInvalid, "the object was destroyed");
}

Result<std::shared_ptr<const Object>> ObjectTable::sketch(Handle handle) {
    const auto entry = entries_.find(handle);
    if (!entry) return fail(Errc::ObjectHandleInvalid);
    {
        std::lock_guard lock(entry->mutex);
        if (!entry->object && entry->ref.kind != ObjectKind::Record) {
            auto key = store(entry->on_token).key_sketch(entry->ref.id);
            if (key.ok() && has_face(**key, entry->ref.kind))
                return std::make_shared<const Object>(entry->ref, entry->on_token, std::move(*key));
        }
    }
    return object(handle);
}

Result<std::shared_ptr<const Key>> ObjectTable::key(Handle handle) {
    TRY(object(handle));
    const auto entry = entries_.find(handle);
    if (!entry) return fail(Errc::ObjectHandleInvalid);
    std::lock_guard lock(entry->mutex);
    if (entry->opened) return entry->opened;
    const Object& object = *entry->object;
    if (!object.key()) return fail(Errc::KeyHandleInvalid, "the object is not a key");
    if (object.kind().object_class == CKO_PUBLIC_KEY) {
        auto half = std::make_shared<KeyRecord>(*object.key());
        half->ops = half->ops & possible_operations(object.kind());
        half->protection.trusted = object.flag(CKA_TRUSTED);
        entry->opened = TRY(mechanism::open_public_key(std::move(half), store(entry->on_token).approved_only()));
    } else {
        entry->opened = TRY(store(entry->on_token).open(object.ref().id));
    }
    return entry->opened;
}

void ObjectTable::forget(Handle handle) {
    const auto entry = entries_.remove(handle);
    if (!entry) return;
    Name name{entry->on_token, {}};
    {
        std::lock_guard lock(entry->mutex);
        name.second = entry->ref;
    }
    std::lock_guard lock(names_mutex_);
    const auto at = names_.find(name);
    if (at != names_.end() && at->second == handle) names_.erase(at);
}

Handle ObjectTable::known_handle(bool on_token, const ObjectRef& ref) const {
    std::lock_guard lock(names_mutex_);
    const auto at = names_.find(Name{on_token, ref});
    return at == names_.end() ? CK_INVALID_HANDLE : at->second;
}

void ObjectTable::note_if_gone_along(Handle handle) {
    if (handle == CK_INVALID_HANDLE) return;
    const auto left = object(handle);
    if (left.ok() || left.code() != Errc::ObjectHandleInvalid) return;
    std::lock_guard lock(names_mutex_);
    gone_along_.insert(handle);
}

bool ObjectTable::take_gone_along(Handle handle) {
    std::lock_guard lock(names_mutex_);
    return gone_along_.erase(handle) != 0;
}

void ObjectTable::forget_gone_along() {
    std::lock_guard lock(names_mutex_);
    gone_along_.clear();
}

std::set<ObjectRef> ObjectTable::public_objects(bool on_token) const {
    ObjectQuery query;
    query.with_private = false;
    const auto found = store(on_token).find(query);
    return found.ok() ? std::set<ObjectRef>(found->begin(), found->end()) : std::set<ObjectRef>();
}

std::vector<ObjectRef> ObjectTable::drop_private() {
    forget_gone_along();
    std::vector<ObjectRef> session_objects;
    std::optional<std::set<ObjectRef>> seen_by_all[2];  // asked for only when an object was never looked at
    for (const auto& [handle, entry] : entries_.all()) {
        bool is_private = false;
        {
            std::lock_guard lock(entry->mutex);
            entry->opened = nullptr;
            auto& known = seen_by_all[entry->on_token ? 1 : 0];
            if (!entry->object && !known) known = public_objects(entry->on_token);
            const bool is_public = known && (known->contains(entry->ref) || built_in::is_name(entry->ref.id.name));
            is_private = entry->object ? entry->is_private : !is_public;
            if (is_private && !entry->on_token) session_objects.push_back(entry->ref);
        }
        if (is_private) forget(handle);
    }
    return session_objects;
}

void ObjectTable::clear() {
    forget_gone_along();
    for (const auto& [handle, entry] : entries_.all()) forget(handle);
}

}  // namespace kvp11::token
