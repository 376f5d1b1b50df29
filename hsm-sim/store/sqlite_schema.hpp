// The tables of token.db, their versions, and the way from one to the next. Free functions; the caller holds the
// connection's lock.
#pragma once

#include "store/sqlite_connection.hpp"

namespace kvp11::store {

/// Fills an empty file.
Result<void> make_schema(SqliteConnection& connection);

}  // namespace kvp11::store
