// SqliteForkGuard: closes every SQLite connection of the process before it forks. Thread-safe.
#pragma once

#include "store/sqlite_connection.hpp"

namespace kvp11::store {

class SqliteForkGuard {
public:
    /// Registers the handlers now rather than with the first connection: before those of the layers above.
    static void watch() { (void)state(); }
    static void enlist(SqliteConnection& connection);
    static void delist(SqliteConnection& connection);

private:
    struct State;
    static State& state();
    static void before_fork();
    static void after_fork();
};

}  // namespace kvp11::store
