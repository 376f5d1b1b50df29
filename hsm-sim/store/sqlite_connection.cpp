#include "store/sqlite_connection.hpp"

#include <sqlite3.h>

#include <cstdlib>

#include "host/process_mark.hpp"
#include "store/sqlite_fork_guard.hpp"
#include "store/sqlite_schema.hpp"

namespace kvp11::store {
namespace {

constexpr int application_id = 0x6b763131;  // "kv11"

// KVP11_TEST_MAX_PAGES=<pages>, read once per process: the disk is full when the database has so many.
std::string page_limit() {
    static const char* const wish = std::getenv("KVP11_TEST_MAX_PAGES");
    return wish ? "PRAGMA max_page_count = " + std::to_string(std::strtoul(wish, nullptr, 10)) + ";" : "";
}

}  // namespace

SqliteConnection::SqliteConnection(std::string path, GenerationWord generation)
    : path_(std::move(path)), turn_(generation) {
    SqliteForkGuard::enlist(*this);
}

SqliteConnection::~SqliteConnection() {
    SqliteForkGuard::delist(*this);
    if (!is_foreign()) close();
}

bool SqliteConnection::is_foreign() const noexcept {
    const std::uint64_t mark = mark_.load();
    return mark != 0 && mark != host::process_mark();
}

Result<SqliteConnection::Lock> SqliteConnection::enter() {
    Lock lock(mutex_);
    if (handle_ && frozen_ && !(*frozen_ == mark_of(path_))) close();
    if (!handle_) TRY(open());
    return lock;
}

Result<void> SqliteConnection::open() {
    Result<void> opened = take(open_database(path_));
    if (!opened.ok() && can_be_frozen(path_)) {
        const FileMark mark = mark_of(path_);
        opened = take(open_frozen_database(path_));
        frozen_ = mark;
    }
    if (opened.ok()) return opened;
    return fail(explain_refusal(opened.error(), path_));
}

Result<void> SqliteConnection::take(Result<sqlite3*> handle) {
    handle_ = TRY(std::move(handle));
    mark_ = host::process_mark();
    frozen_.reset();
    Result<void> ready = configure();
    if (ready.ok()) ready = adapt_schema(*this);
    if (!ready.ok()) close();
    return ready;
}

void SqliteConnection::close() noexcept {
    for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
    statements_.clear();
    sqlite3_close(handle_);
    handle_ = nullptr;
    mark_ = 0;
}

Result<void> SqliteConnection::lay_out(const std::string& path) {
    SqliteConnection connection(path);
    connection.handle_ = TRY(open_database(path));
    connection.mark_ = host::process_mark();
    const std::string identify = "PRAGMA application_id = " + std::to_string(application_id) + ";";
    TRY(connection.execute(identify.c_str()));
    TRY(connection.execute("PRAGMA journal_mode = WAL;"));
    TRY(connection.execute("PRAGMA synchronous = FULL;"));
    return make_schema(connection);
}

Result<void> SqliteConnection::configure() {
    be_patient();
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    // No mmap_size: a file that somebody truncates would kill the host with SIGBUS instead of giving an error.
    TRY(execute("PRAGMA trusted_schema = OFF; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;"
                "PRAGMA cache_size = -2048; PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON;"
                "PRAGMA foreign_keys = OFF;"));
    return execute(page_limit().c_str());
}

bool SqliteConnection::read_only() const noexcept { return sqlite3_db_readonly(handle_, "main") == 1; }

Result<SqliteStatement> SqliteConnection::prepare(const std::string& sql) {
    const auto known = statements_.find(sql);
    if (known != statements_.end()) return SqliteStatement(known->second, path_);
    sqlite3_stmt* statement = nullptr;
    const int result = sqlite3_prepare_v3(handle_, sql.c_str(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                          &statement, nullptr);
    if (result != SQLITE_OK) return fail(sqlite_error(handle_, result, path_));
    statements_.emplace(sql, statement);
    return SqliteStatement(statement, path_);
}

Result<void> SqliteConnection::execute(const char* sql) {
    const int result = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
    if (result != SQLITE_OK) return fail(sqlite_error(handle_, result, path_));
    return {};
}

bool SqliteConnection::try_begin() noexcept {
    sqlite3_busy_handler(handle_, nullptr, nullptr);
    const bool begun = sqlite3_exec(handle_, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK;
    be_patient();
    return begun;
}

void SqliteConnection::be_patient() noexcept {
    sqlite3_busy_handler(
        handle_, [](void* turn, int attempt) { return static_cast<WriteTurn*>(turn)->wait(attempt) ? 1 : 0; }, &turn_);
}

Result<void> SqliteConnection::begin() {
    turn_.yield();
    return execute("BEGIN IMMEDIATE");
}

Result<void> SqliteConnection::commit() { return execute("COMMIT"); }

void SqliteConnection::roll_back() noexcept {
    if (sqlite3_get_autocommit(handle_) == 0) sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
}

}  // namespace kvp11::store
