#include "store/memory_store.hpp"

#include <algorithm>

#include "store/folded_name.hpp"
#include "store/memory_changes.hpp"

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

StoredItem without_faces(StoredItem item) {
    item.faces.clear();
    return item;
}

}  // namespace

void MemoryStore::set_item(std::uint64_t sequence, std::optional<StoredItem> item) {
    const auto present = items_.find(sequence);
    const std::string name = folded_name(item ? item->id.name : present == items_.end() ? "" : present->second.id.name);
    if (present != items_.end()) {
        drop(by_name_, name, sequence);
        for (const StoredFace& face : present->second.faces) {
            drop(by_id_, face.id, sequence);
            drop(by_label_, face.label, sequence);
        }
        items_.erase(present);
    }
    if (item) {
        std::sort(item->faces.begin(), item->faces.end(),
                  [](const StoredFace& a, const StoredFace& b) { return a.kind < b.kind; });
        try {
            by_name_[name].insert(sequence);
            for (const StoredFace& face : item->faces) {
                by_id_[face.id].insert(sequence);
                by_label_[face.label].insert(sequence);
            }
            items_.emplace(sequence, std::move(*item));
        } catch (...) {
            // No memory: an index must not name what is not there.
            drop(by_name_, name, sequence);
            for (const StoredFace& face : item->faces) {
                drop(by_id_, face.id, sequence);
                drop(by_label_, face.label, sequence);
            }
            throw;
        }
    }
    const auto named = by_name_.find(name);
    if (named == by_name_.end()) return;
    for (const std::uint64_t version : named->second) {
        items_.at(version).is_latest = version == *named->second.rbegin();
    }
}

void MemoryStore::set_meta(const std::string& name, std::optional<Bytes> value) {
    if (value) {
        meta_[name] = std::move(*value);
    } else {
        meta_.erase(name);
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

NameState MemoryStore::state_of(const std::string& name) const {
    const StoredItem* latest = find_item({name, ""});
    if (!latest) return NameState::Free;
    return latest->purge_at ? NameState::Deleted : NameState::Live;
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
    return std::optional<StoredItem>(without_faces(*found));
}

Result<std::vector<StoredItem>> MemoryStore::versions(const std::string& name) {
    const std::lock_guard lock(mutex_);
    std::vector<StoredItem> found;
    const auto named = by_name_.find(folded_name(name));
    if (named == by_name_.end()) return found;
    for (const std::uint64_t sequence : named->second) found.push_back(without_faces(items_.at(sequence)));
    return found;
}

Result<NameState> MemoryStore::name_state(const std::string& name) {
    const std::lock_guard lock(mutex_);
    return state_of(name);
}

Result<std::vector<StoredItem>> MemoryStore::latest(const NameQuery& query) {
    const std::lock_guard lock(mutex_);
    std::vector<StoredItem> found;
    for (auto named = by_name_.upper_bound(folded_name(query.after));
         named != by_name_.end() && found.size() < query.limit; ++named) {
        const StoredItem& item = items_.at(*named->second.rbegin());
        const NameState state = item.purge_at ? NameState::Deleted : NameState::Live;
        if (item.kind == ItemKind::Key && state == query.state) found.push_back(without_faces(item));
    }
    return found;
}

Result<std::vector<std::string>> MemoryStore::due(Due what, std::int64_t now, std::size_t limit) {
    const std::lock_guard lock(mutex_);
    std::set<std::pair<std::int64_t, std::uint64_t>> overdue;
    for (const auto& [sequence, item] : items_) {
        if (!item.is_latest || item.kind != ItemKind::Key) continue;
        const bool is_waiting = what == Due::Purge || !item.purge_at;
        const std::optional<std::int64_t> at = what == Due::Purge ? item.purge_at : item.rotate_at;
        if (is_waiting && at && *at <= now) overdue.emplace(*at, sequence);
    }
    std::vector<std::string> names;
    for (const auto& [at, sequence] : overdue) {
        if (names.size() < limit) names.push_back(items_.at(sequence).id.name);
    }
    return names;
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
        if (!item.is_latest && !query.all_versions) return;
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
        found.push_back(without_faces(item->second));
    }
    return found;
}

Result<std::vector<ItemCount>> MemoryStore::counts() {
    const std::lock_guard lock(mutex_);
    std::map<std::pair<ItemKind, std::uint64_t>, std::uint64_t> sums;
    for (const auto& [sequence, item] : items_) {
        if (item.is_latest && !item.purge_at) ++sums[{item.kind, item.detail}];
    }
    std::vector<ItemCount> found;
    for (const auto& [what, count] : sums) found.push_back({what.first, what.second, count});
    return found;
}

Result<void> MemoryStore::commit(const Batch& batch) {
    const std::lock_guard lock(mutex_);
    MemoryChanges changes(*this);
    for (const Change& change : batch) TRY(std::visit(changes, change));
    changes.keep();
    generation_.fetch_add(2);
    return {};
}

}  // namespace kvp11::store
