// What a SqliteStore is asked, as SQL. Free functions; the caller holds the connection's lock.
//
// Each is answered from an index, whatever the number of rows (tests/unit/store/query_plan_test.cpp).
#pragma once

#include "store/sqlite_connection.hpp"
#include "store/store.hpp"

namespace kvp11::store {

Result<Bytes> select_meta(SqliteConnection& connection, const std::string& name);
Result<std::optional<StoredItem>> select_item(SqliteConnection& connection, ItemKind kind, const KeyId& id);
Result<std::vector<StoredItem>> select_versions(SqliteConnection& connection, const std::string& name);
Result<NameState> select_name_state(SqliteConnection& connection, const std::string& name);
Result<std::vector<StoredItem>> select_latest(SqliteConnection& connection, const NameQuery& query);
Result<std::vector<std::string>> select_due(SqliteConnection& connection, Due what, std::int64_t now,
                                            std::size_t limit);
Result<std::vector<ObjectRef>> select_objects(SqliteConnection& connection, const ObjectQuery& query);
Result<std::vector<StoredItem>> select_items(SqliteConnection& connection, std::uint64_t after, std::size_t limit);
Result<std::vector<ItemCount>> select_counts(SqliteConnection& connection);

}  // namespace kvp11::store
