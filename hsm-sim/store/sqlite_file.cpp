#include "store/sqlite_file.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "store/sqlite_statement.hpp"

namespace kvp11::store {
namespace {

constexpr int every_flag = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE;

Result<sqlite3*> open_handle(const std::string& name, const std::string& path, int flags) {
    sqlite3* handle = nullptr;
    const int result = sqlite3_open_v2(name.c_str(), &handle, flags | every_flag, nullptr);
    if (result == SQLITE_OK) return handle;
    Error error = sqlite_error(handle, result, path);
    sqlite3_close(handle);
    return fail(std::move(error));
}

std::string uri_of(const std::string& path) {
    constexpr char digits[] = "0123456789ABCDEF";
    std::string uri = "file:";
    for (const char c : path) {
        if (c == '?' || c == '#' || c == '%') {
            const auto byte = static_cast<unsigned char>(c);
            uri += '%';
            uri += digits[byte >> 4U];
            uri += digits[byte & 15U];
        } else {
            uri += c;
        }
    }
    return uri + "?immutable=1";
}

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}

bool has_log(const std::string& path) {
    struct stat facts {};
    return stat((path + "-wal").c_str(), &facts) == 0 && facts.st_size > 0;
}

bool may(const std::string& path, int what) { return faccessat(AT_FDCWD, path.c_str(), what, AT_EACCESS) == 0; }

}  // namespace

Result<sqlite3*> open_database(const std::string& path) { return open_handle(path, path, SQLITE_OPEN_READWRITE); }

Result<sqlite3*> open_frozen_database(const std::string& path) {
    return open_handle(uri_of(path), path, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
}

bool can_be_frozen(const std::string& path) { return may(path, R_OK) && !may(folder_of(path), W_OK) && !has_log(path); }

FileMark mark_of(const std::string& path) {
    struct stat facts {};
    if (stat(path.c_str(), &facts) != 0) return {};
    const std::int64_t changed = std::int64_t{facts.st_mtim.tv_sec} * 1'000'000'000 + facts.st_mtim.tv_nsec;
    return {facts.st_dev, facts.st_ino, facts.st_size, changed, has_log(path)};
}

Error explain_refusal(Error error, const std::string& path) {
    if (error.code != Errc::StoreReadOnly && error.code != Errc::StoreNotFound) return error;
    for (const char* suffix : {"", "-wal", "-shm"}) {
        const std::string file = path + suffix;
        if (may(file, F_OK) && !may(file, R_OK)) {
            return {Errc::StoreReadOnly, "the store cannot be opened: " + file + " (" + std::strerror(errno) + ")"};
        }
    }
    if (may(path, R_OK) && !may(folder_of(path), W_OK) && has_log(path)) {
        return {Errc::StoreReadOnly, "the store cannot be read: " + path +
                                         "-wal holds changes that only a process that may write to the"
                                         " folder can take in"};
    }
    return error;
}

}  // namespace kvp11::store
