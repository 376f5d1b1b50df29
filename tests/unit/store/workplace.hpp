// What the store's tests work with: a temporary folder, databases in it, children that may be killed.
#pragma once

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "store/memory_store.hpp"
#include "store/sqlite_store.hpp"
#include "support/results.hpp"

namespace kvp11::test {

/// Removed with everything in it.
class TemporaryFolder {
public:
    TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder();
    [[nodiscard]] std::string path(const std::string& name) const { return root_ / name; }
    [[nodiscard]] std::string path() const { return root_; }
    [[nodiscard]] std::string database() const { return path("token.db"); }

private:
    std::filesystem::path root_;
};

/// Makes an empty store there, closed again.
void make_store(const TemporaryFolder& folder);
Result<std::unique_ptr<store::SqliteStore>> open_store(const TemporaryFolder& folder);

/// A store of each kind, empty.
struct Stores {
    TemporaryFolder folder;
    std::unique_ptr<store::Store> sqlite;
    store::MemoryStore memory;

    Stores();
    [[nodiscard]] std::vector<store::Store*> all() { return {sqlite.get(), &memory}; }
};

/// A pair of keys: version "v1", revision 1, a private and a public face with `label`.
store::StoredItem item_named(const std::string& name, const std::string& label = "label");
store::StoredItem version_of(const std::string& name, const std::string& version);

/// Three pairs of keys, closed, everything in token.db.
struct ThreePairs {
    TemporaryFolder folder;
    ThreePairs();
};

std::vector<std::string> names_in(store::Store& store);

/// The message names the path and holds nothing that a terminal would obey.
bool is_one_printable_sentence(const Error& error, const std::string& path);

/// Runs `work` in a child of fork(); its exit code, or minus the signal that ended it.
int in_child(const std::function<int()>& work);

/// Runs statements on a database with SQLite itself, as an intruder would. In a child: a second SQLite user in this
/// process would drop the store's locks.
void tamper(const std::string& database, const std::string& sql);
/// All rows of a query, values joined by '|'; in a child as well.
std::string ask(const std::string& database, const std::string& sql);

Bytes whole_file(const std::string& path);
void write_file(const std::string& path, ByteView bytes);

}  // namespace kvp11::test
