// Finding, reading and opening what a partition holds.
#include "partition/core_process.hpp"
#include "partition/new_key.hpp"
#include "partition/partition_core.hpp"
#include "partition/record_encoding.hpp"
#include "partition/service_error.hpp"

namespace kvp11::partition {
namespace {

// A deleted key is there for nobody, but for PKCS#11 callers who still see its public half.
bool is_there_for(const Caller& caller, const KeyRecord& record) {
    return !record.deletion || (record.public_remains && caller.is_token());
}

}  // namespace

Result<std::vector<ObjectRef>> PartitionCore::find(const Caller& caller, const ObjectQuery& query) const {
    const View seen = TRY(view());
    if (caller.sees_private() || !query.with_private) return seen.store->find(query);
    ObjectQuery public_only = query;
    public_only.with_private = false;
    return seen.store->find(public_only);
}

Result<StoredItem> PartitionCore::require_item(const View& view, ItemKind kind, const KeyId& id) const {
    std::optional<StoredItem> item = TRY(view.store->item(kind, id));
    if (!item && kind == ItemKind::Record) return fail(Errc::KeyNotFound, "there is no record '" + id.name + "'");
    if (!item) return key_not_found(id);
    if (view.session) TRY(view.session->seal.verify(*item));
    return std::move(*item);
}

Result<std::vector<StoredItem>> PartitionCore::require_versions(const View& view, const std::string& name) const {
    std::vector<StoredItem> versions = TRY(view.store->versions(name));
    if (versions.empty()) return key_not_found({name, ""});
    if (view.session) {
        for (const StoredItem& item : versions) TRY(view.session->seal.verify(item));
    }
    return versions;
}

Result<KeyRecordPtr> PartitionCore::key_record(const Caller& caller, const KeyId& id) const {
    Process& process = here();
    const auto known = process.cache.record(id, {generation(), process.login_count.load()});
    if (known) return is_there_for(caller, *known) ? Result<KeyRecordPtr>(known) : key_not_found(id);
    const View seen = TRY(view());
    const StoredItem item = TRY(require_item(seen, ItemKind::Key, id));
    const auto key = process.cache.earlier_key(item.id, item.revision, seen.stamp.login);
    KeyRecordPtr record;
    if (key && key->record().is_latest == item.is_latest) {
        record = key->shared_record();
    } else {
        KeyRecord decoded = TRY(key_in(item));
        record = std::make_shared<const KeyRecord>(std::move(decoded));
        process.cache.put(id, seen.stamp, record);
    }
    if (!is_there_for(caller, *record)) return key_not_found(id);
    return record;
}

Result<std::shared_ptr<const Record>> PartitionCore::record(const Caller& caller, const std::string& id) const {
    const View seen = TRY(view());
    const StoredItem item = TRY(require_item(seen, ItemKind::Record, {id, ""}));
    Record record = TRY(decode_record(item.id.name, item.revision, item.metadata));
    if (record.face.is_private) {
        if (!caller.sees_private() || !seen.session) {
            return fail(Errc::UserNotLoggedIn, "a private object needs the user to be logged in");
        }
        const SecretBytes plain = TRY(seen.session->seal.unseal(item));
        TRY(decode_private_extras(plain.expose_bytes(), record));
    }
    return std::make_shared<const Record>(std::move(record));
}

// The cache holds keys with their material, so callers who may not use it get a key of their own.
Result<std::shared_ptr<const PartitionKey>> PartitionCore::open(const Caller& caller, const KeyId& id) const {
    Process& process = here();
    if (caller.sees_private()) {
        auto known = process.cache.key(id, {generation(), process.login_count.load()});
        if (known && is_there_for(caller, known->record())) return known;
    }
    const View seen = TRY(view());
    TRY(require_active(seen.facts->life_cycle));
    const StoredItem item = TRY(require_item(seen, ItemKind::Key, id));
    const bool with_material = caller.sees_private() && seen.session;
    if (!with_material) {
        auto key = TRY(load_key(seen, item, false));
        if (!is_there_for(caller, key->record())) return key_not_found(id);
        return key;
    }
    auto key = process.cache.earlier_key(item.id, item.revision, seen.stamp.login);
    if (!key || key->record().is_latest != item.is_latest) key = TRY(load_key(seen, item, true));
    if (!is_there_for(caller, key->record())) return key_not_found(id);
    key = process.cache.put(item.id, seen.stamp, key);
    if (id != item.id) process.cache.put(id, seen.stamp, key);
    return key;
}

Result<std::shared_ptr<const PartitionKey>> PartitionCore::load_key(const View& view, const StoredItem& item,
                                                                    bool with_material) const {
    KeyRecord decoded = TRY(key_in(item));
    auto record = std::make_shared<const KeyRecord>(std::move(decoded));
    const auto nothing = std::make_shared<const KeyMaterial>();
    if (!record->has_material) {
        return std::make_shared<const PartitionKey>(std::move(record), nothing, Errc::KeyFunctionNotPermitted,
                                                    key_rules());
    }
    if (!with_material) {
        if (!is_pair(record->spec.type)) {
            return fail(Errc::UserNotLoggedIn, "a secret key needs the user to be logged in");
        }
        return std::make_shared<const PartitionKey>(std::move(record), nothing, Errc::UserNotLoggedIn, key_rules());
    }
    auto material = std::make_shared<KeyMaterial>();
    material->secret = TRY(view.session->seal.unseal(item));
    if (is_pair(record->spec.type)) {
        material->private_half = TRY(crypto::PrivateHalf::parse(material->secret));
        material->secret = SecretBytes{};
    }
    return std::make_shared<const PartitionKey>(std::move(record), std::move(material), Errc::UserNotLoggedIn,
                                                key_rules());
}

}  // namespace kvp11::partition
