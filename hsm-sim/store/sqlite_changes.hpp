// The changes of a batch as SQL, run inside a transaction of the caller's. Free functions; the caller
// holds the connection's lock.
#pragma once

#include "store/sqlite_connection.hpp"
#include "store/store.hpp"

namespace kvp11::store {

/// Up to the first one whose condition does not hold; the caller then rolls back.
Result<void> apply_changes(SqliteConnection& connection, const Batch& batch);

}  // namespace kvp11::store
