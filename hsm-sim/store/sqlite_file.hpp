// How the file of a database is opened, and what to say when it cannot be. Free functions; thread-safe.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "kvp11/result.hpp"

struct sqlite3;

namespace kvp11::store {

/// To read and write, or to read where writing is not allowed.
Result<sqlite3*> open_database(const std::string& path);

/// To read a file that stands still: without locks and without the side files that SQLite could not make where
/// nothing may be written. Only for a database that can_be_frozen().
Result<sqlite3*> open_frozen_database(const std::string& path);
bool can_be_frozen(const std::string& path);

/// Which file, and as of when. A frozen database whose mark is another one has to be opened anew.
struct FileMark {
    dev_t device = 0;
    ino_t number = 0;
    off_t size = 0;
    std::int64_t changed = 0;
    bool has_log = false;
    bool operator==(const FileMark&) const = default;
};
FileMark mark_of(const std::string& path);

/// `error` with what is known about its cause: a side file that may not be opened, a log that cannot be read.
Error explain_refusal(Error error, const std::string& path);

}  // namespace kvp11::store
