// Keys: create, import, get, update, delete, lists of keys and of versions.
#include <array>

#include "rest/metered.hpp"
#include "rest/path_key.hpp"
#include "rest/wire_jwk.hpp"
#include "rest/wire_key.hpp"
#include "rest/wire_new_key.hpp"
#include "rest/wire_word.hpp"

namespace kvp11::rest {
namespace {

/// What became of a key, with the service's sentence where it has one of its own.
Result<Reply> changed_reply(const Exchange& exchange, const Result<KeyRecordPtr>& changed) {
    if (!changed.ok()) return fail(with_service_text(changed.error()));
    return bundle_reply(exchange, *changed);
}

// Only RSA keys take long to make.
Result<Reply> create_key(Exchange& exchange) {
    const KeyId id = TRY(path_of_new_key(exchange));
    const NewKey key = TRY(new_key_of(id.name, exchange.members()));
    if (key.spec.type == KeyType::Rsa && !exchange.on_worker) return on_workers();
    if (auto refused = exchange.throttle(&key.spec)) return std::move(*refused);
    return changed_reply(exchange, exchange.partition->generate(key));
}

Result<Reply> import_key(Exchange& exchange) {
    const KeyId id = TRY(path_of_new_key(exchange));
    const json::object* jwk = TRY(optional_object(exchange.members(), "key"));
    if (!jwk) return fail(Errc::ArgumentsBad, "Property 'key' is required");
    const ImportedKey imported = TRY(imported_key_of(*jwk));
    NewKey key;
    key.name = id.name;
    key.name_use = NameUse::MayAddVersion;
    key.spec = imported.spec;
    key.ops = imported.ops;
    TRY(read_key_properties(exchange.members(), key));
    if (auto refused = exchange.throttle(&key.spec)) return std::move(*refused);
    return changed_reply(exchange, imported.transfer_blob.empty()
                                       ? exchange.partition->import_key(key, imported.material)
                                       : exchange.partition->import_wrapped_key(key, imported.transfer_blob));
}

// A key whose private half PKCS#11 destroyed is none of the service's.
Result<Reply> get_key(Exchange& exchange) {
    const KeyId id = TRY(path_key(exchange));
    const KeyRecordPtr record = TRY(exchange.partition->key_record(id));
    if (!record->has_material) return fail(Errc::KeyNotFound, "there is no key '" + id.name + "'");
    if (auto refused = exchange.throttle(&record->spec)) return std::move(*refused);
    return bundle_reply(exchange, record);
}

Result<Reply> update_key(Exchange& exchange) {
    const KeyId id = TRY(path_key(exchange));
    const WireUpdate wire = TRY(key_update_of(exchange.members()));
    const std::shared_ptr<const Key> key = peek_key(exchange);
    if (key && wire.exportable.value_or(key->record().exportable) != key->record().exportable) {
        return refused(exchange, {Errc::ArgumentsBad, "Property 'exportable' of a key cannot be changed"});
    }
    if (key && wire.update.ops) {
        const Result<void> possible = check_operations(key->record().spec.type, *wire.update.ops);
        if (!possible.ok()) return refused(exchange, possible.error());
    }
    if (auto refused = exchange.throttle(key ? &key->record().spec : nullptr)) return std::move(*refused);
    return changed_reply(exchange, exchange.partition->update(id, wire.update));
}

Result<Reply> delete_key(Exchange& exchange) {
    const KeyId id = TRY(path_key(exchange));
    const KeyRecordPtr record = TRY(exchange.partition->remove_key(id.name));
    const KeyScene scene = TRY(key_scene(exchange));
    return json_reply(deleted_bundle(scene, *record));
}

Result<Reply> list_keys(Exchange& exchange) {
    const PageRequest wanted = TRY(exchange.page());
    const KeyPage page = TRY(exchange.partition->list_keys(wanted));
    const KeyScene scene = TRY(key_scene(exchange));
    return json_reply(key_list(exchange, "/keys", page,
                               [&](const KeyRecord& record) { return key_item(scene, record, KidForm::Name); }));
}

Result<Reply> list_versions(Exchange& exchange) {
    const KeyId id = TRY(path_key(exchange));
    const PageRequest wanted = TRY(exchange.page());
    const KeyPage page = TRY(exchange.partition->list_versions(id.name, wanted));
    const KeyScene scene = TRY(key_scene(exchange));
    return json_reply(key_list(exchange, "/keys/" + id.name + "/versions", page, [&](const KeyRecord& record) {
        return key_item(scene, record, KidForm::NameAndVersion);
    }));
}

using partition::Operation;
constexpr auto rows = std::to_array<Route>({
    {Method::Get, "/keys", Operation::KeyList, metered<list_keys>},
    {Method::Post, "/keys/{name}/create", Operation::KeyCreate, create_key, BodyUse::Json},
    {Method::Get, "/keys/{name}/versions", Operation::KeyListVersions, metered<list_versions>},
    {Method::Put, "/keys/{name}", Operation::KeyImport, import_key, BodyUse::Json, Place::Worker},
    {Method::Delete, "/keys/{name}", Operation::KeyDelete, metered<delete_key>},
    {Method::Get, "/keys/{name}/{version?}", Operation::KeyGet, get_key},
    {Method::Patch, "/keys/{name}/{version?}", Operation::KeyUpdate, update_key, BodyUse::Json},
});

}  // namespace

std::span<const Route> key_routes() noexcept { return rows; }

}  // namespace kvp11::rest
