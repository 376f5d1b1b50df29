#include "store/sqlite_schema.hpp"

#include "host/fault_points.hpp"
#include "store/sqlite_roll_back.hpp"

namespace kvp11::store {
namespace {

using host::FaultPoint;

// What the indices of items need stands after the sealed bytes because version 1 of the schema ended there.
constexpr const char* first_tables = R"sql(
CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE items (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  kind INTEGER NOT NULL,
  detail INTEGER NOT NULL,
  name TEXT NOT NULL COLLATE NOCASE,
  version TEXT NOT NULL,
  revision INTEGER NOT NULL,
  created INTEGER NOT NULL,
  metadata BLOB NOT NULL,
  tag BLOB NOT NULL,
  sealed BLOB NOT NULL,
  is_latest INTEGER NOT NULL DEFAULT 1,
  purge_at INTEGER,
  rotate_at INTEGER,
  UNIQUE (name, version));
)sql";

// Face rows repeat name, version and is_latest, so that a search reads no other table; without a row number, so
// that each of their indices ends in (item, kind), the order in which objects are found.
constexpr const char* faces_columns = R"sql( (
  item INTEGER NOT NULL REFERENCES items (sequence),
  kind INTEGER NOT NULL,
  record_class INTEGER NOT NULL,
  id BLOB NOT NULL,
  label BLOB NOT NULL,
  is_private INTEGER NOT NULL,
  is_latest INTEGER NOT NULL,
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  PRIMARY KEY (item, kind)) WITHOUT ROWID;
)sql";

// Partial indices begin with what their condition fixes: SQLite prefers the index that fits more columns.
constexpr const char* indices = R"sql(
CREATE INDEX items_by_name ON items (name);
CREATE INDEX items_by_kind ON items (is_latest, purge_at, kind, detail);
CREATE INDEX keys_by_state ON items (purge_at IS NOT NULL, name) WHERE is_latest = 1 AND kind = 0;
CREATE INDEX keys_by_purge ON items (is_latest, kind, purge_at)
  WHERE is_latest = 1 AND kind = 0 AND purge_at IS NOT NULL;
CREATE INDEX keys_by_rotation ON items (is_latest, kind, purge_at, rotate_at)
  WHERE is_latest = 1 AND kind = 0 AND purge_at IS NULL AND rotate_at IS NOT NULL;
CREATE INDEX faces_by_id ON faces (id, is_latest);
CREATE INDEX faces_by_label ON faces (label, is_latest);
CREATE INDEX faces_by_kind ON faces (kind, is_latest);
CREATE INDEX faces_by_class ON faces (kind, record_class, is_latest) WHERE kind = 3;
PRAGMA user_version = 2;
)sql";

// Views of the same names in the connection's own memory, before which SQLite looks nowhere else.
constexpr const char* show_1_as_2 =
    "CREATE TEMP VIEW items AS SELECT *, 1 AS is_latest, NULL AS purge_at, NULL AS rotate_at FROM main.items;"
    "CREATE TEMP VIEW faces AS SELECT item, kind, record_class, id, label, is_private, 1 AS is_latest, name, version"
    " FROM main.faces;";

Result<std::int64_t> version_of(SqliteConnection& connection) {
    SqliteStatement select = TRY(connection.prepare("PRAGMA user_version"));
    return TRY(select.step()) ? select.integer(0) : 0;
}

// In version 1 every name had one version, so each is the latest.
std::string from_1_to_2() {
    return std::string("ALTER TABLE items ADD COLUMN is_latest INTEGER NOT NULL DEFAULT 1;"
                       "ALTER TABLE items ADD COLUMN purge_at INTEGER;"
                       "ALTER TABLE items ADD COLUMN rotate_at INTEGER;"
                       "CREATE TABLE faces_2") +
           faces_columns +
           "INSERT INTO faces_2 SELECT item, kind, record_class, id, label, is_private, 1, name, version FROM faces"
           " ORDER BY item, kind;"
           "DROP TABLE faces;"
           "ALTER TABLE faces_2 RENAME TO faces;"
           "DROP INDEX items_by_kind;" +
           indices;
}

// Another process may have come first; the version is read again when nobody else can write.
Result<void> migrate(SqliteConnection& connection) {
    pass(FaultPoint::BeforeBegin);
    TRY(connection.begin());
    const RollBack on_failure(connection);
    pass(FaultPoint::AfterBegin);
    if (TRY(version_of(connection)) != 1) return {};
    TRY(connection.execute(from_1_to_2().c_str()));
    pass(FaultPoint::BeforeCommit);
    TRY(connection.commit());
    pass(FaultPoint::AfterCommit);
    return {};
}

}  // namespace

Result<void> make_schema(SqliteConnection& connection) {
    const std::string all =
        std::string("BEGIN IMMEDIATE;") + first_tables + "CREATE TABLE faces" + faces_columns + indices + "COMMIT;";
    return connection.execute(all.c_str());
}

Result<void> adapt_schema(SqliteConnection& connection) {
    const std::int64_t version = TRY(version_of(connection));
    if (version == schema_version) return {};
    if (version == 1) return connection.read_only() ? connection.execute(show_1_as_2) : migrate(connection);
    if (version > schema_version) {
        return fail(Errc::StoreNewer, "the store " + connection.path() + " has schema version " +
                                          std::to_string(version) + ", this kvp11 knows up to " +
                                          std::to_string(schema_version));
    }
    return fail(Errc::StoreDamaged, "the store is damaged: " + connection.path() + " (no schema)");
}

}  // namespace kvp11::store
