#include "workplace.hpp"

#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

using namespace kvp11::store;

namespace kvp11::test {

TemporaryFolder::TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "kvp11-store-XXXXXX").string();
    BOOST_REQUIRE(mkdtemp(pattern.data()) != nullptr);
    root_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
}

void make_store(const TemporaryFolder& folder) {
    write_file(folder.database(), {});
    REQUIRE_OK(SqliteStore::lay_out(folder.database(), {}));
}

Result<std::unique_ptr<SqliteStore>> open_store(const TemporaryFolder& folder) {
    return SqliteStore::open(folder.database(), GenerationWord::map_file(folder.path("generation"), 0600));
}

Stores::Stores() {
    make_store(folder);
    sqlite = open_store(folder).value();
}

StoredItem item_named(const std::string& name, const std::string& label) {
    StoredItem item;
    item.id = {name, "v1"};
    item.detail = 2;
    item.revision = 1;
    item.created = 7;
    item.metadata = {1, 0, 2};
    item.tag = {3};
    item.sealed = {};
    item.faces = {{ObjectKind::PrivateKey, 0, {}, copy_of(bytes_of(label)), true},
                  {ObjectKind::PublicKey, 0, {9}, copy_of(bytes_of(label)), false}};
    return item;
}

StoredItem version_of(const std::string& name, const std::string& version) {
    StoredItem item = item_named(name);
    item.id.version = version;
    return item;
}

ThreePairs::ThreePairs() {
    make_store(folder);
    const auto store = open_store(folder).value();
    for (const char* name : {"one", "two", "three"}) REQUIRE_OK(store->commit({InsertItem{item_named(name)}}));
}

std::vector<std::string> names_in(Store& store) {
    std::vector<std::string> names;
    const std::vector<StoredItem> items = store.items(0, 100'000).value();
    for (const StoredItem& item : items) names.push_back(item.id.name);
    return names;
}

bool is_one_printable_sentence(const Error& error, const std::string& path) {
    return error.message.find(path) != std::string::npos &&
           std::all_of(error.message.begin(), error.message.end(), [](char c) { return c >= ' ' && c < 0x7f; });
}

int in_child(const std::function<int()>& work) {
    const pid_t child = fork();
    BOOST_REQUIRE(child >= 0);
    if (child == 0) _exit(work());
    int status = 0;
    BOOST_REQUIRE_EQUAL(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

namespace {

int collect_row(void* text, int columns, char** values, char**) {
    std::string& out = *static_cast<std::string*>(text);
    for (int i = 0; i < columns; ++i) out += std::string(i > 0 ? "|" : "") + (values[i] ? values[i] : "");
    out += '\n';
    return 0;
}

int run_sql(const std::string& database, const std::string& sql, std::string& rows) {
    sqlite3* handle = nullptr;
    if (sqlite3_open(database.c_str(), &handle) != SQLITE_OK) return 1;
    sqlite3_busy_timeout(handle, 5000);
    if (sqlite3_exec(handle, sql.c_str(), collect_row, &rows, nullptr) != SQLITE_OK) return 2;
    return sqlite3_close(handle) == SQLITE_OK ? 0 : 3;
}

}  // namespace

void tamper(const std::string& database, const std::string& sql) {
    std::string ignored;
    BOOST_REQUIRE_EQUAL(in_child([&] { return run_sql(database, sql, ignored); }), 0);
}

std::string ask(const std::string& database, const std::string& sql) {
    const TemporaryFolder folder;
    BOOST_REQUIRE_EQUAL(in_child([&] {
                            std::string rows;
                            const int failure = run_sql(database, sql, rows);
                            write_file(folder.path("rows"), bytes_of(rows));
                            return failure;
                        }),
                        0);
    return std::string(text_of(whole_file(folder.path("rows"))));
}

Bytes whole_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write_file(const std::string& path, ByteView bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace kvp11::test
