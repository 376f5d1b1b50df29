// SqliteStatement: one use of a prepared statement that the connection keeps; reset when it goes.
// One thread's at a time, under the connection's lock.
#pragma once

#include <optional>
#include <string>

#include "kvp11/bytes.hpp"
#include "kvp11/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace kvp11::store {

/// What SQLite's result means here; the sentence names `path`.
Error sqlite_error(sqlite3* connection, int result, const std::string& path);

class SqliteStatement {
public:
    SqliteStatement(sqlite3_stmt* statement, const std::string& path) : statement_(statement), path_(&path) {}
    SqliteStatement(SqliteStatement&& other) noexcept
        : statement_(other.statement_), path_(other.path_), next_(other.next_), failure_(other.failure_) {
        other.statement_ = nullptr;
    }
    SqliteStatement(const SqliteStatement&) = delete;
    SqliteStatement& operator=(const SqliteStatement&) = delete;
    ~SqliteStatement();

    /// Binds the next parameter. The bytes must live until the statement is reset.
    SqliteStatement& bind(ByteView value);
    SqliteStatement& bind(const std::string& value);
    SqliteStatement& bind(std::uint64_t number);
    SqliteStatement& bind(std::int64_t number);
    SqliteStatement& bind(const std::optional<std::int64_t>& number);

    /// True when there is a row.
    Result<bool> step();
    /// For statements without rows.
    Result<void> run();
    /// Ready for other parameters.
    void reset();

    [[nodiscard]] Bytes bytes(int column) const;
    [[nodiscard]] std::string text(int column) const;
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::optional<std::int64_t> optional_integer(int column) const;

private:
    void note(int result);

    sqlite3_stmt* statement_;
    const std::string* path_;
    int next_ = 1;
    int failure_ = 0;
};

}  // namespace kvp11::store
