#include "store/sqlite_store.hpp"

#include "host/fault_points.hpp"
#include "host/process_mark.hpp"
#include "store/sqlite_changes.hpp"
#include "store/sqlite_queries.hpp"
#include "store/sqlite_roll_back.hpp"

namespace kvp11::store {

SqliteStore::SqliteStore(std::string path, GenerationWord generation)
    : path_(std::move(path)), generation_(generation), connection_(new SqliteConnection(path_, generation)) {}

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
    auto fresh = std::make_unique<SqliteConnection>(path_, generation_);
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
    return select_meta(connection, name);
}

Result<std::optional<StoredItem>> SqliteStore::item(ItemKind kind, const KeyId& id) {
    SqliteConnection& connection = this->connection();
    const auto lock = TRY(connection.enter());
    return select_item(connection, kind, id);
}

Result<std::vector<StoredItem>> SqliteStore::versions(const std::string& name) {
    SqliteConnection& connection = this->connection();
    const auto lock = TRY(connection.enter());
    return select_versions(connection, name);
}

Result<NameState> SqliteStore::name_state(const std::string& name) {
    SqliteConnection& connection = this->connection();
    const auto lock = TRY(connection.enter());
    return select_name_state(connection, name);
}

Result<std::vector<StoredItem>> SqliteStore::latest(const NameQuery& query) {
    SqliteConnection& connection = this->connection();
    const auto lock = TRY(connection.enter());
    return select_latest(connection, query);
}

Result<std::vector<std::string>> SqliteStore::due(Due what, std::int64_t now, std::size_t limit) {
    SqliteConnection& connection = this->connection();
    const auto lock = TRY(connection.enter());
    return select_due(connection, what, now, limit);
}

Result<std::vector<ObjectRef>> SqliteStore::find(const ObjectQuery& query) {
    SqliteConnection& connection = this->connection();
    const auto lock = TRY(connection.enter());
    return select_objects(connection, query);
}

Result<std::vector<StoredItem>> SqliteStore::items(std::uint64_t after, std::size_t limit) {
    SqliteConnection& connection = this->connection();
    const auto lock = TRY(connection.enter());
    return select_items(connection, after, limit);
}

Result<std::vector<ItemCount>> SqliteStore::counts() {
    SqliteConnection& connection = this->connection();
    const auto lock = TRY(connection.enter());
    return select_counts(connection);
}

Result<void> SqliteStore::commit(const Batch& batch) {
    SqliteConnection& connection = this->connection();
    const auto lock = TRY(connection.enter());
    return commit_locked(connection, batch);
}

Result<void> SqliteStore::commit_locked(SqliteConnection& connection, const Batch& batch) {
    pass(host::FaultPoint::BeforeBegin);
    TRY(connection.begin());
    const RollBack on_failure(connection);
    pass(host::FaultPoint::AfterBegin);
    TRY(apply_changes(connection, batch));
    const std::uint64_t begun = generation_.begin_change();
    pass(host::FaultPoint::BeforeCommit);
    const Result<void> committed = connection.commit();
    if (!committed.ok()) {
        connection.roll_back();
        generation_.end_change(begun);
        return committed;
    }
    pass(host::FaultPoint::AfterCommit);
    generation_.end_change(begun);
    pass(host::FaultPoint::AfterGenerationBump);
    connection.note_written();
    return {};
}

}  // namespace kvp11::store
