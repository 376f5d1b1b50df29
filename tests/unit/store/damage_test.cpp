// Stores that are newer or damaged: said in a sentence that names the file, and never a wrong answer.
#include "workplace.hpp"

#include <unistd.h>

#include <algorithm>
#include <random>

using namespace kvp11;
using namespace kvp11::store;
using namespace kvp11::test;

namespace {

/// Asks everything; each answer is right or says damage.
void check_right_or_damaged(const TemporaryFolder& folder) {
    const auto store = open_store(folder);
    const auto judge = [&](const auto& result, const auto& is_right) {
        if (result.ok()) {
            BOOST_CHECK(is_right(result.value()));
        } else {
            BOOST_CHECK(fails_with(result, Errc::StoreDamaged));
            BOOST_CHECK(is_one_printable_sentence(result.error(), folder.database()));
        }
    };
    judge(store, [](const auto&) { return true; });
    if (!store.ok()) return;
    ObjectQuery by_label;
    by_label.label = copy_of(bytes_of("label"));
    judge(store.value()->find(by_label), [](const auto& found) { return found.size() == 6; });
    judge(store.value()->find({}), [](const auto& found) { return found.size() == 6; });
    judge(store.value()->item(ItemKind::Key, {"two", ""}),
          [](const auto& item) { return item && item->metadata == item_named("two").metadata; });
    judge(store.value()->items(0, 10), [](const auto& items) { return items.size() == 3; });
    judge(store.value()->latest({}), [](const auto& items) { return items.size() == 3; });
    judge(store.value()->counts(), [](const auto& counts) { return counts.size() == 1 && counts[0].count == 3; });
    judge(store.value()->meta("none"), [](const Bytes& value) { return value.empty(); });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(damage)

BOOST_AUTO_TEST_CASE(a_newer_store_is_refused_and_left_alone) {
    const ThreePairs pairs;
    tamper(pairs.folder.database(), "PRAGMA user_version = 3");
    const Bytes before = whole_file(pairs.folder.database());
    const auto refused = open_store(pairs.folder);
    CHECK_FAILS(refused, Errc::StoreNewer);
    BOOST_CHECK_EQUAL(refused.error().message,
                      "the store " + pairs.folder.database() + " has schema version 3, this kvp11 knows up to 2");
    BOOST_CHECK(whole_file(pairs.folder.database()) == before);
    tamper(pairs.folder.database(), "PRAGMA user_version = 2");
    BOOST_CHECK_EQUAL(open_store(pairs.folder).value()->find({}).value().size(), 6U);
}

BOOST_AUTO_TEST_CASE(a_file_of_something_else_is_damage_and_stays) {
    const TemporaryFolder folder;
    for (const Bytes& bytes : {Bytes{}, Bytes(8192, 0x5a), copy_of(bytes_of("SQLite format 3"))}) {
        write_file(folder.database(), bytes);
        CHECK_FAILS(open_store(folder), Errc::StoreDamaged);
        BOOST_CHECK(whole_file(folder.database()) == bytes);
    }
    std::filesystem::remove(folder.database());
    CHECK_FAILS(open_store(folder), Errc::StoreNotFound);
}

BOOST_AUTO_TEST_CASE(every_flipped_bit_of_the_header_is_harmless_or_said) {
    const ThreePairs pairs;
    const Bytes whole = whole_file(pairs.folder.database());
    for (std::size_t bit = 0; bit < 100 * 8; ++bit) {
        Bytes flipped = whole;
        flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
        write_file(pairs.folder.database(), flipped);
        BOOST_TEST_CONTEXT("bit " << bit) {
            const auto store = open_store(pairs.folder);
            if (!store.ok() && store.code() == Errc::StoreNewer) {
                BOOST_CHECK(bit / 8 >= 60 && bit / 8 < 64);
                continue;
            }
            if (bit / 8 >= 60 && bit / 8 < 64) continue;
            check_right_or_damaged(pairs.folder);
        }
    }
}

BOOST_AUTO_TEST_CASE(every_page_of_noise_or_zeros_is_damage_where_it_is_met) {
    const ThreePairs pairs;
    const Bytes whole = whole_file(pairs.folder.database());
    std::mt19937 random(1);
    for (std::size_t page = 0; page < whole.size() / 4096; ++page) {
        for (const bool is_noise : {true, false}) {
            Bytes spoilt = whole;
            std::generate_n(spoilt.begin() + static_cast<std::ptrdiff_t>(page * 4096), 4096,
                            [&] { return static_cast<std::uint8_t>(is_noise ? random() : 0); });
            write_file(pairs.folder.database(), spoilt);
            BOOST_TEST_CONTEXT("page " << page) { check_right_or_damaged(pairs.folder); }
        }
    }
}

BOOST_AUTO_TEST_CASE(odd_bytes_of_a_damaged_schema_do_not_get_into_the_sentence) {
    const ThreePairs pairs;
    tamper(pairs.folder.database(),
           "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET name = cast(x'1b5b376d80ff0a' AS TEXT),"
           " sql = cast(x'1b5b376d80ff0a' AS TEXT) WHERE name = 'faces'");
    const auto refused = open_store(pairs.folder);
    CHECK_FAILS(refused, Errc::StoreDamaged);
    BOOST_TEST_MESSAGE(refused.error().message);
    BOOST_CHECK(is_one_printable_sentence(refused.error(), pairs.folder.database()));
}

// A log whose frames do not check is taken by SQLite for one that ends there.
BOOST_AUTO_TEST_CASE(a_log_of_noise_loses_nothing_of_the_database) {
    const ThreePairs pairs;
    Bytes noise(20'000);
    std::mt19937 random(1);
    std::generate(noise.begin(), noise.end(), [&] { return static_cast<std::uint8_t>(random()); });
    write_file(pairs.folder.database() + "-wal", noise);
    const auto store = open_store(pairs.folder).value();
    BOOST_CHECK_EQUAL(store->find({}).value().size(), 6U);
    CHECK_OK(store->commit({InsertItem{item_named("four")}}));
    BOOST_CHECK_EQUAL(ask(pairs.folder.database(), "PRAGMA integrity_check"), "ok\n");
}

BOOST_AUTO_TEST_CASE(a_log_with_a_flipped_bit_gives_whole_batches_only) {
    const ThreePairs pairs;
    // A child that dies leaves its log behind.
    BOOST_REQUIRE_EQUAL(
        in_child([&] {
            const auto store = open_store(pairs.folder).value();
            for (int i = 0; i < 8; ++i) {
                const std::string name = "more-" + std::to_string(i);
                if (!store->commit({InsertItem{item_named(name + "a")}, InsertItem{item_named(name + "b")}}).ok())
                    return 1;
            }
            _exit(0);
        }),
        0);
    const Bytes database = whole_file(pairs.folder.database());
    const Bytes log = whole_file(pairs.folder.database() + "-wal");
    BOOST_REQUIRE_GT(log.size(), 8U * 4096U);
    std::mt19937 random(2);
    for (int round = 0; round < 60; ++round) {
        std::filesystem::remove(pairs.folder.database() + "-shm");
        write_file(pairs.folder.database(), database);
        Bytes flipped = log;
        const std::size_t at = random() % flipped.size();
        flipped[at] = static_cast<std::uint8_t>(flipped[at] ^ (1U << (random() % 8)));
        write_file(pairs.folder.database() + "-wal", flipped);
        const auto names = names_in(*open_store(pairs.folder).value());
        BOOST_REQUIRE_GE(names.size(), 3U);
        BOOST_CHECK_EQUAL(names.size() % 2, 1U);
        BOOST_CHECK(names[0] == "one" && names[2] == "three");
    }
}

BOOST_AUTO_TEST_SUITE_END()
