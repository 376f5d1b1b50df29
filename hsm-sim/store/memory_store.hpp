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
    using Sequences = std::set<std::uint64_t>;

    Result<void> check(const Change& change) const;
    void apply(const Change& change);
    void index(const StoredItem& item);
    void unindex(const StoredItem& item);
    [[nodiscard]] const StoredItem* find_item(const KeyId& id) const;
    [[nodiscard]] Sequences candidates(const ObjectQuery& query) const;

    std::mutex mutex_;
    std::atomic<std::uint64_t> generation_{2};
    std::uint64_t last_sequence_ = 0;
    std::map<std::string, Bytes> meta_;
    std::map<std::uint64_t, StoredItem> items_;
    std::map<std::string, Sequences> by_name_;  // in lower case
    std::map<Bytes, Sequences> by_id_;
    std::map<Bytes, Sequences> by_label_;
};

}  // namespace kvp11::store
