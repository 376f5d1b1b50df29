// SqliteConnection: one open database with its prepared statements and the lock for using them.
//
// It belongs to the process that opened it: a child after a fork must neither use nor close it (SQLite,
// "How To Corrupt", 2.6), so its owner abandons it and opens another. Callers hold lock() for every
// use, and never over cryptography.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "partition/sqlite_statement.hpp"

namespace kvp11::partition {

class SqliteConnection {
public:
    /// Opens an existing file and sets it up; StoreNewer when a later kvp11 wrote it.
    static Result<std::unique_ptr<SqliteConnection>> open(const std::string& path);
    /// Makes the schema in an existing empty file.
    static Result<void> lay_out(const std::string& path);
    ~SqliteConnection();

    [[nodiscard]] std::unique_lock<std::mutex> lock() { return std::unique_lock(mutex_); }
    [[nodiscard]] std::uint64_t mark() const noexcept { return mark_; }
    [[nodiscard]] bool read_only() const noexcept;

    /// The statement stays the connection's. `sql` is kept, so it must come from a small set.
    Result<SqliteStatement> prepare(const std::string& sql);
    /// One or more statements without parameters.
    Result<void> execute(const char* sql);
    /// BEGIN IMMEDIATE without waiting; false when somebody writes.
    bool try_begin() noexcept;
    void roll_back() noexcept;

private:
    SqliteConnection(std::string path, sqlite3* handle);
    Result<void> configure();
    Result<void> check_version();

    std::string path_;
    sqlite3* handle_;
    std::uint64_t mark_;
    std::mutex mutex_;
    std::unordered_map<std::string, sqlite3_stmt*> statements_;
};

}  // namespace kvp11::partition
