#include "store/memory_changes.hpp"

#include "store/folded_name.hpp"

namespace kvp11::store {
namespace {

template <class Map, class Name>
auto value_at(const Map& map, const Name& name) {
    const auto found = map.find(name);
    return found == map.end() ? std::optional<typename Map::mapped_type>{} : std::optional(found->second);
}

}  // namespace

MemoryChanges::~MemoryChanges() {
    if (kept_) return;
    for (auto& [sequence, item] : items_before_) store_.set_item(sequence, std::move(item));
    for (auto& [name, value] : meta_before_) store_.set_meta(name, std::move(value));
    store_.last_sequence_ = last_sequence_before_;
}

void MemoryChanges::set_item(std::uint64_t sequence, std::optional<StoredItem> item) {
    items_before_.emplace(sequence, value_at(store_.items_, sequence));
    store_.set_item(sequence, std::move(item));
}

void MemoryChanges::set_meta(const std::string& name, std::optional<Bytes> value) {
    meta_before_.emplace(name, value_at(store_.meta_, name));
    store_.set_meta(name, std::move(value));
}

Result<void> MemoryChanges::require_free(const std::string& name) const {
    switch (store_.state_of(name)) {
        case NameState::Free: return {};
        case NameState::Live: return fail(Errc::KeyExists, "a key named '" + name + "' exists");
        case NameState::Deleted: break;
    }
    return fail(Errc::KeyDeleted, "the name '" + name + "' is held by a deleted key");
}

Result<void> MemoryChanges::require_free_version(const KeyId& id) const {
    const StoredItem* present = store_.find_item(id);
    if (present && present->id.version == id.version) return fail(Errc::KeyExists, "a key '" + id.name + "' exists");
    return {};
}

Result<const StoredItem*> MemoryChanges::unchanged(const KeyId& id, std::uint64_t expected_revision) const {
    const StoredItem* present = store_.find_item(id);
    if (!present || present->id.version != id.version) {
        return fail(Errc::KeyNotFound, "no key or record '" + id.name + "'");
    }
    if (present->revision != expected_revision) {
        return fail(Errc::StoreConflict, "'" + id.name + "' was changed first");
    }
    return present;
}

Result<void> MemoryChanges::insert(StoredItem item) {
    item.sequence = ++store_.last_sequence_;
    set_item(item.sequence, std::move(item));
    return {};
}

Result<void> MemoryChanges::operator()(const PutMeta& change) {
    if (change.expected && value_at(store_.meta_, change.name).value_or(Bytes{}) != *change.expected) {
        return fail(Errc::StoreConflict, "'" + change.name + "' was changed first");
    }
    set_meta(change.name, change.value);
    return {};
}

Result<void> MemoryChanges::operator()(const EraseMeta& change) {
    set_meta(change.name, {});
    return {};
}

Result<void> MemoryChanges::operator()(const InsertItem& change) {
    TRY(require_free(change.item.id.name));
    return insert(change.item);
}

// A deletion does not change which version is the latest, so it is looked for by itself.
Result<void> MemoryChanges::operator()(const AddVersion& change) {
    const KeyId& id = change.item.id;
    const StoredItem* latest = store_.find_item({id.name, ""});
    if (!latest) return fail(Errc::KeyNotFound, "no key '" + id.name + "'");
    const bool is_revised = change.expected_revision != 0 && latest->revision != change.expected_revision;
    if (latest->id.version != change.expected_latest || latest->purge_at || is_revised) {
        return fail(Errc::StoreConflict, "'" + id.name + "' was changed first");
    }
    TRY(require_free_version(id));
    return insert(change.item);
}

Result<void> MemoryChanges::operator()(const RestoreItem& change) {
    const KeyId& id = change.item.id;
    if (restored_.insert(folded_name(id.name)).second) {
        TRY(require_free(id.name));
    } else {
        TRY(require_free_version(id));
    }
    return insert(change.item);
}

// Where it stands, when it was made and how its name is written stay.
Result<void> MemoryChanges::operator()(const ReplaceItem& change) {
    StoredItem item = *TRY(unchanged(change.item.id, change.expected_revision));
    if (change.while_latest && store_.find_item({item.id.name, ""})->sequence != item.sequence) {
        return fail(Errc::StoreConflict, "'" + item.id.name + "' has got another version");
    }
    item.detail = change.item.detail;
    item.revision = change.item.revision;
    item.purge_at = change.item.purge_at;
    item.rotate_at = change.item.rotate_at;
    item.metadata = change.item.metadata;
    item.tag = change.item.tag;
    item.sealed = change.item.sealed;
    item.faces = change.item.faces;
    set_item(item.sequence, std::move(item));
    return {};
}

Result<void> MemoryChanges::operator()(const EraseItem& change) {
    set_item(TRY(unchanged(change.id, change.expected_revision))->sequence, {});
    return {};
}

Result<void> MemoryChanges::operator()(const EraseEverything&) {
    while (!store_.items_.empty()) set_item(store_.items_.begin()->first, {});
    while (!store_.meta_.empty()) set_meta(std::string(store_.meta_.begin()->first), {});
    return {};
}

}  // namespace kvp11::store
