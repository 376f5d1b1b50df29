// MemoryChanges: one batch on its way into a MemoryStore, which takes back what it did unless it is kept.
// The caller holds the store's lock as long as it lives.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "store/memory_store.hpp"

namespace kvp11::store {

class MemoryChanges {
public:
    explicit MemoryChanges(MemoryStore& store) : store_(store), last_sequence_before_(store.last_sequence_) {}
    MemoryChanges(const MemoryChanges&) = delete;
    MemoryChanges& operator=(const MemoryChanges&) = delete;
    ~MemoryChanges();
    void keep() { kept_ = true; }

    // One for each kind of change: its condition, then the change.
    Result<void> operator()(const PutMeta& change);
    Result<void> operator()(const EraseMeta& change);
    Result<void> operator()(const InsertItem& change);
    Result<void> operator()(const AddVersion& change);
    Result<void> operator()(const RestoreItem& change);
    Result<void> operator()(const ReplaceItem& change);
    Result<void> operator()(const EraseItem& change);
    Result<void> operator()(const EraseEverything& change);

private:
    Result<void> require_free(const std::string& name) const;
    Result<void> require_free_version(const KeyId& id) const;
    Result<const StoredItem*> unchanged(const KeyId& id, std::uint64_t expected_revision) const;
    Result<void> insert(StoredItem item);
    void set_item(std::uint64_t sequence, std::optional<StoredItem> item);
    void set_meta(const std::string& name, std::optional<Bytes> value);

    MemoryStore& store_;
    bool kept_ = false;
    std::set<std::string> restored_;  // folded names that this batch brought back
    // What was there before the first change of each.
    std::uint64_t last_sequence_before_;
    std::map<std::uint64_t, std::optional<StoredItem>> items_before_;
    std::map<std::string, std::optional<Bytes>> meta_before_;
};

}  // namespace kvp11::store
