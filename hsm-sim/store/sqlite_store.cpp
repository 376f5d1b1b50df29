#include "store/sqlite_store.hpp"

#include "host/fault_points.hpp"
#include "host/process_mark.hpp"
#include "store/sqlite_changes.hpp"

namespace kvp11::store {
namespace {

constexpr const char* item_columns =
    "SELECT sequence, kind, detail, name, version, revision, created, metadata, tag, sealed FROM items ";

Result<StoredItem> read_item(const SqliteStatement& row, const std::string& path) {
    StoredItem item;
    const std::int64_t kind = row.integer(1);
    if (kind < 0 || kind > 1) return fail(Errc::StoreDamaged, "the store is damaged: " + path + " (kind of an item)");
    item.sequence = static_cast<std::uint64_t>(row.integer(0));
    item.kind = static_cast<ItemKind>(kind);
    item.detail = static_cast<std::uint64_t>(row.integer(2));
    item.id = {row.text(3), row.text(4)};
    item.revision = static_cast<std::uint64_t>(row.integer(5));
    item.created = row.integer(6);
    item.metadata = row.bytes(7);
    item.tag = row.bytes(8);
    item.sealed = row.bytes(9);
    return item;
}

// The index that narrows most comes first; a plus keeps SQLite from choosing another one.
std::string find_text(const ObjectQuery& query) {
    const bool has_key = query.id || query.label;
    std::string sql = "SELECT kind, name, version FROM faces WHERE 1";
    if (query.id) sql += " AND id = ?";
    if (query.label) sql += query.id ? " AND +label = ?" : " AND label = ?";
    if (query.kind) sql += has_key ? " AND +kind = ?" : " AND kind = ?";
    if (query.record_class) sql += has_key ? " AND +record_class = ?" : " AND record_class = ?";
    if (!query.with_private) sql += " AND is_private = 0";
    return sql + " ORDER BY sequence";
}

class RollBack {
public:
    explicit RollBack(SqliteConnection& connection) : connection_(connection) {}
    RollBack(const RollBack&) = delete;
    RollBack& operator=(const RollBack&) = delete;
    ~RollBack() { connection_.roll_back(); }

private:
    SqliteConnection& connection_;
};

}  // namespace

SqliteStore::SqliteStore(std::string path, GenerationWord generation)
    : path_(std::move(path)), generation_(generation), connection_(new SqliteConnection(path_)) {}

// What an ancestor left open stays open.
SqliteStore::~SqliteStore() {
    SqliteConnection* present = connection_.load();
    if (!present->is_foreign()) delete present;
}

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::string& path, GenerationWord generation) {
    std::unique_ptr<SqliteStore> store(new SqliteStore(path, generation));
    SqliteConnection& connection = store->connection();
    const auto lock = TRY(connection.enter());
    store->read_only_ = connection.read_only();
    return store;
}

Result<void> SqliteStore::lay_out(const std::string& path, const Batch& first) {
    TRY(SqliteConnection::lay_out(path));
    std::unique_ptr<SqliteStore> store = TRY(open(path, GenerationWord{}));
    return store->commit(first);
}

SqliteConnection& SqliteStore::connection() {
    SqliteConnection* present = connection_.load(std::memory_order_acquire);
    if (!present->is_foreign()) return *present;
    auto fresh = std::make_unique<SqliteConnection>(path_);
    if (connection_.compare_exchange_strong(present, fresh.get())) return *fresh.release();
    return *present;
}

void SqliteStore::settle_generation() noexcept {
    const std::uint64_t begun = generation_.load();
    if (begun % 2 == 0 || read_only_) return;
    SqliteConnection& connection = this->connection();
    const auto lock = connection.enter();
    if (!lock.ok() || !connection.try_begin()) return;
    generation_.end_change(begun);
    connection.roll_back();
}

Result<Bytes> SqliteStore::meta(const std::string& name) {
    SqliteConnection& connection = this->connection();
    const auto lock = TRY(connection.enter());
    SqliteStatement select = TRY(connection.prepare("SELECT value FROM meta WHERE name = ?"));
    select.bind(name);
    if (!TRY(select.step())) return Bytes{};
    return select.bytes(0);
}

Result<std::optional<StoredItem>> SqliteStore::item(ItemKind kind, const KeyId& id) {
    SqliteConnection& connection = this->connection();
    const auto lock = TRY(connection.enter());
    const bool latest = id.version.empty() && kind == ItemKind::Key;
    SqliteStatement select = TRY(connection.prepare(
        std::string(item_columns) + (latest ? "WHERE name = ? AND kind = ? ORDER BY sequence DESC LIMIT 1"
                                            : "WHERE name = ? AND kind = ? AND version = ?")));
    select.bind(id.name).bind(static_cast<std::uint64_t>(kind));
    if (!latest) select.bind(id.version);
    if (!TRY(select.step())) return std::optional<StoredItem>{};
    return std::optional<StoredItem>(TRY(read_item(select, path_)));
}

Result<bool> SqliteStore::has_name(const std::string& name) {
    SqliteConnection& connection = this->connection();
    const auto lock = TRY(connection.enter());
    SqliteStatement select = TRY(connection.prepare("SELECT 1 FROM items WHERE name = ? LIMIT 1"));
    return select.bind(name).step();
}

Result<std::vector<ObjectRef>> SqliteStore::find(const ObjectQuery& query) {
    SqliteConnection& connection = this->connection();
    const auto lock = TRY(connection.enter());
    SqliteStatement select = TRY(connection.prepare(find_text(query)));
    if (query.id) select.bind(ByteView(*query.id));
    if (query.label) select.bind(ByteView(*query.label));
    if (query.kind) select.bind(static_cast<std::uint64_t>(*query.kind));
    if (query.record_class) select.bind(*query.record_class);
    std::vector<ObjectRef> found;
    while (TRY(select.step())) {
        const std::int64_t kind = select.integer(0);
        if (kind < 0 || kind > static_cast<std::int64_t>(ObjectKind::Record)) {
            return fail(Errc::StoreDamaged, "the store is damaged: " + path_ + " (kind of an object)");
        }
        found.push_back({static_cast<ObjectKind>(kind), {select.text(1), select.text(2)}});
    }
    return found;
}

Result<std::vector<StoredItem>> SqliteStore::items(std::uint64_t after, std::size_t limit) {
    SqliteConnection& connection = this->connection();
    const auto lock = TRY(connection.enter());
    SqliteStatement select =
        TRY(connection.prepare(std::string(item_columns) + "WHERE sequence > ? ORDER BY sequence LIMIT ?"));
    select.bind(after).bind(std::uint64_t{limit});
    std::vector<StoredItem> found;
    while (TRY(select.step())) found.push_back(TRY(read_item(select, path_)));
    return found;
}

Result<std::vector<ItemCount>> SqliteStore::counts() {
    SqliteConnection& connection = this->connection();
    const auto lock = TRY(connection.enter());
    SqliteStatement select =
        TRY(connection.prepare("SELECT kind, detail, count(*) FROM items GROUP BY kind, detail ORDER BY 1, 2"));
    std::vector<ItemCount> found;
    while (TRY(select.step())) {
        found.push_back({select.integer(0) == 0 ? ItemKind::Key : ItemKind::Record,
                         static_cast<std::uint64_t>(select.integer(1)), static_cast<std::uint64_t>(select.integer(2))});
    }
    return found;
}

Result<void> SqliteStore::commit(const Batch& batch) {
    SqliteConnection& connection = this->connection();
    const auto lock = TRY(connection.enter());
    return commit_locked(connection, batch);
}

Result<void> SqliteStore::commit_locked(SqliteConnection& connection, const Batch& batch) {
    pass(FaultPoint::BeforeBegin);
    TRY(connection.execute("BEGIN IMMEDIATE"));
    const RollBack on_failure(connection);
    pass(FaultPoint::AfterBegin);
    for (const Change& change : batch) TRY(apply_change(connection, change));
    const std::uint64_t begun = generation_.begin_change();
    pass(FaultPoint::BeforeCommit);
    const Result<void> committed = connection.execute("COMMIT");
    if (!committed.ok()) {
        connection.roll_back();
        generation_.end_change(begun);
        return committed;
    }
    pass(FaultPoint::AfterCommit);
    generation_.end_change(begun);
    pass(FaultPoint::AfterGenerationBump);
    return {};
}

}  // namespace kvp11::store
