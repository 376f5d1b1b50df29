// Destroying: one object as PKCS#11 does, or a key as the service does. A key is deleted first, with all its
// versions, and gone when it is purged.
#include "partition/core_process.hpp"
#include "partition/item_of.hpp"
#include "partition/life_cycle.hpp"
#include "partition/new_key.hpp"
#include "partition/partition_core.hpp"
#include "partition/record_encoding.hpp"
#include "partition/service_error.hpp"

namespace kvp11::partition {
namespace {

constexpr std::int64_t day_seconds = 86'400;

Failure private_needs_user() { return fail(Errc::UserNotLoggedIn, "a private object needs the user to be logged in"); }

Failure not_deleted(const std::string& name) { return deleted_key_not_found(name); }

}  // namespace

Result<void> PartitionCore::remove(const Caller& caller, const ObjectRef& object) {
    const View seen = TRY(unlocked_view());
    const Result<void> removed = until_undisturbed([&] { return remove_once(seen, caller, object); });
    if (removed.ok()) here().cache.forget(object.id);
    return removed;
}

Result<void> PartitionCore::remove_once(const View& view, const Caller& caller, const ObjectRef& object) {
    const bool is_record = object.kind == ObjectKind::Record;
    const StoredItem item = TRY(require_item(view, is_record ? ItemKind::Record : ItemKind::Key, object.id));
    if (!is_record) return remove_face(view, caller, item, object.kind);
    const Record record = TRY(decode_record(item.id.name, item.revision, item.metadata));
    if (record.face.is_private && !caller.sees_private()) return private_needs_user();
    return view.store->commit({EraseItem{item.id, item.revision}});
}

// The private half takes the key along, but for a public half, which stays under its name. A public half that is
// all there is takes the name along.
Result<void> PartitionCore::remove_face(const View& view, const Caller& caller, const StoredItem& item,
                                        ObjectKind kind) {
    KeyRecord record = TRY(key_in(item));
    const bool goes_private = kind != ObjectKind::PublicKey;
    const bool shows_public = record.public_face && (!record.deletion || record.public_remains);
    const bool is_there = goes_private
                              ? record.has_material && is_pair(record.spec.type) == (kind == ObjectKind::PrivateKey)
                              : shows_public;
    if (!is_there) return fail(Errc::KeyNotFound, "the object of '" + item.id.name + "' is gone");
    const bool is_private = goes_private ? record.face.is_private : record.public_face->is_private;
    if (is_private && !caller.sees_private()) return private_needs_user();
    if (goes_private) {
        TRY(delete_versions(view, item.id.name, shows_public));
        return {};
    }
    if (record.deletion) {
        record.public_remains = false;
    } else {
        record.public_face.reset();
        if (!record.has_material) return view.store->commit({EraseItem{item.id, item.revision}});
    }
    record.updated = now();
    StoredItem after = TRY(resealed(view, item, record));
    return view.store->commit({ReplaceItem{std::move(after), item.revision}});
}

// Where nothing deleted is kept, the key goes at once.
Result<KeyRecordPtr> PartitionCore::delete_versions(const View& view, const std::string& name, bool public_remains) {
    const std::vector<StoredItem> versions = TRY(require_versions(view, name));
    const std::int64_t deleted = now();
    const std::int64_t retention = view.facts->retention_days * day_seconds;
    Batch batch;
    KeyRecordPtr latest;
    for (const StoredItem& item : versions) {
        KeyRecord record = TRY(key_in(item));
        TRY(next(life_of(record, deleted), KeyEvent::Delete, name));
        record.deletion = Deletion{deleted, deleted + retention};
        record.public_remains = public_remains && item.is_latest;
        record.has_material = false;
        StoredItem after = TRY(resealed(view, item, record));
        if (item.is_latest) latest = std::make_shared<const KeyRecord>(std::move(record));
        batch.push_back(ReplaceItem{std::move(after), item.revision, item.is_latest});
    }
    if (retention == 0) batch = TRY(purging(view, versions, public_remains));
    TRY(view.store->commit(batch));
    for (const StoredItem& item : versions) here().cache.forget(item.id);
    return latest;
}

// What is left of a pair whose public half is still an object is that half alone.
Result<Batch> PartitionCore::purging(const View& view, const std::vector<StoredItem>& versions,
                                     bool public_remains) const {
    Batch batch;
    for (const StoredItem& item : versions) {
        KeyRecord record = TRY(key_in(item));
        if (!public_remains || !item.is_latest) {
            batch.push_back(EraseItem{item.id, item.revision});
            continue;
        }
        record.deletion.reset();
        record.public_remains = false;
        record.has_material = false;
        record.rotation_policy.reset();
        record.revision = item.revision + 1;
        StoredItem after = item_of(record);
        TRY(view.session->seal.seal(after, SecretBytes{}));
        batch.push_back(ReplaceItem{std::move(after), item.revision});
    }
    return batch;
}

Result<KeyRecordPtr> PartitionCore::remove_key(const std::string& name) {
    const View seen = TRY(unlocked_view());
    return until_undisturbed([&] { return delete_versions(seen, name, false); });
}

Result<KeyRecordPtr> PartitionCore::deleted_key(const std::string& name) const {
    const View seen = TRY(view());
    const Result<StoredItem> item = require_item(seen, ItemKind::Key, {name, ""});
    if (!item.ok()) return item.code() == Errc::KeyNotFound ? not_deleted(name) : fail(item.error());
    KeyRecord record = TRY(key_in(*item));
    if (life_of(record, now()) != KeyLife::Deleted) return not_deleted(name);
    return std::make_shared<const KeyRecord>(std::move(record));
}

Result<KeyRecordPtr> PartitionCore::recover_key(const std::string& name) {
    const View seen = TRY(unlocked_view());
    return until_undisturbed([&]() -> Result<KeyRecordPtr> {
        const KeyRecordPtr deleted = TRY(deleted_key(name));
        TRY(next(life_of(*deleted, now()), KeyEvent::Recover, name));
        const std::vector<StoredItem> versions = TRY(require_versions(seen, name));
        Batch batch;
        KeyRecordPtr latest;
        for (const StoredItem& item : versions) {
            KeyRecord record = TRY(key_in(item));
            record.deletion.reset();
            record.public_remains = false;
            record.has_material = !item.sealed.empty();
            StoredItem after = TRY(resealed(seen, item, record));
            if (item.is_latest) latest = std::make_shared<const KeyRecord>(std::move(record));
            batch.push_back(ReplaceItem{std::move(after), item.revision});
        }
        TRY(seen.store->commit(batch));
        return latest;
    });
}

Result<void> PartitionCore::purge_key(const std::string& name) {
    const View seen = TRY(unlocked_view());
    return until_undisturbed([&]() -> Result<void> {
        const KeyRecordPtr latest = TRY(deleted_key(name));
        TRY(next(life_of(*latest, now()), KeyEvent::Purge, name));
        if (seen.facts->purge_protection) {
            return fail(Errc::PurgeProtected,
                        "purge protection keeps the deleted key '" + name + "' until its retention ends");
        }
        const std::vector<StoredItem> versions = TRY(require_versions(seen, name));
        const Batch batch = TRY(purging(seen, versions, latest->public_remains));
        return seen.store->commit(batch);
    });
}

Result<void> PartitionCore::purge_overdue(const std::string& name) {
    const View seen = TRY(unlocked_view());
    return until_undisturbed([&]() -> Result<void> {
        const std::vector<StoredItem> versions = TRY(seen.store->versions(name));
        if (versions.empty()) return {};
        const KeyRecord latest = TRY(key_in(versions.back()));
        if (!latest.deletion || life_of(latest, now()) != KeyLife::Absent) return {};
        const Batch batch = TRY(purging(seen, versions, latest.public_remains));
        return seen.store->commit(batch);
    });
}

}  // namespace kvp11::partition
