#include "store/sqlite_statement.hpp"

#include <sqlite3.h>

#include <cerrno>
#include <cstring>

namespace kvp11::store {
namespace {

// EFBIG: the process's own limit of file sizes.
bool is_full(int system_error) { return system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG; }

Errc condition_of(int result, int system_error) {
    switch (result & 0xff) {
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB: return Errc::StoreDamaged;
        case SQLITE_FULL: return Errc::StoreFull;
        // What was opened is not in its folder any more.
        case SQLITE_READONLY: return result == SQLITE_READONLY_DBMOVED ? Errc::StoreNotFound : Errc::StoreReadOnly;
        case SQLITE_BUSY:
        case SQLITE_LOCKED: return Errc::StoreBusy;
        case SQLITE_NOMEM: return Errc::DeviceMemory;
        case SQLITE_CANTOPEN: return system_error == ENOENT ? Errc::StoreNotFound : Errc::StoreReadOnly;
        case SQLITE_PERM:
        case SQLITE_AUTH: return Errc::StoreReadOnly;
        case SQLITE_IOERR:
            if (result == SQLITE_IOERR_SHORT_READ) return Errc::StoreDamaged;
            return is_full(system_error) ? Errc::StoreFull : Errc::DeviceError;
        // A table or column that is not there: the schema was made by nobody we know. A constraint that does not hold:
        // the rows contradict each other, for every change looks first whether it may be made.
        case SQLITE_CONSTRAINT:
        case SQLITE_ERROR:
        case SQLITE_MISMATCH: return Errc::StoreDamaged;
        default: return Errc::DeviceError;
    }
}

const char* sentence_of(Errc code) {
    switch (code) {
        case Errc::StoreDamaged: return "the store is damaged";
        case Errc::StoreFull: return "no space is left for the store";
        case Errc::StoreReadOnly: return "the store cannot be written";
        case Errc::StoreBusy: return "the store stayed locked by another process";
        case Errc::StoreNotFound: return "there is no store";
        case Errc::DeviceMemory: return "not enough memory for the store";
        default: return "the store cannot be used";
    }
}

// SQLite quotes what it finds in a file, and a damaged file may hold anything.
std::string printable(std::string_view text) {
    constexpr char digits[] = "0123456789abcdef";
    constexpr std::size_t most = 200;
    std::string shown;
    for (const char c : text.substr(0, most)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= ' ' && byte < 0x7f) {
            shown += c;
        } else {
            shown += {'\\', 'x', digits[byte >> 4U], digits[byte & 15U]};
        }
    }
    return shown;
}

}  // namespace

Error sqlite_error(sqlite3* connection, int result, const std::string& path) {
    const int last_system_error = errno;
    const int extended = connection ? sqlite3_extended_errcode(connection) : result;
    const int code = (extended & 0xff) == (result & 0xff) ? extended : result;
    int system_error = connection ? sqlite3_system_errno(connection) : 0;
    // A COMMIT that cannot write its log does not note the system's error.
    if (system_error == 0 && (code & 0xff) == SQLITE_IOERR) system_error = last_system_error;
    const Errc condition = condition_of(code, system_error);
    std::string detail = printable(connection ? sqlite3_errmsg(connection) : sqlite3_errstr(result));
    if (system_error != 0 && condition != Errc::StoreDamaged) detail += std::string(", ") + std::strerror(system_error);
    return {condition, std::string(sentence_of(condition)) + ": " + path + " (" + detail + ")"};
}

SqliteStatement::~SqliteStatement() {
    if (statement_) reset();
}

void SqliteStatement::note(int result) {
    ++next_;
    if (failure_ == SQLITE_OK) failure_ = result;
}

SqliteStatement& SqliteStatement::bind(ByteView value) {
    // A null pointer would bind NULL, and an empty byte string is not NULL.
    static const std::uint8_t nothing = 0;
    const void* data = value.empty() ? &nothing : value.data();
    note(sqlite3_bind_blob64(statement_, next_, data, value.size(), SQLITE_STATIC));
    return *this;
}

SqliteStatement& SqliteStatement::bind(const std::string& value) {
    note(sqlite3_bind_text(statement_, next_, value.data(), static_cast<int>(value.size()), SQLITE_STATIC));
    return *this;
}

SqliteStatement& SqliteStatement::bind(std::uint64_t number) { return bind(static_cast<std::int64_t>(number)); }

SqliteStatement& SqliteStatement::bind(std::int64_t number) {
    note(sqlite3_bind_int64(statement_, next_, number));
    return *this;
}

SqliteStatement& SqliteStatement::bind(const std::optional<std::int64_t>& number) {
    if (number) return bind(*number);
    note(sqlite3_bind_null(statement_, next_));
    return *this;
}

Result<bool> SqliteStatement::step() {
    const int result = failure_ != SQLITE_OK ? failure_ : sqlite3_step(statement_);
    if (result == SQLITE_ROW) return true;
    if (result == SQLITE_DONE) return false;
    return fail(sqlite_error(sqlite3_db_handle(statement_), result, *path_));
}

Result<void> SqliteStatement::run() {
    TRY(step());
    reset();
    return {};
}

void SqliteStatement::reset() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
    next_ = 1;
    failure_ = SQLITE_OK;
}

Bytes SqliteStatement::bytes(int column) const {
    const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    return data ? Bytes(data, data + size) : Bytes{};
}

std::string SqliteStatement::text(int column) const {
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    return data ? std::string(data, size) : std::string{};
}

std::int64_t SqliteStatement::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::optional<std::int64_t> SqliteStatement::optional_integer(int column) const {
    if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return {};
    return integer(column);
}

}  // namespace kvp11::store
