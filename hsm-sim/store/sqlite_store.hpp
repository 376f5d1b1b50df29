// SqliteStore: the Store in a folder's token.db, shared by any number of processes.
//
// Each process has a connection of its own, opened at the first use (sqlite_connection.hpp says what a fork
// does to it); reads and commits of one process take turns on it. Thread-safe and fork-safe.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "store/generation_word.hpp"
#include "store/sqlite_connection.hpp"
#include "store/store.hpp"

namespace kvp11::store {

class SqliteStore final : public Store {
public:
    /// Opens an existing, complete database.
    static Result<std::unique_ptr<SqliteStore>> open(const std::string& path, GenerationWord generation);
    /// Fills an empty file with the schema and the first batch, and leaves no side files beside it.
    static Result<void> lay_out(const std::string& path, const Batch& first);
    SqliteStore(const SqliteStore&) = delete;
    SqliteStore& operator=(const SqliteStore&) = delete;
    ~SqliteStore() override;

    [[nodiscard]] std::uint64_t generation() const noexcept override { return generation_.load(); }
    void settle_generation() noexcept override;
    [[nodiscard]] Result<Bytes> meta(const std::string& name) override;
    [[nodiscard]] Result<std::optional<StoredItem>> item(ItemKind kind, const KeyId& id) override;
    [[nodiscard]] Result<std::vector<StoredItem>> versions(const std::string& name) override;
    [[nodiscard]] Result<NameState> name_state(const std::string& name) override;
    [[nodiscard]] Result<std::vector<StoredItem>> latest(const NameQuery& query) override;
    [[nodiscard]] Result<std::vector<std::string>> due(Due what, std::int64_t now, std::size_t limit) override;
    [[nodiscard]] Result<std::vector<ObjectRef>> find(const ObjectQuery& query) override;
    [[nodiscard]] Result<std::vector<StoredItem>> items(std::uint64_t after, std::size_t limit) override;
    [[nodiscard]] Result<std::vector<ItemCount>> counts() override;
    [[nodiscard]] bool read_only() const noexcept override { return read_only_; }
    Result<void> commit(const Batch& batch) override;

private:
    SqliteStore(std::string path, GenerationWord generation);
    SqliteConnection& connection();
    Result<void> commit_locked(SqliteConnection& connection, const Batch& batch);

    std::string path_;
    GenerationWord generation_;
    bool read_only_ = false;
    std::atomic<SqliteConnection*> connection_;  // never null
};

}  // namespace kvp11::store
