#include "store/memory_store.hpp"

#include <algorithm>

#include "store/folded_name.hpp"

namespace kvp11::store {
namespace {

bool matches(const StoredFace& face, const ObjectQuery& query) {
    return (!query.kind || face.kind == *query.kind) &&
           (!query.record_class || face.record_class == *query.record_class) && (!query.id || face.id == *query.id) &&
           (!query.label || face.label == *query.label) && (query.with_private || !face.is_private);
}

template <class Index, class KeyValue>
void drop(Index& index, const KeyValue& key, std::uint64_t sequence) {
    const auto found = index.find(key);
    if (found == index.end()) return;
    found->second.erase(sequence);
    if (found->second.empty()) index.erase(found);
}

}  // namespace

void MemoryStore::index(const StoredItem& item) {
    by_name_[folded_name(item.id.name)].insert(item.sequence);
    for (const StoredFace& face : item.faces) {
        by_id_[face.id].insert(item.sequence);
        by_label_[face.label].insert(item.sequence);
    }
}

void MemoryStore::unindex(const StoredItem& item) {
    drop(by_name_, folded_name(item.id.name), item.sequence);
    for (const StoredFace& face : item.faces) {
        drop(by_id_, face.id, item.sequence);
        drop(by_label_, face.label, item.sequence);
    }
}

const StoredItem* MemoryStore::find_item(const KeyId& id) const {
    const auto named = by_name_.find(folded_name(id.name));
    if (named == by_name_.end()) return nullptr;
    for (auto sequence = named->second.rbegin(); sequence != named->second.rend(); ++sequence) {
        const StoredItem& item = items_.at(*sequence);
        if (id.version.empty() || item.id.version == id.version) return &item;
    }
    return nullptr;
}

Result<Bytes> MemoryStore::meta(const std::string& name) {
    const std::lock_guard lock(mutex_);
    const auto found = meta_.find(name);
    return found == meta_.end() ? Bytes{} : found->second;
}

Result<std::optional<StoredItem>> MemoryStore::item(ItemKind kind, const KeyId& id) {
    const std::lock_guard lock(mutex_);
    const StoredItem* found = find_item(id);
    if (!found || found->kind != kind) return std::optional<StoredItem>{};
    return std::optional<StoredItem>(*found);
}

Result<bool> MemoryStore::has_name(const std::string& name) {
    const std::lock_guard lock(mutex_);
    return by_name_.count(folded_name(name)) != 0;
}

MemoryStore::Sequences MemoryStore::candidates(const ObjectQuery& query) const {
    if (query.id) {
        const auto found = by_id_.find(*query.id);
        return found == by_id_.end() ? Sequences{} : found->second;
    }
    const auto found = by_label_.find(*query.label);
    return found == by_label_.end() ? Sequences{} : found->second;
}

Result<std::vector<ObjectRef>> MemoryStore::find(const ObjectQuery& query) {
    const std::lock_guard lock(mutex_);
    std::vector<ObjectRef> found;
    const auto collect = [&](const StoredItem& item) {
        for (const StoredFace& face : item.faces) {
            if (matches(face, query)) found.push_back({face.kind, item.id});
        }
    };
    if (query.id || query.label) {
        for (const std::uint64_t sequence : candidates(query)) collect(items_.at(sequence));
    } else {
        for (const auto& [sequence, item] : items_) collect(item);
    }
    return found;
}

Result<std::vector<StoredItem>> MemoryStore::items(std::uint64_t after, std::size_t limit) {
    const std::lock_guard lock(mutex_);
    std::vector<StoredItem> found;
    for (auto item = items_.upper_bound(after); item != items_.end() && found.size() < limit; ++item) {
        found.push_back(item->second);
    }
    return found;
}

Result<std::vector<ItemCount>> MemoryStore::counts() {
    const std::lock_guard lock(mutex_);
    std::map<std::pair<ItemKind, std::uint64_t>, std::uint64_t> sums;
    for (const auto& [sequence, item] : items_) ++sums[{item.kind, item.detail}];
    std::vector<ItemCount> found;
    for (const auto& [what, count] : sums) found.push_back({what.first, what.second, count});
    return found;
}

Result<void> MemoryStore::check(const Change& change) const {
    const auto unchanged = [this](const KeyId& id, std::uint64_t expected) -> Result<void> {
        const StoredItem* present = find_item(id);
        if (!present) return fail(Errc::KeyNotFound, "no key or record '" + id.name + "'");
        if (present->revision != expected) return fail(Errc::StoreConflict, "'" + id.name + "' was changed first");
        return {};
    };
    if (const auto* insert = std::get_if<InsertItem>(&change)) {
        if (find_item({insert->item.id.name, ""})) {
            return fail(Errc::KeyExists, "a key named '" + insert->item.id.name + "' exists");
        }
    } else if (const auto* replace = std::get_if<ReplaceItem>(&change)) {
        return unchanged(replace->item.id, replace->expected_revision);
    } else if (const auto* erase = std::get_if<EraseItem>(&change)) {
        return unchanged(erase->id, erase->expected_revision);
    } else if (const auto* put = std::get_if<PutMeta>(&change)) {
        const auto present = meta_.find(put->name);
        if (put->expected && *put->expected != (present == meta_.end() ? Bytes{} : present->second)) {
            return fail(Errc::StoreConflict, "'" + put->name + "' was changed first");
        }
    }
    return {};
}

void MemoryStore::apply(const Change& change) {
    if (const auto* insert = std::get_if<InsertItem>(&change)) {
        StoredItem& item = items_[++last_sequence_];
        item = insert->item;
        item.sequence = last_sequence_;
        index(item);
    } else if (const auto* replace = std::get_if<ReplaceItem>(&change)) {
        const std::uint64_t sequence = find_item(replace->item.id)->sequence;
        StoredItem& item = items_.at(sequence);
        unindex(item);
        item = replace->item;
        item.sequence = sequence;
        index(item);
    } else if (const auto* erase = std::get_if<EraseItem>(&change)) {
        const std::uint64_t sequence = find_item(erase->id)->sequence;
        unindex(items_.at(sequence));
        items_.erase(sequence);
    } else if (const auto* put = std::get_if<PutMeta>(&change)) {
        meta_[put->name] = put->value;
    } else if (const auto* erased = std::get_if<EraseMeta>(&change)) {
        meta_.erase(erased->name);
    } else {
        items_.clear(), by_name_.clear(), by_id_.clear(), by_label_.clear(), meta_.clear();
    }
}

// Conditions are checked against the state before the batch; no batch of ours has changes that
// depend on each other.
Result<void> MemoryStore::commit(const Batch& batch) {
    const std::lock_guard lock(mutex_);
    const bool erases_all = std::any_of(batch.begin(), batch.end(),
                                        [](const Change& c) { return std::holds_alternative<EraseEverything>(c); });
    if (!erases_all) {
        for (const Change& change : batch) TRY(check(change));
    }
    for (const Change& change : batch) apply(change);
    generation_.fetch_add(2);
    return {};
}

}  // namespace kvp11::store
