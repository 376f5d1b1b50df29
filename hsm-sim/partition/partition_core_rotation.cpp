// Lists of keys and their versions; new versions by rotation.
#include "partition/core_process.hpp"
#include "partition/item_of.hpp"
#include "partition/key_names.hpp"
#include "partition/life_cycle.hpp"
#include "partition/new_key.hpp"
#include "partition/partition_core.hpp"
#include "partition/record_encoding.hpp"
#include "partition/rotation.hpp"
#include "partition/service_error.hpp"

namespace kvp11::partition {
namespace {

constexpr std::size_t most_due = 10'000;

Failure not_there(const std::string& name) { return key_not_found({name, {}}); }

// The latest version of a key that is not deleted.
Result<KeyRecord> live_key(const std::optional<StoredItem>& item, const std::string& name) {
    if (!item) return not_there(name);
    KeyRecord record = TRY(key_in(*item));
    if (record.deletion) return not_there(name);
    return record;
}

// What a rotation makes anew is what one would have said to make the key.
NewKey successor_of(const KeyRecord& record, std::int64_t now) {
    NewKey key;
    key.name = record.id.name;
    key.spec = record.spec;
    key.ops = record.ops;
    key.protection = record.protection;
    key.face = record.face;
    key.public_face = record.public_face;
    key.tags = record.tags;
    key.exportable = record.exportable;
    key.release_policy = record.release_policy;
    key.name_use = NameUse::MayAddVersion;
    if (record.rotation_policy && record.rotation_policy->expiry_time) {
        key.expires = time_after(now, *record.rotation_policy->expiry_time);
    }
    return key;
}

}  // namespace

Result<RecoverySettings> PartitionCore::recovery_settings() const {
    const View seen = TRY(view());
    return RecoverySettings{seen.facts->retention_days, seen.facts->purge_protection};
}

Result<KeyPage> PartitionCore::list(NameState state, const PageRequest& page) const {
    const View seen = TRY(view());
    KeyPage found;
    std::string after = page.after;
    while (found.keys.size() < page.limit) {
        const std::size_t wanted = page.limit - found.keys.size();
        const std::vector<StoredItem> items = TRY(seen.store->latest({state, after, wanted}));
        for (const StoredItem& item : items) {
            if (seen.session) TRY(seen.session->seal.verify(item));
            KeyRecord record = TRY(key_in(item));
            after = item.id.name;
            const bool overdue = record.deletion && record.deletion->scheduled_purge <= now();
            const bool is_listed = state == NameState::Live ? record.has_material : !overdue;
            if (is_listed) found.keys.push_back(std::make_shared<const KeyRecord>(std::move(record)));
        }
        if (items.size() < wanted) return found;
    }
    found.next = after;
    return found;
}

// Pages go on after a version; one that was purged meanwhile ends the list.
Result<KeyPage> PartitionCore::list_versions(const std::string& name, const PageRequest& page) const {
    const View seen = TRY(view());
    const std::vector<StoredItem> versions = TRY(seen.store->versions(name));
    KeyPage found;
    bool reached = page.after.empty();
    for (const StoredItem& item : versions) {
        if (!reached) {
            reached = item.id.version == page.after;
            continue;
        }
        if (found.keys.size() == page.limit) {
            found.next = found.keys.back()->id.version;
            return found;
        }
        if (seen.session) TRY(seen.session->seal.verify(item));
        KeyRecord record = TRY(key_in(item));
        if (!record.has_material) return KeyPage{};
        found.keys.push_back(std::make_shared<const KeyRecord>(std::move(record)));
    }
    return found;
}

Result<RotationPolicy> PartitionCore::rotation_policy(const std::string& name) const {
    const View seen = TRY(view());
    const std::optional<StoredItem> item = TRY(seen.store->item(ItemKind::Key, {name, ""}));
    const KeyRecord record = TRY(live_key(item, name));
    return record.rotation_policy.value_or(RotationPolicy{});
}

Result<RotationPolicy> PartitionCore::set_rotation_policy(const std::string& name, const RotationPolicy& policy) {
    TRY(check_rotation_policy(policy));
    const View seen = TRY(unlocked_view());
    return until_undisturbed([&]() -> Result<RotationPolicy> {
        const StoredItem before = TRY(require_item(seen, ItemKind::Key, {name, ""}));
        KeyRecord record = TRY(live_key(before, name));
        RotationPolicy kept = policy;
        kept.updated = now();
        kept.created = record.rotation_policy ? record.rotation_policy->created : kept.updated;
        record.rotation_policy = kept;
        StoredItem after = TRY(resealed(seen, before, record));
        TRY(seen.store->commit({ReplaceItem{std::move(after), before.revision, true}}));
        return kept;
    });
}

Result<KeyRecordPtr> PartitionCore::rotate_key(const std::string& name) {
    const View seen = TRY(unlocked_view());
    const StoredItem latest = TRY(require_item(seen, ItemKind::Key, {name, ""}));
    const KeyRecord record = TRY(key_in(latest));
    TRY(next(life_of(record, now()), KeyEvent::Rotate, name));
    if (!record.has_material) return not_there(name);
    if (!record.rotation_policy) {
        return fail(Errc::RotationPolicyMissing, "the key '" + name + "' has no rotation policy");
    }
    return generate(successor_of(record, now()));
}

Result<KeyRecordPtr> PartitionCore::rotate_due(const std::string& name) {
    const View seen = TRY(unlocked_view());
    const StoredItem latest = TRY(require_item(seen, ItemKind::Key, {name, ""}));
    const KeyRecord record = TRY(key_in(latest));
    const auto due = record.has_material ? rotation_due_at(record) : std::nullopt;
    if (!due || *due > now()) return fail(Errc::StoreConflict, "'" + name + "' is not due for rotation any more");
    return generate_after(seen, successor_of(record, now()), record.id.version);
}

Result<std::vector<std::string>> PartitionCore::due_names(Due what) const {
    const View seen = TRY(view());
    return seen.store->due(what, now(), most_due);
}

}  // namespace kvp11::partition
