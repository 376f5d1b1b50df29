// MemoryStore: the Store of session objects, gone with its process. Everything is indexed, so making,
// finding and dropping an object costs the same however many there are. Thread-safe.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <string>

#include "store/store.hpp"

namespace kvp11::store {

class MemoryStore final : public Store {
public:
    [[nodiscard]] std::uint64_t generation() const noexcept override { return generation_.load(); }
    void settle_generation() noexcept override {}
    [[nodiscard]] Result<Bytes> meta(const std::string& name) override;
    [[nodiscard]] Result<std::optional<StoredItem>> item(ItemKind kind, const KeyId& id) override;
    [[nodiscard]] Result<std::vector<StoredItem>> versions(const std::string& name) override;
    [[nodiscard]] Result<NameState> name_state(const std::string& name) override;
    [[nodiscard]] Result<std::vector<StoredItem>> latest(const NameQuery& query) override;
    [[nodiscard]] Result<std::vector<std::string>> due(Due what, std::int64_t now, std::size_t limit) override;
    [[nodiscard]] Result<std::vector<ObjectRef>> find(const ObjectQuery& query) override;
    [[nodiscard]] Result<std::vector<StoredItem>> items(std::uint64_t after, std::size_t limit) override;
    [[nodiscard]] Result<std::vector<ItemCount>> counts() override;
    [[nodiscard]] bool read_only() const noexcept override { return false; }
    Result<void> commit(const Batch& batch) override;

private:
    friend class MemoryChanges;
    using Sequences = std::set<std::uint64_t>;

    [[nodiscard]] const StoredItem* find_item(const KeyId& id) const;
    [[nodiscard]] NameState state_of(const std::string& name) const;
    [[nodiscard]] Sequences candidates(const ObjectQuery& query) const;
    /// Puts, replaces or takes out the item with this sequence, and keeps the indices.
    void set_item(std::uint64_t sequence, std::optional<StoredItem> item);
    void set_meta(const std::string& name, std::optional<Bytes> value);

    std::mutex mutex_;
    std::atomic<std::uint64_t> generation_{2};
    std::uint64_t last_sequence_ = 0;
    std::map<std::string, Bytes> meta_;
    std::map<std::uint64_t, StoredItem> items_;
    std::map<std::string, Sequences> by_name_;  // folded
    std::map<Bytes, Sequences> by_id_;
    std::map<Bytes, Sequences> by_label_;
};

}  // namespace kvp11::store
