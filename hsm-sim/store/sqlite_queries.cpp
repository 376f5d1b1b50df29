#include "store/sqlite_queries.hpp"

#include <algorithm>
#include <limits>

namespace kvp11::store {
namespace {

constexpr const char* item_columns =
    "SELECT sequence, kind, detail, name, version, revision, created, metadata, tag, sealed, is_latest, purge_at,"
    " rotate_at FROM items ";

Failure damaged(const SqliteConnection& connection, const char* what) {
    return fail(Errc::StoreDamaged, "the store is damaged: " + connection.path() + " (" + what + ")");
}

std::uint64_t row_limit(std::size_t limit) {
    return std::min<std::uint64_t>(limit, std::numeric_limits<std::int64_t>::max());
}

Result<StoredItem> read_item(const SqliteConnection& connection, const SqliteStatement& row) {
    StoredItem item;
    const std::int64_t kind = row.integer(1);
    if (kind < 0 || kind > static_cast<std::int64_t>(ItemKind::Record)) return damaged(connection, "kind of an item");
    item.sequence = static_cast<std::uint64_t>(row.integer(0));
    item.kind = static_cast<ItemKind>(kind);
    item.detail = static_cast<std::uint64_t>(row.integer(2));
    item.id = {row.text(3), row.text(4)};
    item.revision = static_cast<std::uint64_t>(row.integer(5));
    item.created = row.integer(6);
    item.metadata = row.bytes(7);
    item.tag = row.bytes(8);
    item.sealed = row.bytes(9);
    item.is_latest = row.integer(10) != 0;
    item.purge_at = row.optional_integer(11);
    item.rotate_at = row.optional_integer(12);
    return item;
}

Result<std::vector<StoredItem>> read_items(const SqliteConnection& connection, SqliteStatement& select) {
    std::vector<StoredItem> found;
    while (TRY(select.step())) found.push_back(TRY(read_item(connection, select)));
    return found;
}

// The column that narrows most comes first; a plus keeps SQLite from choosing an index for another one. The class
// of records has an index of records alone, which SQLite takes only when it reads the kind in the text.
std::string find_text(const ObjectQuery& query) {
    const bool has_key = query.id || query.label;
    const bool by_class = !has_key && query.kind == ObjectKind::Record && query.record_class;
    std::string sql = "SELECT kind, name, version FROM faces WHERE 1";
    if (query.id) sql += " AND id = ?";
    if (query.label) sql += query.id ? " AND +label = ?" : " AND label = ?";
    if (query.kind && !by_class) sql += has_key ? " AND +kind = ?" : " AND kind = ?";
    if (by_class) sql += " AND kind = 3";
    if (query.record_class) sql += by_class ? " AND record_class = ?" : " AND +record_class = ?";
    if (!query.all_versions) sql += has_key || query.kind ? " AND is_latest = 1" : " AND +is_latest = 1";
    if (!query.with_private) sql += " AND is_private = 0";
    return sql + " ORDER BY item, kind";
}
static_assert(static_cast<int>(ObjectKind::Record) == 3);

constexpr const char* rotation_due =
    "SELECT name FROM items WHERE is_latest = 1 AND kind = 0 AND purge_at IS NULL AND rotate_at IS NOT NULL"
    " AND rotate_at <= ? ORDER BY rotate_at, sequence LIMIT ?";
constexpr const char* purge_due = "SELECT name FROM items WHERE is_latest = 1 AND kind = 0 AND purge_at IS NOT NULL"
                                  " AND purge_at <= ? ORDER BY purge_at, sequence LIMIT ?";

}  // namespace

Result<Bytes> select_meta(SqliteConnection& connection, const std::string& name) {
    SqliteStatement select = TRY(connection.prepare("SELECT value FROM meta WHERE name = ?"));
    select.bind(name);
    if (!TRY(select.step())) return Bytes{};
    return select.bytes(0);
}

Result<std::optional<StoredItem>> select_item(SqliteConnection& connection, ItemKind kind, const KeyId& id) {
    const bool latest = id.version.empty();
    SqliteStatement select = TRY(connection.prepare(
        std::string(item_columns) + (latest ? "WHERE name = ? AND +kind = ? ORDER BY sequence DESC LIMIT 1"
                                            : "WHERE name = ? AND +kind = ? AND version = ?")));
    select.bind(id.name).bind(static_cast<std::uint64_t>(kind));
    if (!latest) select.bind(id.version);
    if (!TRY(select.step())) return std::optional<StoredItem>{};
    return std::optional<StoredItem>(TRY(read_item(connection, select)));
}

Result<std::vector<StoredItem>> select_versions(SqliteConnection& connection, const std::string& name) {
    SqliteStatement select = TRY(connection.prepare(std::string(item_columns) + "WHERE name = ? ORDER BY sequence"));
    select.bind(name);
    return read_items(connection, select);
}

Result<NameState> select_name_state(SqliteConnection& connection, const std::string& name) {
    SqliteStatement select =
        TRY(connection.prepare("SELECT purge_at FROM items WHERE name = ? ORDER BY sequence DESC LIMIT 1"));
    select.bind(name);
    if (!TRY(select.step())) return NameState::Free;
    return select.optional_integer(0) ? NameState::Deleted : NameState::Live;
}

Result<std::vector<StoredItem>> select_latest(SqliteConnection& connection, const NameQuery& query) {
    if (query.state == NameState::Free) return std::vector<StoredItem>{};
    SqliteStatement select = TRY(connection.prepare(
        std::string(item_columns) +
        "WHERE is_latest = 1 AND kind = 0 AND (purge_at IS NOT NULL) = ? AND name > ? ORDER BY name LIMIT ?"));
    select.bind(std::uint64_t{query.state == NameState::Deleted}).bind(query.after).bind(row_limit(query.limit));
    return read_items(connection, select);
}

Result<std::vector<std::string>> select_due(SqliteConnection& connection, Due what, std::int64_t now,
                                            std::size_t limit) {
    SqliteStatement select = TRY(connection.prepare(what == Due::Rotation ? rotation_due : purge_due));
    select.bind(now).bind(row_limit(limit));
    std::vector<std::string> names;
    while (TRY(select.step())) names.push_back(select.text(0));
    return names;
}

Result<std::vector<ObjectRef>> select_objects(SqliteConnection& connection, const ObjectQuery& query) {
    SqliteStatement select = TRY(connection.prepare(find_text(query)));
    const bool kind_in_text = !query.id && !query.label && query.kind == ObjectKind::Record && query.record_class;
    if (query.id) select.bind(ByteView(*query.id));
    if (query.label) select.bind(ByteView(*query.label));
    if (query.kind && !kind_in_text) select.bind(static_cast<std::uint64_t>(*query.kind));
    if (query.record_class) select.bind(*query.record_class);
    std::vector<ObjectRef> found;
    while (TRY(select.step())) {
        const std::int64_t kind = select.integer(0);
        if (kind < 0 || kind > static_cast<std::int64_t>(ObjectKind::Record)) {
            return damaged(connection, "kind of an object");
        }
        found.push_back({static_cast<ObjectKind>(kind), {select.text(1), select.text(2)}});
    }
    return found;
}

Result<std::vector<StoredItem>> select_items(SqliteConnection& connection, std::uint64_t after, std::size_t limit) {
    SqliteStatement select =
        TRY(connection.prepare(std::string(item_columns) + "WHERE sequence > ? ORDER BY sequence LIMIT ?"));
    select.bind(after).bind(row_limit(limit));
    return read_items(connection, select);
}

Result<std::vector<ItemCount>> select_counts(SqliteConnection& connection) {
    SqliteStatement select =
        TRY(connection.prepare("SELECT kind, detail, count(*) FROM items WHERE is_latest = 1 AND purge_at IS NULL"
                               " GROUP BY kind, detail ORDER BY kind, detail"));
    std::vector<ItemCount> found;
    while (TRY(select.step())) {
        found.push_back({select.integer(0) == 0 ? ItemKind::Key : ItemKind::Record,
                         static_cast<std::uint64_t>(select.integer(1)), static_cast<std::uint64_t>(select.integer(2))});
    }
    return found;
}

}  // namespace kvp11::store
