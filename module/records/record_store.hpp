// RecordStore: the records that applications make, in a SQLite file that processes share (hsm-sim/store). The file is
// made with the first record; before, there is nothing.
//
// Thread-safe and fork-safe as the store is. Errors: KeyNotFound, AttributeValueInvalid for private records, those of
// the store.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "kvp11/backend.hpp"
#include "store/sqlite_store.hpp"

namespace kvp11::records {

using RecordPtr = std::shared_ptr<const Record>;

class RecordStore {
public:
    explicit RecordStore(std::string path) : path_(std::move(path)) {}
    RecordStore(const RecordStore&) = delete;
    RecordStore& operator=(const RecordStore&) = delete;
    ~RecordStore();

    /// Zero as long as no file was seen.
    [[nodiscard]] std::uint64_t generation() const noexcept;
    [[nodiscard]] Result<std::vector<ObjectRef>> find(const ObjectQuery& query) const;
    [[nodiscard]] Result<RecordPtr> record(const std::string& id) const;

    Result<RecordPtr> create(const Record& wanted);
    Result<RecordPtr> update(const Record& wanted);
    Result<void> remove(const std::string& id);
    Result<void> remove_all();

private:
    /// Null when there is no file.
    [[nodiscard]] Result<store::SqliteStore*> existing() const;
    [[nodiscard]] Result<store::StoredItem> item(store::SqliteStore& store, const std::string& id) const;
    Result<void> lay_out() const;

    std::string path_;
    mutable std::atomic<store::SqliteStore*> store_{nullptr};  // owned; set once
};

}  // namespace kvp11::records
