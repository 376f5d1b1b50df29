// Stores that may only be read, or not even that: readable where possible, and said by name where not.
#include "workplace.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <iostream>

#include "small_disk.hpp"

using namespace kvp11;
using namespace kvp11::store;
using namespace kvp11::test;

namespace {

/// As somebody without root's rights, who may then not write what is made unwritable.
int as_nobody(const std::function<int()>& work) {
    return in_child([&] {
        if (geteuid() == 0 && setuid(65534) != 0) return 100;
        return work();
    });
}

void set_modes(const TemporaryFolder& folder, unsigned folder_mode, unsigned file_mode) {
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
        std::filesystem::permissions(entry.path(), std::filesystem::perms(file_mode));
    }
    std::filesystem::permissions(folder.path(), std::filesystem::perms(folder_mode));
}

/// What somebody who may only read can do: 0 when all of it is as it must be.
int read_and_be_refused(const std::string& database) {
    auto store = SqliteStore::open(database, GenerationWord{});
    if (!store.ok()) return 1;
    if (!store.value()->read_only()) return 2;
    const auto found = store.value()->find({});
    if (!found.ok() || found.value().size() != 6) return 3;
    const auto refused = store.value()->commit({InsertItem{item_named("four")}});
    if (refused.ok() || refused.code() != Errc::StoreReadOnly) return 4;
    return is_one_printable_sentence(refused.error(), database) ? 0 : 5;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(read_only)

BOOST_AUTO_TEST_CASE(a_folder_that_may_not_be_written_can_be_read) {
    const ThreePairs pairs;
    for (const auto& [folder_mode, file_mode] : {std::pair{0555U, 0444U}, {0555U, 0666U}, {0777U, 0444U}}) {
        BOOST_TEST_CONTEXT(std::oct << folder_mode << " " << file_mode) {
            set_modes(pairs.folder, folder_mode, file_mode);
            const int seen = as_nobody([&] { return read_and_be_refused(pairs.folder.database()); });
            set_modes(pairs.folder, 0700, 0600);
            // A file that may be written in a folder that may not cannot have its log.
            BOOST_CHECK_EQUAL(seen, 0);
        }
    }
    BOOST_CHECK_EQUAL(open_store(pairs.folder).value()->find({}).value().size(), 6U);
}

BOOST_AUTO_TEST_CASE(a_store_of_schema_1_that_may_not_be_written_can_be_read) {
    const TemporaryFolder folder;
    std::filesystem::copy_file(KVP11_VECTORS "/partition-schema-1/token.db", folder.database());
    const Bytes before = whole_file(folder.database());
    set_modes(folder, 0555, 0444);
    const int seen = as_nobody([&] {
        auto store = SqliteStore::open(folder.database(), GenerationWord{});
        if (!store.ok()) return 1;
        ObjectQuery query;
        query.id = Bytes{1};
        if (store.value()->find({}).value().size() != 8 || store.value()->find(query).value().size() != 3) return 2;
        if (store.value()->latest({}).value().size() != 4 || store.value()->counts().value().empty()) return 3;
        const auto item = store.value()->item(ItemKind::Key, {"RSA", ""}).value();
        if (!item || !item->is_latest || item->purge_at) return 4;
        if (store.value()->versions("rsa").value().size() != 1) return 5;
        if (store.value()->name_state("Rsa").value() != NameState::Live) return 6;
        if (!store.value()->due(Due::Rotation, 1, 1).value().empty()) return 7;
        const auto refused = store.value()->commit({EraseMeta{"facts"}});
        return !refused.ok() && refused.code() == Errc::StoreReadOnly ? 0 : 8;
    });
    set_modes(folder, 0700, 0600);
    BOOST_CHECK_EQUAL(seen, 0);
    BOOST_CHECK(whole_file(folder.database()) == before);
}

BOOST_AUTO_TEST_CASE(a_reader_without_the_right_to_write_sees_what_others_change) {
    const ThreePairs pairs;
    int back[2];
    int forth[2];
    BOOST_REQUIRE(pipe(back) == 0 && pipe(forth) == 0);
    set_modes(pairs.folder, 0755, 0644);
    const pid_t reader = fork();
    if (reader == 0) {
        if (geteuid() == 0 && setuid(65534) != 0) _exit(100);
        auto store = SqliteStore::open(pairs.folder.database(), GenerationWord{}).value();
        for (const std::size_t wanted : {6U, 8U, 10U}) {
            const auto found = store->find({});
            if (!found.ok()) _exit(1);
            if (found.value().size() != wanted) _exit(2);
            char byte = 0;
            if (write(back[1], "x", 1) != 1 || read(forth[0], &byte, 1) != 1) _exit(3);
        }
        _exit(0);
    }
    char byte = 0;
    for (const char* name : {"four", "five", ""}) {
        if (read(back[0], &byte, 1) != 1) break;
        // Once closed with its log written back, once while the writer is still there.
        if (*name)
            BOOST_CHECK_EQUAL(in_child([&] {
                                  return open_store(pairs.folder).value()->commit({InsertItem{item_named(name)}}).ok()
                                             ? 0
                                             : 1;
                              }),
                              0);
        BOOST_REQUIRE_EQUAL(write(forth[1], "x", 1), 1);
    }
    int status = 0;
    waitpid(reader, &status, 0);
    for (const int end : {back[0], back[1], forth[0], forth[1]}) close(end);
    BOOST_CHECK_EQUAL(WEXITSTATUS(status), 0);
}

BOOST_AUTO_TEST_CASE(a_side_file_that_may_not_be_opened_is_named) {
    if (geteuid() != 0) {
        std::cout << "SKIPPED: only root can make files that the test then may not open\n";
        return;
    }
    const ThreePairs pairs;
    for (const char* suffix : {"", "-wal", "-shm"}) {
        const std::string closed = pairs.folder.database() + suffix;
        if (*suffix) write_file(closed, {});
        set_modes(pairs.folder, 0777, 0666);
        std::filesystem::permissions(closed, std::filesystem::perms(0));
        const int seen = as_nobody([&] {
            const auto refused = SqliteStore::open(pairs.folder.database(), GenerationWord{});
            if (refused.ok()) return 1;
            if (refused.code() != Errc::StoreReadOnly) return 2;
            return refused.error().message == "the store cannot be opened: " + closed + " (Permission denied)" ? 0 : 3;
        });
        BOOST_TEST_CONTEXT(closed) { BOOST_CHECK_EQUAL(seen, 0); }
        set_modes(pairs.folder, 0700, 0600);
        if (*suffix) std::filesystem::remove(closed);
    }
}

BOOST_AUTO_TEST_CASE(a_log_that_nobody_may_take_in_is_said) {
    const ThreePairs pairs;
    BOOST_REQUIRE_EQUAL(in_child([&] {
                            const auto store = open_store(pairs.folder).value();
                            if (!store->commit({InsertItem{item_named("four")}}).ok()) return 1;
                            _exit(0);
                        }),
                        0);
    std::filesystem::remove(pairs.folder.database() + "-shm");
    set_modes(pairs.folder, 0555, 0444);
    const int seen = as_nobody([&] {
        const auto refused = SqliteStore::open(pairs.folder.database(), GenerationWord{});
        if (refused.ok() || refused.code() != Errc::StoreReadOnly) return 1;
        return refused.error().message.find("-wal holds changes") != std::string::npos ? 0 : 2;
    });
    set_modes(pairs.folder, 0700, 0600);
    BOOST_CHECK_EQUAL(seen, 0);
    BOOST_CHECK_EQUAL(open_store(pairs.folder).value()->find({}).value().size(), 8U);
}

BOOST_AUTO_TEST_CASE(a_read_only_file_system_can_be_read) {
    SmallDisk disk(1024);
    if (!disk.why_not().empty()) {
        std::cout << "SKIPPED: " << disk.why_not() << "\n";
        return;
    }
    const ThreePairs pairs;
    std::filesystem::copy_file(pairs.folder.database(), disk.path("token.db"));
    disk.make_read_only();
    BOOST_CHECK_EQUAL(in_child([&] { return read_and_be_refused(disk.path("token.db")); }), 0);
}

BOOST_AUTO_TEST_SUITE_END()
