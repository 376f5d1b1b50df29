// The tables of token.db, their versions, and the way from one to the next. Free functions; the caller holds the
// connection's lock.
#pragma once

#include "store/sqlite_connection.hpp"

namespace kvp11::store {

inline constexpr int schema_version = 2;

/// Fills an empty file.
Result<void> make_schema(SqliteConnection& connection);

/// Makes what it finds fit for the queries: a store of an older version is brought to this one in one transaction,
/// whoever comes first; where it cannot be written, it is shown as if it were of this version.
/// StoreNewer when a later kvp11 wrote it.
Result<void> adapt_schema(SqliteConnection& connection);

}  // namespace kvp11::store
