// A store of schema version 1 becomes one of version 2, whoever opens it, however often it is killed meanwhile.
#include "workplace.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <random>
#include <thread>

using namespace kvp11;
using namespace kvp11::store;
using namespace kvp11::test;

namespace {

/// The store of tests/vectors/partition-schema-1.
struct OldStore {
    TemporaryFolder folder;

    OldStore() { std::filesystem::copy_file(KVP11_VECTORS "/partition-schema-1/token.db", folder.database()); }
    [[nodiscard]] std::string ask(const std::string& sql) const { return test::ask(folder.database(), sql); }
};

std::string items_of(const OldStore& old) {
    return old.ask("SELECT sequence, kind, detail, name, version, revision, created, hex(metadata), hex(tag),"
                   " hex(sealed) FROM items ORDER BY sequence; SELECT name, hex(value) FROM meta ORDER BY name;");
}
std::string faces_of(const OldStore& old) {
    return old.ask("SELECT item, kind, record_class, hex(id), hex(label), is_private, name, version FROM faces"
                   " ORDER BY item, kind");
}

/// Tables, columns and indices, not how the statements that made them were written.
std::string layout_of(const std::string& database) {
    return ask(database, "SELECT m.name, i.cid, i.name, i.type, i.\"notnull\", i.dflt_value, i.pk FROM sqlite_schema m,"
                         " pragma_table_info(m.name) i WHERE m.type = 'table' ORDER BY 1, 2;"
                         "SELECT m.name, i.seqno, i.name, i.coll FROM sqlite_schema m, pragma_index_xinfo(m.name) i"
                         " WHERE m.type = 'index' ORDER BY 1, 2;"
                         "SELECT name, sql FROM sqlite_schema WHERE type = 'index' ORDER BY 1;"
                         "SELECT wr FROM pragma_table_list('faces'); PRAGMA user_version; PRAGMA application_id;");
}

/// Adds so much to a store of version 1 that its migration takes a while.
void swell(const OldStore& old) {
    tamper(old.folder.database(),
           "PRAGMA recursive_triggers = ON; WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
           " WHERE i < 2000) INSERT INTO items (kind, detail, name, version, revision, created, metadata, tag, sealed)"
           " SELECT 0, 1, 'many-' || i, 'v', 1, 7, zeroblob(300), zeroblob(32), zeroblob(100) FROM n;"
           "INSERT INTO faces (item, kind, record_class, id, label, is_private, name, version)"
           " SELECT sequence, 0, 0, name, x'', 1, name, version FROM items WHERE name LIKE 'many-%'");
}

int open_and_look(const OldStore& old) {
    auto store = open_store(old.folder);
    if (!store.ok()) return 1;
    ObjectQuery query;
    query.id = Bytes{1};
    const auto found = store.value()->find(query);
    return found.ok() && found.value().size() == 3 ? 0 : 2;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(migration)

BOOST_AUTO_TEST_CASE(what_was_stored_is_there_and_found) {
    const OldStore old;
    const std::string items = items_of(old);
    const std::string faces = faces_of(old);
    const auto store = open_store(old.folder).value();
    BOOST_CHECK_EQUAL(store->find({}).value().size(), 8U);
    for (const char* name : {"rsa", "ec", "half", "zeros"}) {
        ObjectQuery query;
        query.label = copy_of(bytes_of(name));
        BOOST_CHECK(!store->find(query).value().empty());
    }
    const std::vector<StoredItem> live = store->latest({NameState::Live, "", 25}).value();
    BOOST_REQUIRE_EQUAL(live.size(), 4U);
    for (const StoredItem& item : live) {
        BOOST_CHECK(item.is_latest && !item.purge_at && !item.rotate_at);
        BOOST_CHECK_EQUAL(store->versions(item.id.name).value().size(), 1U);
    }
    BOOST_CHECK(!store->meta("facts").value().empty());
    BOOST_CHECK_EQUAL(items_of(old), items);
    BOOST_CHECK_EQUAL(faces_of(old), faces);
    BOOST_CHECK_EQUAL(old.ask("PRAGMA integrity_check"), "ok\n");
}

BOOST_AUTO_TEST_CASE(a_migrated_store_is_laid_out_like_a_new_one) {
    const OldStore old;
    REQUIRE_OK(open_store(old.folder));
    const TemporaryFolder fresh;
    make_store(fresh);
    BOOST_CHECK_EQUAL(layout_of(old.folder.database()), layout_of(fresh.database()));
}

BOOST_AUTO_TEST_CASE(a_migrated_store_takes_changes) {
    const OldStore old;
    const auto store = open_store(old.folder).value();
    CHECK_FAILS(
        store->commit({InsertItem{item_named("fresh")}, InsertItem{item_named(store->items(0, 1).value()[0].id.name)}}),
        Errc::KeyExists);
    REQUIRE_OK(store->commit({InsertItem{item_named("fresh")}, AddVersion{version_of("fresh", "v2"), "v1"}}));
    BOOST_CHECK_EQUAL(store->find({}).value().size(), 10U);
    BOOST_CHECK_EQUAL(store->items(0, 100).value().back().id.version, "v2");
}

BOOST_AUTO_TEST_CASE(a_kill_at_any_point_leaves_one_version_or_the_other) {
    const std::string program = boost::unit_test::framework::master_test_suite().argv[0];
    for (const char* point : {"before-begin", "after-begin", "before-commit", "after-commit"}) {
        BOOST_TEST_CONTEXT(point) {
            const OldStore old;
            const std::string items = items_of(old);
            const std::string command = std::string("KVP11_TEST_KILL=") + point +
                                        ":1 KVP11_TEST_PATH=" + old.folder.database() + " exec " + program +
                                        " --run_test=migration/victim --catch_system_errors=no >/dev/null 2>&1";
            BOOST_CHECK_EQUAL(WTERMSIG(std::system(command.c_str())), SIGKILL);
            const bool is_done = std::string(point) == "after-commit";
            BOOST_CHECK_EQUAL(old.ask("PRAGMA user_version"), is_done ? "2\n" : "1\n");
            BOOST_CHECK_EQUAL(in_child([&] { return open_and_look(old); }), 0);
            BOOST_CHECK_EQUAL(items_of(old), items);
        }
    }
}

// Run by the case above, in a process of its own.
BOOST_AUTO_TEST_CASE(victim, *boost::unit_test::disabled()) {
    if (!std::getenv("KVP11_TEST_PATH")) return;
    (void)SqliteStore::open(std::getenv("KVP11_TEST_PATH"), GenerationWord{});
}

BOOST_AUTO_TEST_CASE(a_kill_at_any_time_leaves_one_version_or_the_other) {
    const OldStore old;
    swell(old);
    const std::string items = items_of(old);
    const auto begin = std::chrono::steady_clock::now();
    {
        const OldStore copy;
        std::filesystem::copy_file(old.folder.database(), copy.folder.database(),
                                   std::filesystem::copy_options::overwrite_existing);
        BOOST_REQUIRE_EQUAL(in_child([&] { return open_and_look(copy); }), 0);
    }
    const auto whole = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin);
    std::minstd_rand random(1);
    int killed_before_it_was_done = 0;
    for (int round = 0; round < 15; ++round) {
        const OldStore copy;
        std::filesystem::copy_file(old.folder.database(), copy.folder.database(),
                                   std::filesystem::copy_options::overwrite_existing);
        const pid_t child = fork();
        if (child == 0) _exit(open_and_look(copy));
        std::this_thread::sleep_for(std::chrono::microseconds(static_cast<long>(random()) % whole.count()));
        kill(child, SIGKILL);
        waitpid(child, nullptr, 0);
        if (copy.ask("PRAGMA user_version") == "1\n") ++killed_before_it_was_done;
        BOOST_REQUIRE_EQUAL(in_child([&] { return open_and_look(copy); }), 0);
        BOOST_REQUIRE_EQUAL(copy.ask("PRAGMA user_version; PRAGMA integrity_check"), "2\nok\n");
        BOOST_REQUIRE_EQUAL(items_of(copy), items);
    }
    BOOST_TEST_MESSAGE(killed_before_it_was_done << " of 15 were killed before the migration was done");
    BOOST_CHECK_GT(killed_before_it_was_done, 0);
}

BOOST_AUTO_TEST_CASE(processes_that_open_it_at_once_all_get_it) {
    const OldStore old;
    swell(old);
    std::vector<pid_t> children;
    for (int i = 0; i < 8; ++i) {
        children.push_back(fork());
        if (children.back() == 0) _exit(open_and_look(old));
    }
    for (const pid_t child : children) {
        int status = 0;
        waitpid(child, &status, 0);
        BOOST_CHECK_EQUAL(status, 0);
    }
    BOOST_CHECK_EQUAL(old.ask("PRAGMA user_version; PRAGMA integrity_check; SELECT count(*) FROM items"),
                      "2\nok\n2006\n");
}

BOOST_AUTO_TEST_SUITE_END()
