// SqliteConnection: one database with its prepared statements and the lock for using them, opened when it
// is first entered.
//
// SQLite's state must not cross a fork (its list of files and locks would lie to the child), so every
// connection is closed before a fork, by handlers that are registered with the first one, and opens
// again when it is next entered, in the parent and in the child. If a connection stays busy for too
// long the fork goes on; then the child's copy is_foreign() and its owner must abandon it: neither use
// nor close it. Callers hold the lock that enter() gives for every use, and never over cryptography.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "store/sqlite_file.hpp"
#include "store/sqlite_statement.hpp"
#include "store/write_turn.hpp"

namespace kvp11::store {

class SqliteConnection {
public:
    using Lock = std::unique_lock<std::mutex>;

    explicit SqliteConnection(std::string path, GenerationWord generation = {});
    SqliteConnection(const SqliteConnection&) = delete;
    SqliteConnection& operator=(const SqliteConnection&) = delete;
    ~SqliteConnection();
    /// Makes the schema in an existing empty file.
    static Result<void> lay_out(const std::string& path);

    /// Opens the existing file where needed; StoreNewer when a later kvp11 wrote it.
    Result<Lock> enter();
    /// Open, and opened by an ancestor of this process.
    [[nodiscard]] bool is_foreign() const noexcept;

    [[nodiscard]] const std::string& path() const noexcept { return path_; }

    // With the lock held:
    [[nodiscard]] bool read_only() const noexcept;
    /// The statement stays the connection's. `sql` is kept, so it must come from a small set.
    Result<SqliteStatement> prepare(const std::string& sql);
    /// One or more statements without parameters.
    Result<void> execute(const char* sql);
    /// BEGIN IMMEDIATE when it is our turn; StoreBusy after ten seconds (WaitedTime).
    Result<void> begin();
    Result<void> commit();
    /// After a commit, when the generation is even again.
    void note_written() noexcept { turn_.done(); }
    /// BEGIN IMMEDIATE without waiting; false when somebody writes.
    bool try_begin() noexcept;
    void roll_back() noexcept;

private:
    friend class SqliteForkGuard;

    Result<void> open();
    Result<void> take(Result<sqlite3*> handle);
    void close() noexcept;
    Result<void> configure();
    void be_patient() noexcept;

    std::string path_;
    sqlite3* handle_ = nullptr;
    std::atomic<std::uint64_t> mark_{0};  // of the process that opened it; 0 while it is closed
    std::optional<FileMark> frozen_;      // set: the file cannot change under this connection, or it is opened anew
    WriteTurn turn_;
    std::mutex mutex_;
    std::unordered_map<std::string, sqlite3_stmt*> statements_;
};

}  // namespace kvp11::store
