// The changes of a batch as SQL, run inside a transaction of the caller's. Free functions; the caller
// holds the connection's lock.
#pragma once

#include "store/sqlite_connection.hpp"
#include "store/store.hpp"

namespace kvp11::store {

Result<void> apply_change(SqliteConnection& connection, const Change& change);

}  // namespace kvp11::store
