// One key as bytes, and keys that come wrapped for a key exchange key.
#include "crypto/asymmetric.hpp"
#include "partition/key_backup.hpp"
#include "partition/life_cycle.hpp"
#include "partition/partition_core.hpp"
#include "partition/record_encoding.hpp"
#include "partition/service_error.hpp"
#include "partition/transfer_blob.hpp"

namespace kvp11::partition {
namespace {

Failure no_exchange_key(const KeyId& id, const char* why) {
    return fail(Errc::UnwrappingKeyHandleInvalid, "the key exchange key '" + id.name + "' " + why);
}

Result<void> check_exchange_key(const KeyRecord& record) {
    if (record.deletion || !record.has_material) return no_exchange_key(record.id, "is deleted");
    if (record.spec.type != KeyType::Rsa) return no_exchange_key(record.id, "is no RSA key");
    if (record.ops != KeyOps::Import) return no_exchange_key(record.id, "has other operations than import alone");
    if (!record.enabled) return no_exchange_key(record.id, "is disabled");
    return {};
}

}  // namespace

Result<std::string> PartitionCore::backup_key(const std::string& name) const {
    const View seen = TRY(unlocked_view());
    const std::vector<StoredItem> versions = TRY(require_versions(seen, name));
    const KeyRecord latest = TRY(key_in(versions.back()));
    if (!latest.has_material) return key_not_found({name, {}});
    KeyBackup backup{seen.facts->label, now(), {}};
    for (const StoredItem& version : versions) backup.versions.push_back(TRY(take_out(version, seen.session->seal)));
    return make_key_backup(seen.session->domain_key, backup);
}

Result<KeyRecordPtr> PartitionCore::restore_key(const std::string& text) {
    const View seen = TRY(unlocked_view());
    KeyBackup backup = TRY(open_key_backup(seen.session->domain_key, text));
    Batch batch;
    KeyRecordPtr latest;
    for (PortableItem& version : backup.versions) {
        StoredItem item = TRY(put_in(std::move(version), PortableState::Live, seen.session->seal));
        KeyRecord record = TRY(key_in(item));
        latest = std::make_shared<const KeyRecord>(std::move(record));
        batch.push_back(RestoreItem{std::move(item)});
    }
    NameState state = TRY(seen.store->name_state(latest->id.name));
    if (state == NameState::Deleted) {
        TRY(purge_overdue(latest->id.name));
        state = TRY(seen.store->name_state(latest->id.name));
    }
    TRY(next(life_of(state), KeyEvent::Restore, latest->id.name));
    TRY(seen.store->commit(batch));
    return latest;
}

// The exchange key itself allows unwrapping to nobody, so its material is used here and by no Key.
Result<KeyRecordPtr> PartitionCore::import_wrapped_key(const NewKey& key, const std::string& text) {
    const View seen = TRY(unlocked_view());
    const TransferBlob blob = TRY(parse_transfer_blob(text));
    const Result<StoredItem> item = require_item(seen, ItemKind::Key, blob.exchange_key);
    if (!item.ok()) {
        return item.code() == Errc::KeyNotFound ? no_exchange_key(blob.exchange_key, "is not here")
                                                : fail(item.error());
    }
    const KeyRecord exchange_key = TRY(key_in(*item));
    TRY(check_exchange_key(exchange_key));
    const SecretMaterial encoded = TRY(seen.session->seal.unseal(*item));
    const auto half = TRY(crypto::PrivateHalf::parse(encoded));
    const Result<SecretMaterial> material = half->unwrap(transfer_wrapping(), blob.wrapped);
    if (!material.ok()) {
        return fail(Errc::WrappedKeyInvalid, "the wrapped key does not open with the key exchange key '" +
                                                 exchange_key.id.name + "': " + material.error().message);
    }
    return import_key(key, *material);
}

}  // namespace kvp11::partition
