#include "store/sqlite_changes.hpp"

#include <algorithm>

#include "host/fault_points.hpp"

namespace kvp11::store {
namespace {

std::string named(const KeyId& id) { return "'" + id.name + "'" + (id.version.empty() ? "" : "/" + id.version); }

Result<Bytes> read_meta(SqliteConnection& connection, const std::string& name) {
    SqliteStatement select = TRY(connection.prepare("SELECT value FROM meta WHERE name = ?"));
    select.bind(name);
    if (!TRY(select.step())) return Bytes{};
    return select.bytes(0);
}

Result<void> apply(SqliteConnection& connection, const PutMeta& change) {
    if (change.expected) {
        const Bytes present = TRY(read_meta(connection, change.name));
        if (present != *change.expected) {
            return fail(Errc::StoreConflict, "another process changed '" + change.name + "' first");
        }
    }
    SqliteStatement put = TRY(connection.prepare(
        "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"));
    return put.bind(change.name).bind(ByteView(change.value)).run();
}

Result<void> apply(SqliteConnection& connection, const EraseMeta& change) {
    SqliteStatement erase = TRY(connection.prepare("DELETE FROM meta WHERE name = ?"));
    return erase.bind(change.name).run();
}

Result<std::uint64_t> insert_row(SqliteConnection& connection, const StoredItem& item) {
    SqliteStatement insert = TRY(
        connection.prepare("INSERT INTO items (kind, detail, name, version, revision, created, metadata, tag, sealed)"
                           " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING sequence"));
    insert.bind(static_cast<std::uint64_t>(item.kind)).bind(item.detail).bind(item.id.name).bind(item.id.version);
    insert.bind(item.revision).bind(item.created);
    insert.bind(ByteView(item.metadata)).bind(ByteView(item.tag)).bind(ByteView(item.sealed));
    TRY(insert.step());
    const auto sequence = static_cast<std::uint64_t>(insert.integer(0));
    TRY(insert.step());
    return sequence;
}

Result<void> insert_face(SqliteConnection& connection, std::uint64_t item, const KeyId& id, const StoredFace& face) {
    SqliteStatement insert =
        TRY(connection.prepare("INSERT INTO faces (item, kind, record_class, id, label, is_private, name, version)"
                               " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"));
    insert.bind(item).bind(static_cast<std::uint64_t>(face.kind)).bind(face.record_class);
    insert.bind(ByteView(face.id)).bind(ByteView(face.label)).bind(std::uint64_t{face.is_private});
    return insert.bind(id.name).bind(id.version).run();
}

Result<void> apply(SqliteConnection& connection, const InsertItem& change) {
    const StoredItem& item = change.item;
    SqliteStatement present = TRY(connection.prepare("SELECT 1 FROM items WHERE name = ? LIMIT 1"));
    present.bind(item.id.name);
    if (TRY(present.step())) return fail(Errc::KeyExists, "a key named '" + item.id.name + "' exists");
    const std::uint64_t sequence = TRY(insert_row(connection, item));
    pass(FaultPoint::AfterInsert);
    for (const StoredFace& face : item.faces) TRY(insert_face(connection, sequence, item.id, face));
    return {};
}

// The sequence of the item, once it is sure that nobody changed it since the caller read it.
Result<std::uint64_t> sequence_of(SqliteConnection& connection, const KeyId& id, std::uint64_t expected_revision) {
    SqliteStatement select =
        TRY(connection.prepare("SELECT sequence, revision FROM items WHERE name = ? AND version = ?"));
    select.bind(id.name).bind(id.version);
    if (!TRY(select.step())) return fail(Errc::KeyNotFound, "no key or record " + named(id));
    if (static_cast<std::uint64_t>(select.integer(1)) != expected_revision) {
        return fail(Errc::StoreConflict, "another process changed " + named(id) + " first");
    }
    return static_cast<std::uint64_t>(select.integer(0));
}

// Faces keep their rows, so a change does not move an object in the order of creation.
Result<void> replace_faces(SqliteConnection& connection, std::uint64_t item, const StoredItem& replacement) {
    for (std::uint64_t kind = 0; kind <= static_cast<std::uint64_t>(ObjectKind::Record); ++kind) {
        const auto face = std::find_if(replacement.faces.begin(), replacement.faces.end(),
                                       [&](const StoredFace& f) { return static_cast<std::uint64_t>(f.kind) == kind; });
        if (face == replacement.faces.end()) {
            SqliteStatement erase = TRY(connection.prepare("DELETE FROM faces WHERE item = ? AND kind = ?"));
            TRY(erase.bind(item).bind(kind).run());
            continue;
        }
        SqliteStatement update = TRY(connection.prepare(
            "UPDATE faces SET record_class = ?, id = ?, label = ?, is_private = ? WHERE item = ? AND kind = ?"));
        update.bind(face->record_class).bind(ByteView(face->id)).bind(ByteView(face->label));
        TRY(update.bind(std::uint64_t{face->is_private}).bind(item).bind(kind).run());
    }
    return {};
}

Result<void> apply(SqliteConnection& connection, const ReplaceItem& change) {
    const StoredItem& item = change.item;
    const std::uint64_t sequence = TRY(sequence_of(connection, item.id, change.expected_revision));
    SqliteStatement update =
        TRY(connection.prepare("UPDATE items SET detail = ?, revision = ?, metadata = ?, tag = ?, sealed = ?"
                               " WHERE sequence = ?"));
    update.bind(item.detail).bind(item.revision);
    update.bind(ByteView(item.metadata)).bind(ByteView(item.tag)).bind(ByteView(item.sealed));
    TRY(update.bind(sequence).run());
    pass(FaultPoint::AfterInsert);
    return replace_faces(connection, sequence, item);
}

Result<void> apply(SqliteConnection& connection, const EraseItem& change) {
    const std::uint64_t sequence = TRY(sequence_of(connection, change.id, change.expected_revision));
    SqliteStatement faces = TRY(connection.prepare("DELETE FROM faces WHERE item = ?"));
    TRY(faces.bind(sequence).run());
    pass(FaultPoint::AfterInsert);
    SqliteStatement erase = TRY(connection.prepare("DELETE FROM items WHERE sequence = ?"));
    return erase.bind(sequence).run();
}

Result<void> apply(SqliteConnection& connection, const EraseEverything&) {
    return connection.execute("DELETE FROM faces; DELETE FROM items; DELETE FROM meta;");
}

}  // namespace

Result<void> apply_change(SqliteConnection& connection, const Change& change) {
    return std::visit([&](const auto& one) { return apply(connection, one); }, change);
}

}  // namespace kvp11::store
