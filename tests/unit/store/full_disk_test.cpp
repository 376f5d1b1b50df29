// Full disks: nothing acknowledged is lost, and room lets the store go on.
#include "workplace.hpp"

#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "small_disk.hpp"

using namespace kvp11;
using namespace kvp11::store;
using namespace kvp11::test;

namespace {

StoredItem bulky(const std::string& name) {
    StoredItem item = item_named(name);
    item.sealed = Bytes(3000, 7);
    return item;
}

/// Puts pairs of items until the store is full; only whole batches may be there afterwards.
std::vector<std::string> fill_up(Store& store) {
    std::vector<std::string> acknowledged = names_in(store);
    for (int i = 0; i < 10'000; ++i) {
        const std::string name = "more-" + std::to_string(acknowledged.size()) + "-" + std::to_string(i);
        const auto put = store.commit({InsertItem{bulky(name + "-a")}, InsertItem{bulky(name + "-b")}});
        if (!put.ok()) {
            BOOST_CHECK(fails_with(put, Errc::StoreFull));
            return acknowledged;
        }
        acknowledged.push_back(name + "-a");
        acknowledged.push_back(name + "-b");
    }
    BOOST_ERROR("the store never got full");
    return acknowledged;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(full_disk)

BOOST_AUTO_TEST_CASE(a_full_disk_loses_nothing_and_room_lets_the_store_go_on) {
    const SmallDisk disk(1024);
    if (!disk.why_not().empty()) {
        std::cout << "SKIPPED: " << disk.why_not() << "\n";
        return;
    }
    const std::string database = disk.path("token.db");
    write_file(database, {});
    REQUIRE_OK(SqliteStore::lay_out(database, {}));
    const auto store = SqliteStore::open(database, GenerationWord::map_file(disk.path("generation"), 0600)).value();
    for (int round = 0; round < 3; ++round) {
        REQUIRE_OK(store->commit({InsertItem{bulky("room-" + std::to_string(round))}}));
        disk.fill();
        const std::vector<std::string> acknowledged = fill_up(*store);
        BOOST_CHECK(names_in(*store) == acknowledged);
        BOOST_CHECK_EQUAL(store->find({}).value().size(), 2 * acknowledged.size());
        BOOST_CHECK_EQUAL(store->generation() % 2, 0U);
        disk.make_room();
        REQUIRE_OK(store->commit({EraseItem{{"room-" + std::to_string(round), "v1"}, 1}}));
    }
    BOOST_CHECK_EQUAL(ask(database, "PRAGMA integrity_check"), "ok\n");
}

BOOST_AUTO_TEST_CASE(a_store_on_a_full_disk_is_opened_or_said_to_be_full) {
    const SmallDisk disk(512);
    if (!disk.why_not().empty()) {
        std::cout << "SKIPPED: " << disk.why_not() << "\n";
        return;
    }
    const ThreePairs pairs;
    std::filesystem::copy_file(pairs.folder.database(), disk.path("token.db"));
    disk.fill();
    // A generation that cannot be kept is none; writing to its page would be the end of the process.
    const int seen = in_child([&] {
        const GenerationWord generation = GenerationWord::map_file(disk.path("generation"), 0600);
        if (generation.load() % 2 != 1) return 1;
        const auto store = SqliteStore::open(disk.path("token.db"), generation);
        if (!store.ok()) return store.code() == Errc::StoreFull ? 0 : 2;
        return store.value()->find({}).value().size() == 6 ? 0 : 3;
    });
    BOOST_CHECK_EQUAL(seen, 0);
    disk.make_room();
    const auto store =
        SqliteStore::open(disk.path("token.db"), GenerationWord::map_file(disk.path("generation"), 0600)).value();
    CHECK_OK(store->commit({InsertItem{item_named("four")}}));
    BOOST_CHECK_EQUAL(store->generation() % 2, 0U);
}

BOOST_AUTO_TEST_CASE(a_limit_of_pages_is_a_full_disk) {
    const ThreePairs pairs;
    const std::string program = boost::unit_test::framework::master_test_suite().argv[0];
    const std::string command = "KVP11_TEST_MAX_PAGES=40 KVP11_TEST_PATH=" + pairs.folder.database() + " exec " +
                                program + " --run_test=full_disk/filler --log_level=nothing >/dev/null 2>&1";
    BOOST_CHECK_EQUAL(std::system(command.c_str()), 0);
    const auto store = open_store(pairs.folder).value();
    BOOST_CHECK_GT(names_in(*store).size(), 10U);
    CHECK_OK(store->commit({InsertItem{bulky("after")}}));
}

// Run by the case above, in a process of its own.
BOOST_AUTO_TEST_CASE(filler, *boost::unit_test::disabled()) {
    if (!std::getenv("KVP11_TEST_PATH")) return;
    const auto store = SqliteStore::open(std::getenv("KVP11_TEST_PATH"), GenerationWord{}).value();
    for (int round = 0; round < 3; ++round) {
        const std::vector<std::string> acknowledged = fill_up(*store);
        BOOST_CHECK(names_in(*store) == acknowledged);
        REQUIRE_OK(store->commit({EraseItem{{acknowledged.back(), "v1"}, 1}}));
    }
}

BOOST_AUTO_TEST_SUITE_END()
