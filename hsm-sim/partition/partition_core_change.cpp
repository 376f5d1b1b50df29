// Making, changing and destroying keys and records. Every change is one batch: durable and whole, or not
// made at all.
#include "crypto/random.hpp"
#include "partition/key_names.hpp"
#include "partition/new_key.hpp"
#include "partition/partition.hpp"
#include "partition/partition_process.hpp"
#include "partition/record_encoding.hpp"

namespace kvp11::partition {
namespace {

StoredItem item_of(const KeyRecord& record) {
    StoredItem item;
    item.kind = ItemKind::Key;
    item.detail = static_cast<std::uint64_t>(record.spec.type);
    item.id = record.id;
    item.revision = record.revision;
    item.created = record.created;
    item.metadata = encode_key(record);
    item.faces = faces_of(record);
    return item;
}

StoredItem item_of(const Record& record, std::int64_t created) {
    StoredItem item;
    item.kind = ItemKind::Record;
    item.detail = record.object_class;
    item.id = {record.id, ""};
    item.revision = record.revision;
    item.created = created;
    item.metadata = encode_record(record);
    item.faces = {face_of(record)};
    return item;
}

// Runs `change` until no other process was faster.
template <class ChangeOnce>
auto until_undisturbed(ChangeOnce change_once) {
    for (int attempt = 1;; ++attempt) {
        auto result = change_once();
        if (result.ok() || result.code() != Errc::StoreConflict || attempt == most_attempts) return result;
    }
}

}  // namespace

// An explicit name must be free; a label that is no free name gives way to a random one.
Result<std::string> Partition::choose_name(Store& store, const NewKey& wanted) const {
    if (!wanted.name.empty()) {
        if (!is_legal_name(wanted.name)) {
            return fail(Errc::KeyNameInvalid, "got the name '" + wanted.name + "', want 1 to 127 of [0-9a-zA-Z-]");
        }
        if (TRY(store.has_name(wanted.name))) {
            return fail(Errc::KeyExists, "a key named '" + wanted.name + "' exists");
        }
        return wanted.name;
    }
    const std::string label(text_of(wanted.face.label));
    if (is_legal_name(label) && !TRY(store.has_name(label))) return label;
    return random_name();
}

Result<std::shared_ptr<const KeyRecord>> Partition::add_key(const View& view, const NewKey& wanted, const KeySpec& spec,
                                                            KeyMaterial material, const SecretBytes& plain) {
    KeyRecord record = record_of(wanted, spec, unix_time());
    if (material.private_half) record.public_key = material.private_half->public_key();
    record.id.version = TRY(random_id());
    for (int attempt = 0;; ++attempt) {
        record.id.name = TRY(choose_name(*view.store, wanted));
        StoredItem item = item_of(record);
        TRY(view.session->seal.seal(item, plain));
        const Result<void> stored = view.store->commit({InsertItem{std::move(item)}});
        if (stored.ok()) break;
        const bool may_choose_again = stored.code() == Errc::KeyExists && wanted.name.empty();
        if (!may_choose_again || attempt == most_attempts) return fail(stored.error());
    }
    const KeyId id = record.id;
    auto key = std::make_shared<const PartitionKey>(std::make_shared<const KeyRecord>(std::move(record)),
                                                    std::make_shared<const KeyMaterial>(std::move(material)),
                                                    Errc::UserNotLoggedIn);
    // Under no lasting stamp: the next open() confirms the revision and spares the parsing.
    here().cache.put(id, {1, view.stamp.login}, key);
    return key->shared_record();
}

Result<std::shared_ptr<const KeyRecord>> Partition::generate(const NewKey& key) {
    const View seen = TRY(user_view());
    TRY(check_new_key(key));
    if (!key.name.empty()) TRY(choose_name(*seen.store, key));  // before the work
    KeyMaterial material;
    if (is_pair(key.spec.type)) {
        TRY(check_pair_size(key.spec));
        material.private_half = TRY(crypto::PrivateHalf::generate(key.spec));
        const SecretMaterial plain = TRY(material.private_half->expose_pkcs8());
        const KeySpec spec = material.private_half->spec();
        return add_key(seen, key, spec, std::move(material), plain);
    }
    TRY(check_secret_size(key.spec.type, key.spec.bits));
    material.secret = TRY(crypto::random_secret(key.spec.bits / 8));
    const SecretBytes plain = material.secret.clone();
    return add_key(seen, key, key.spec, std::move(material), plain);
}

Result<std::shared_ptr<const KeyRecord>> Partition::import_key(const NewKey& key, const SecretMaterial& material) {
    const View seen = TRY(user_view());
    TRY(check_new_key(key));
    KeyMaterial parsed;
    if (is_pair(key.spec.type)) {
        parsed.private_half = TRY(crypto::PrivateHalf::parse(material));
        const KeySpec spec = parsed.private_half->spec();
        TRY(check_import(key.spec, spec));
        const SecretMaterial plain = TRY(parsed.private_half->expose_pkcs8());
        return add_key(seen, key, spec, std::move(parsed), plain);
    }
    KeySpec spec = key.spec;
    spec.bits = static_cast<std::uint32_t>(material.size() * 8);
    TRY(check_import(key.spec, spec));
    parsed.secret = material.clone();
    return add_key(seen, key, spec, std::move(parsed), material);
}

Result<std::shared_ptr<const KeyRecord>> Partition::update(const KeyId& id, const KeyUpdate& update) {
    const View seen = TRY(any_role_view());
    return until_undisturbed([&] { return update_once(seen, id, update); });
}

Result<std::shared_ptr<const KeyRecord>> Partition::update_once(const View& view, const KeyId& id,
                                                                const KeyUpdate& update) {
    const StoredItem before = TRY(require_item(view, ItemKind::Key, id));
    KeyRecord record = TRY(key_in(before));
    TRY(apply_update(record, update, view.session->role));
    record.revision = before.revision + 1;
    record.updated = unix_time();
    StoredItem after = item_of(record);
    SecretBytes plain;
    if (record.has_material) plain = TRY(view.session->seal.unseal(before));
    TRY(view.session->seal.seal(after, plain));
    TRY(view.store->commit({ReplaceItem{std::move(after), before.revision}}));
    return std::make_shared<const KeyRecord>(std::move(record));
}

Result<void> Partition::remove(const ObjectRef& object) {
    const View seen = TRY(any_role_view());
    const Result<void> removed = until_undisturbed([&] { return remove_once(seen, object); });
    if (removed.ok()) here().cache.forget(object.id);
    return removed;
}

Result<void> Partition::remove_once(const View& view, const ObjectRef& object) {
    const bool is_record = object.kind == ObjectKind::Record;
    const StoredItem item = TRY(require_item(view, is_record ? ItemKind::Record : ItemKind::Key, object.id));
    if (!is_record) return remove_face(view, item, object.kind);
    const Record record = TRY(decode_record(item.id.name, item.revision, item.metadata));
    if (record.face.is_private && !view.has_user()) {
        return fail(Errc::UserNotLoggedIn, "a private object needs the user to be logged in");
    }
    return view.store->commit({EraseItem{item.id, item.revision}});
}

// What is left of a pair stays under its name; of a public half alone nothing is left.
Result<void> Partition::remove_face(const View& view, const StoredItem& item, ObjectKind kind) {
    KeyRecord record = TRY(key_in(item));
    const bool goes_private = kind != ObjectKind::PublicKey;
    const bool is_there = goes_private
                              ? record.has_material && is_pair(record.spec.type) == (kind == ObjectKind::PrivateKey)
                              : record.public_face.has_value();
    if (!is_there) return fail(Errc::KeyNotFound, "the object of '" + item.id.name + "' is gone");
    const bool is_private = goes_private ? record.face.is_private : record.public_face->is_private;
    if (is_private && !view.has_user()) {
        return fail(Errc::UserNotLoggedIn, "a private object needs the user to be logged in");
    }
    if (goes_private) {
        record.has_material = false;
    } else {
        record.public_face.reset();
    }
    if (!record.has_material && !record.public_face) return view.store->commit({EraseItem{item.id, item.revision}});
    record.revision = item.revision + 1;
    record.updated = unix_time();
    StoredItem after = item_of(record);
    SecretBytes plain;
    if (record.has_material) plain = TRY(view.session->seal.unseal(item));
    TRY(view.session->seal.seal(after, plain));
    return view.store->commit({ReplaceItem{std::move(after), item.revision}});
}

Result<std::shared_ptr<const Record>> Partition::create_record(const Record& wanted) {
    const View seen = TRY(any_role_view());
    if (wanted.face.is_private && !seen.has_user()) {
        return fail(Errc::UserNotLoggedIn, "a private object needs the user to be logged in");
    }
    auto record = std::make_shared<Record>(wanted);
    record->id = TRY(random_id());
    record->revision = 1;
    StoredItem item = item_of(*record, unix_time());
    TRY(seen.session->seal.seal(item, encode_private_extras(*record)));
    TRY(seen.store->commit({InsertItem{std::move(item)}}));
    return std::shared_ptr<const Record>(std::move(record));
}

Result<std::shared_ptr<const Record>> Partition::update_record(const Record& wanted) {
    const View seen = TRY(any_role_view());
    return until_undisturbed([&]() -> Result<std::shared_ptr<const Record>> {
        const StoredItem before = TRY(require_item(seen, ItemKind::Record, {wanted.id, ""}));
        const Record present = TRY(decode_record(before.id.name, before.revision, before.metadata));
        if ((wanted.face.is_private || present.face.is_private) && !seen.has_user()) {
            return fail(Errc::UserNotLoggedIn, "a private object needs the user to be logged in");
        }
        auto record = std::make_shared<Record>(wanted);
        record->id = before.id.name;
        record->revision = before.revision + 1;
        StoredItem after = item_of(*record, before.created);
        TRY(seen.session->seal.seal(after, encode_private_extras(*record)));
        TRY(seen.store->commit({ReplaceItem{std::move(after), before.revision}}));
        return std::shared_ptr<const Record>(std::move(record));
    });
}

}  // namespace kvp11::partition
