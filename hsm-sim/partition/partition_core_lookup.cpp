// Finding, reading and opening what a partition holds.
#include "partition/new_key.hpp"
#include "partition/partition.hpp"
#include "partition/partition_process.hpp"
#include "partition/record_encoding.hpp"

namespace kvp11::partition {
namespace {

Failure not_found(const KeyId& id) {
    const std::string version = id.version.empty() ? "" : "/" + id.version;
    return fail(Errc::KeyNotFound, "no key or record '" + id.name + version + "'");
}

}  // namespace

Result<std::vector<ObjectRef>> Partition::find(const ObjectQuery& query) const {
    const View seen = TRY(view());
    if (seen.has_user() || !query.with_private) return seen.store->find(query);
    ObjectQuery public_only = query;
    public_only.with_private = false;
    return seen.store->find(public_only);
}

Result<StoredItem> Partition::require_item(const View& view, ItemKind kind, const KeyId& id) const {
    std::optional<StoredItem> item = TRY(view.store->item(kind, id));
    if (!item) return not_found(id);
    if (view.session) TRY(view.session->seal.verify(*item));
    return std::move(*item);
}

Result<std::shared_ptr<const KeyRecord>> Partition::key_record(const KeyId& id) const {
    Process& process = here();
    if (auto known = process.cache.record(id, {generation(), process.login_count.load()})) return known;
    const View seen = TRY(view());
    const StoredItem item = TRY(require_item(seen, ItemKind::Key, id));
    const auto key = process.cache.earlier_key(item.id, item.revision, seen.stamp.login);
    if (key) return key->shared_record();
    KeyRecord decoded = TRY(key_in(item));
    auto record = std::make_shared<const KeyRecord>(std::move(decoded));
    process.cache.put(id, seen.stamp, record);
    return record;
}

Result<std::shared_ptr<const Record>> Partition::record(const std::string& id) const {
    const View seen = TRY(view());
    const StoredItem item = TRY(require_item(seen, ItemKind::Record, {id, ""}));
    Record record = TRY(decode_record(item.id.name, item.revision, item.metadata));
    if (record.face.is_private) {
        if (!seen.has_user()) return fail(Errc::UserNotLoggedIn, "a private object needs the user to be logged in");
        const SecretBytes plain = TRY(seen.session->seal.unseal(item));
        TRY(decode_private_extras(plain.expose_bytes(), record));
    }
    return std::make_shared<const Record>(std::move(record));
}

Result<std::shared_ptr<const Key>> Partition::open(const KeyId& id) const {
    Process& process = here();
    if (auto known = process.cache.key(id, {generation(), process.login_count.load()})) return known;
    TRY(require_self_tests());
    const View seen = TRY(active_view());
    const StoredItem item = TRY(require_item(seen, ItemKind::Key, id));
    auto key = process.cache.earlier_key(item.id, item.revision, seen.stamp.login);
    if (!key) key = TRY(load_key(seen, item));
    key = process.cache.put(item.id, seen.stamp, key);
    if (id != item.id) process.cache.put(id, seen.stamp, key);
    return std::shared_ptr<const Key>(key);
}

Result<std::shared_ptr<const PartitionKey>> Partition::load_key(const View& view, const StoredItem& item) const {
    KeyRecord decoded = TRY(key_in(item));
    auto record = std::make_shared<const KeyRecord>(std::move(decoded));
    const auto nothing = std::make_shared<const KeyMaterial>();
    if (!record->has_material) {
        return std::make_shared<const PartitionKey>(std::move(record), nothing, Errc::KeyFunctionNotPermitted);
    }
    if (!view.has_user()) {
        if (!is_pair(record->spec.type))
            return fail(Errc::UserNotLoggedIn, "a secret key needs the user to be logged in");
        return std::make_shared<const PartitionKey>(std::move(record), nothing, Errc::UserNotLoggedIn);
    }
    auto material = std::make_shared<KeyMaterial>();
    material->secret = TRY(view.session->seal.unseal(item));
    if (is_pair(record->spec.type)) {
        material->private_half = TRY(crypto::PrivateHalf::parse(material->secret));
        material->secret = SecretBytes{};
    }
    return std::make_shared<const PartitionKey>(std::move(record), std::move(material), Errc::UserNotLoggedIn);
}

}  // namespace kvp11::partition
