// Making and changing keys and records. Every change is one batch: durable and whole, or not made at all.
#include "fips/error_state.hpp"
#include "partition/core_process.hpp"
#include "partition/fresh_material.hpp"
#include "partition/item_of.hpp"
#include "partition/key_names.hpp"
#include "partition/life_cycle.hpp"
#include "partition/new_key.hpp"
#include "partition/partition_core.hpp"
#include "partition/record_encoding.hpp"

namespace kvp11::partition {
namespace {

// A key made through the service has a name and no PKCS#11 identity: it gets one, the same for all its versions.
NewKey with_faces(const NewKey& wanted) {
    NewKey key = wanted;
    const bool has_face = !key.face.label.empty() || !key.face.id.empty() || !key.face.extras.empty();
    if (key.name.empty() || has_face) return key;
    key.face.label = Bytes(key.name.begin(), key.name.end());
    key.face.id = id_for_name(key.name);
    if (is_pair(key.spec.type) && !key.public_face) {
        key.public_face = key.face;
        key.public_face->is_private = false;
    }
    return key;
}

}  // namespace

// An explicit name must be free, or may get one more version; a label that is no free name gives way to a random one.
Result<PartitionCore::Place> PartitionCore::choose_place(const View& view, const NewKey& wanted) {
    Store& store = *view.store;
    if (wanted.name.empty()) {
        const std::string label(text_of(wanted.face.label));
        if (is_legal_name(label) && TRY(store.name_state(label)) == NameState::Free) return Place{.name = label};
        return Place{.name = TRY(random_name())};
    }
    if (!is_legal_name(wanted.name)) {
        return fail(Errc::KeyNameInvalid, "got the name '" + wanted.name + "', want 1 to 127 of [0-9a-zA-Z-]");
    }
    NameState state = TRY(store.name_state(wanted.name));
    if (state == NameState::Deleted) {
        TRY(purge_overdue(wanted.name));
        state = TRY(store.name_state(wanted.name));
    }
    if (state == NameState::Free) return Place{.name = wanted.name};
    TRY(next(life_of(state), KeyEvent::Create, wanted.name));
    if (wanted.name_use == NameUse::MustBeNew) {
        return fail(Errc::KeyExists, "a key named '" + wanted.name + "' exists");
    }
    const std::vector<StoredItem> versions = TRY(require_versions(view, wanted.name));
    if (versions.size() >= most_versions) {
        return fail(Errc::KeyVersionLimit, "the key '" + wanted.name + "' has 100 versions, which is the most");
    }
    const StoredItem& latest = versions.back();
    KeyRecord record = TRY(key_in(latest));
    return Place{latest.id.name, latest.id.version, latest.revision, std::move(record.rotation_policy)};
}

Result<KeyRecordPtr> PartitionCore::add_key(const View& view, const NewKey& said, FreshMaterial fresh,
                                            const std::string& only_after) {
    const NewKey wanted = with_faces(said);
    KeyRecord record = record_of(wanted, fresh.spec, now());
    record.generated = fresh.generated;
    if (fresh.parsed.private_half) record.public_key = fresh.parsed.private_half->public_key();
    record.id.version = TRY(random_id());
    for (int attempt = 0;; ++attempt) {
        const Place place = TRY(choose_place(view, wanted));
        record.id.name = place.name;
        if (!only_after.empty() && place.latest != only_after) {
            return fail(Errc::StoreConflict, "'" + place.name + "' has got another version meanwhile");
        }
        record.rotation_policy = place.rotation_policy;
        StoredItem item = item_of(record);
        TRY(view.session->seal.seal(item, fresh.plain));
        const Result<void> stored =
            place.latest.empty()
                ? view.store->commit({InsertItem{std::move(item)}})
                : view.store->commit({AddVersion{std::move(item), place.latest, place.latest_revision}});
        if (stored.ok()) break;
        // A label gives way to whoever took it, and destroyed that key again perhaps.
        const bool was_slower =
            stored.code() == Errc::StoreConflict || stored.code() == Errc::KeyNotFound ||
            (stored.code() == Errc::KeyExists && (wanted.name.empty() || wanted.name_use == NameUse::MayAddVersion)) ||
            (stored.code() == Errc::KeyDeleted && wanted.name.empty());
        if (!was_slower || attempt == most_attempts) return fail(stored.error());
    }
    const KeyId id = record.id;
    auto key = std::make_shared<const PartitionKey>(std::make_shared<const KeyRecord>(std::move(record)),
                                                    std::make_shared<const KeyMaterial>(std::move(fresh.parsed)),
                                                    Errc::UserNotLoggedIn, key_rules());
    // Under no lasting stamp: the next open() confirms the revision and spares the parsing.
    here().cache.put(id, {1, view.stamp.login}, key);
    return key->shared_record();
}

Result<KeyRecordPtr> PartitionCore::generate(const NewKey& key) {
    const View seen = TRY(unlocked_view());
    return generate_after(seen, key, {});
}

Result<KeyRecordPtr> PartitionCore::generate_after(const View& view, const NewKey& key, const std::string& only_after) {
    TRY(check_new_key(key));
    if (!key.name.empty()) TRY(choose_place(view, key));  // before the work
    FreshMaterial made = TRY(generated_material(key, settings_.mode));
    return add_key(view, key, std::move(made), only_after);
}

Result<KeyRecordPtr> PartitionCore::import_key(const NewKey& key, const SecretMaterial& material) {
    const View seen = TRY(unlocked_view());
    TRY(check_new_key(key));
    FreshMaterial taken = TRY(imported_material(key, material, settings_.mode));
    return add_key(seen, key, std::move(taken));
}

Result<KeyRecordPtr> PartitionCore::update(const Caller& caller, const KeyId& id, const KeyUpdate& update) {
    const View seen = TRY(unlocked_view());
    return until_undisturbed([&] { return update_once(seen, caller, id, update); });
}

Result<StoredItem> PartitionCore::resealed(const View& view, const StoredItem& before, KeyRecord& record) const {
    record.revision = before.revision + 1;
    StoredItem after = item_of(record);
    after.created = before.created;
    SecretBytes plain;
    if (!before.sealed.empty()) plain = TRY(view.session->seal.unseal(before));
    TRY(view.session->seal.seal(after, plain));
    return after;
}

Result<KeyRecordPtr> PartitionCore::update_once(const View& view, const Caller& caller, const KeyId& id,
                                                const KeyUpdate& update) {
    const StoredItem before = TRY(require_item(view, ItemKind::Key, id));
    KeyRecord record = TRY(key_in(before));
    if (record.deletion && !(record.public_remains && caller.is_token())) {
        return fail(Errc::KeyNotFound, "the key '" + before.id.name + "' is deleted");
    }
    if (update.ops && settings_.mode == fips::Mode::Approved)
        TRY(fips::approve_operations(record.spec.type, record.ops, *update.ops));
    TRY(apply_update(record, update, caller.kind == CallerKind::TokenOfficer ? Role::SecurityOfficer : Role::User));
    record.updated = now();
    StoredItem after = TRY(resealed(view, before, record));
    TRY(view.store->commit({ReplaceItem{std::move(after), before.revision}}));
    return std::make_shared<const KeyRecord>(std::move(record));
}

Result<std::shared_ptr<const Record>> PartitionCore::create_record(const Caller& caller, const Record& wanted) {
    const View seen = TRY(unlocked_view());
    if (wanted.face.is_private && !caller.sees_private()) {
        return fail(Errc::UserNotLoggedIn, "a private object needs the user to be logged in");
    }
    auto record = std::make_shared<Record>(wanted);
    record->id = TRY(random_id());
    record->revision = 1;
    StoredItem item = item_of(*record, now());
    TRY(seen.session->seal.seal(item, encode_private_extras(*record)));
    TRY(seen.store->commit({InsertItem{std::move(item)}}));
    return std::shared_ptr<const Record>(std::move(record));
}

Result<std::shared_ptr<const Record>> PartitionCore::update_record(const Caller& caller, const Record& wanted) {
    const View seen = TRY(unlocked_view());
    return until_undisturbed([&]() -> Result<std::shared_ptr<const Record>> {
        const StoredItem before = TRY(require_item(seen, ItemKind::Record, {wanted.id, ""}));
        const Record present = TRY(decode_record(before.id.name, before.revision, before.metadata));
        if ((wanted.face.is_private || present.face.is_private) && !caller.sees_private()) {
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
