#include "store/sqlite_schema.hpp"

namespace kvp11::store {
namespace {

// Face rows repeat name, version and is_latest, so that a search reads no other table; without a row number, so
// that each of their indices ends in (item, kind), the order in which objects are found. In items, what the
// indices hold stands after the sealed bytes because version 1 of the schema ended there.
constexpr const char* schema_2 = R"sql(
BEGIN IMMEDIATE;
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
CREATE TABLE faces (
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
COMMIT;
)sql";

}  // namespace

Result<void> make_schema(SqliteConnection& connection) { return connection.execute(schema_2); }

}  // namespace kvp11::store
