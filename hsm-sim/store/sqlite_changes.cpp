#include "store/sqlite_changes.hpp"

#include <algorithm>
#include <set>

#include "host/fault_points.hpp"
#include "store/folded_name.hpp"
#include "store/sqlite_queries.hpp"

namespace kvp11::store {
namespace {

std::string named(const KeyId& id) { return "'" + id.name + "'" + (id.version.empty() ? "" : "/" + id.version); }

/// The columns of a row that changes depend on.
struct Row {
    std::uint64_t sequence = 0;
    std::string name;
    std::string version;
    std::uint64_t revision = 0;
    bool is_latest = false;
    bool is_deleted = false;
};

Result<std::optional<Row>> first_row(SqliteStatement& select) {
    if (!TRY(select.step())) return std::optional<Row>{};
    return std::optional<Row>({static_cast<std::uint64_t>(select.integer(0)), select.text(1), select.text(2),
                               static_cast<std::uint64_t>(select.integer(3)), select.integer(4) != 0,
                               select.optional_integer(5).has_value()});
}

class Application {
public:
    explicit Application(SqliteConnection& connection) : connection_(connection) {}

    Result<void> operator()(const PutMeta& change);
    Result<void> operator()(const EraseMeta& change);
    Result<void> operator()(const InsertItem& change);
    Result<void> operator()(const AddVersion& change);
    Result<void> operator()(const RestoreItem& change);
    Result<void> operator()(const ReplaceItem& change);
    Result<void> operator()(const EraseItem& change);
    Result<void> operator()(const EraseEverything& change);

private:
    Result<void> require_free(const std::string& name);
    Result<void> require_free_version(const KeyId& id);
    Result<std::optional<Row>> latest_of(const std::string& name);
    Result<Row> unchanged(const KeyId& id, std::uint64_t expected_revision);
    Result<void> insert(const StoredItem& item);
    Result<void> insert_face(std::uint64_t item, const KeyId& id, const StoredFace& face, bool is_latest);
    Result<void> replace_faces(const Row& row, const StoredItem& replacement);
    Result<void> mark_latest(std::uint64_t sequence, bool is_latest);

    SqliteConnection& connection_;
    std::set<std::string> restored_;  // folded names that this batch brought back
};

Result<void> Application::require_free(const std::string& name) {
    switch (TRY(select_name_state(connection_, name))) {
        case NameState::Free: return {};
        case NameState::Live: return fail(Errc::KeyExists, "a key named '" + name + "' exists");
        case NameState::Deleted: break;
    }
    return fail(Errc::KeyDeleted, "the name '" + name + "' is held by a deleted key");
}

Result<void> Application::require_free_version(const KeyId& id) {
    SqliteStatement select = TRY(connection_.prepare("SELECT 1 FROM items WHERE name = ? AND version = ?"));
    select.bind(id.name).bind(id.version);
    if (TRY(select.step())) return fail(Errc::KeyExists, "a key " + named(id) + " exists");
    return {};
}

Result<std::optional<Row>> Application::latest_of(const std::string& name) {
    SqliteStatement select = TRY(
        connection_.prepare("SELECT sequence, name, version, revision, is_latest, purge_at FROM items WHERE name = ?"
                            " ORDER BY sequence DESC LIMIT 1"));
    return first_row(select.bind(name));
}

// The row of the item, once it is sure that nobody changed it since the caller read it.
Result<Row> Application::unchanged(const KeyId& id, std::uint64_t expected_revision) {
    SqliteStatement select = TRY(connection_.prepare(
        "SELECT sequence, name, version, revision, is_latest, purge_at FROM items WHERE name = ? AND version = ?"));
    const std::optional<Row> row = TRY(first_row(select.bind(id.name).bind(id.version)));
    if (!row) return fail(Errc::KeyNotFound, "no key or record " + named(id));
    if (row->revision != expected_revision) {
        return fail(Errc::StoreConflict, "another process changed " + named(id) + " first");
    }
    return *row;
}

// What is inserted is always the latest of its name.
Result<void> Application::insert(const StoredItem& item) {
    SqliteStatement insert = TRY(
        connection_.prepare("INSERT INTO items (kind, detail, name, version, revision, created, metadata, tag, sealed,"
                            " is_latest, purge_at, rotate_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?)"
                            " RETURNING sequence"));
    insert.bind(static_cast<std::uint64_t>(item.kind)).bind(item.detail).bind(item.id.name).bind(item.id.version);
    insert.bind(item.revision).bind(item.created);
    insert.bind(ByteView(item.metadata)).bind(ByteView(item.tag)).bind(ByteView(item.sealed));
    insert.bind(item.purge_at).bind(item.rotate_at);
    TRY(insert.step());
    const auto sequence = static_cast<std::uint64_t>(insert.integer(0));
    TRY(insert.step());
    pass(host::FaultPoint::AfterInsert);
    for (const StoredFace& face : item.faces) TRY(insert_face(sequence, item.id, face, true));
    return {};
}

Result<void> Application::insert_face(std::uint64_t item, const KeyId& id, const StoredFace& face, bool is_latest) {
    SqliteStatement insert =
        TRY(connection_.prepare("INSERT INTO faces (item, kind, record_class, id, label, is_private, is_latest, name,"
                                " version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    insert.bind(item).bind(static_cast<std::uint64_t>(face.kind)).bind(face.record_class);
    insert.bind(ByteView(face.id)).bind(ByteView(face.label)).bind(std::uint64_t{face.is_private});
    return insert.bind(std::uint64_t{is_latest}).bind(id.name).bind(id.version).run();
}

Result<void> Application::replace_faces(const Row& row, const StoredItem& replacement) {
    SqliteStatement erase = TRY(connection_.prepare("DELETE FROM faces WHERE item = ?"));
    TRY(erase.bind(row.sequence).run());
    for (const StoredFace& face : replacement.faces) {
        TRY(insert_face(row.sequence, {row.name, row.version}, face, row.is_latest));
    }
    return {};
}

Result<void> Application::mark_latest(std::uint64_t sequence, bool is_latest) {
    for (const char* sql :
         {"UPDATE items SET is_latest = ? WHERE sequence = ?", "UPDATE faces SET is_latest = ? WHERE item = ?"}) {
        SqliteStatement update = TRY(connection_.prepare(sql));
        TRY(update.bind(std::uint64_t{is_latest}).bind(sequence).run());
    }
    return {};
}

Result<void> Application::operator()(const PutMeta& change) {
    if (change.expected && TRY(select_meta(connection_, change.name)) != *change.expected) {
        return fail(Errc::StoreConflict, "another process changed '" + change.name + "' first");
    }
    SqliteStatement put = TRY(connection_.prepare(
        "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"));
    return put.bind(change.name).bind(ByteView(change.value)).run();
}

Result<void> Application::operator()(const EraseMeta& change) {
    SqliteStatement erase = TRY(connection_.prepare("DELETE FROM meta WHERE name = ?"));
    return erase.bind(change.name).run();
}

Result<void> Application::operator()(const InsertItem& change) {
    TRY(require_free(change.item.id.name));
    return insert(change.item);
}

// A deletion does not change which version is the latest, so it is looked for by itself.
Result<void> Application::operator()(const AddVersion& change) {
    const KeyId& id = change.item.id;
    const std::optional<Row> latest = TRY(latest_of(id.name));
    if (!latest) return fail(Errc::KeyNotFound, "no key '" + id.name + "'");
    const bool is_revised = change.expected_revision != 0 && latest->revision != change.expected_revision;
    if (latest->version != change.expected_latest || latest->is_deleted || is_revised) {
        return fail(Errc::StoreConflict, "another process changed '" + id.name + "' first");
    }
    TRY(require_free_version(id));
    TRY(mark_latest(latest->sequence, false));
    return insert(change.item);
}

Result<void> Application::operator()(const RestoreItem& change) {
    const KeyId& id = change.item.id;
    if (restored_.insert(folded_name(id.name)).second) {
        TRY(require_free(id.name));
    } else if (const std::optional<Row> latest = TRY(latest_of(id.name))) {
        TRY(require_free_version(id));
        TRY(mark_latest(latest->sequence, false));
    }
    return insert(change.item);
}

Result<void> Application::operator()(const ReplaceItem& change) {
    const StoredItem& item = change.item;
    const Row row = TRY(unchanged(item.id, change.expected_revision));
    if (change.while_latest && !row.is_latest) {
        return fail(Errc::StoreConflict, "another process gave " + named(item.id) + " a new version first");
    }
    SqliteStatement update =
        TRY(connection_.prepare("UPDATE items SET detail = ?, revision = ?, metadata = ?, tag = ?, sealed = ?,"
                                " purge_at = ?, rotate_at = ? WHERE sequence = ?"));
    update.bind(item.detail).bind(item.revision);
    update.bind(ByteView(item.metadata)).bind(ByteView(item.tag)).bind(ByteView(item.sealed));
    update.bind(item.purge_at).bind(item.rotate_at);
    TRY(update.bind(row.sequence).run());
    pass(host::FaultPoint::AfterInsert);
    return replace_faces(row, item);
}

Result<void> Application::operator()(const EraseItem& change) {
    const Row row = TRY(unchanged(change.id, change.expected_revision));
    for (const char* sql : {"DELETE FROM faces WHERE item = ?", "DELETE FROM items WHERE sequence = ?"}) {
        SqliteStatement erase = TRY(connection_.prepare(sql));
        TRY(erase.bind(row.sequence).run());
        pass(host::FaultPoint::AfterInsert);
    }
    if (!row.is_latest) return {};
    const std::optional<Row> next = TRY(latest_of(change.id.name));
    return next ? mark_latest(next->sequence, true) : Result<void>{};
}

Result<void> Application::operator()(const EraseEverything&) {
    return connection_.execute("DELETE FROM faces; DELETE FROM items; DELETE FROM meta;");
}

}  // namespace

Result<void> apply_changes(SqliteConnection& connection, const Batch& batch) {
    Application application(connection);
    for (const Change& change : batch) TRY(std::visit(application, change));
    return {};
}

}  // namespace kvp11::store
