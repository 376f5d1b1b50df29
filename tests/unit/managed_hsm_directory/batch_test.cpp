// Keys of which no type is known are asked for many at once.
#include <thread>

#include "played_pool.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

using Sizes = std::vector<std::size_t>;

}  // namespace

BOOST_AUTO_TEST_SUITE(batches)

BOOST_AUTO_TEST_CASE(five_thousand_unknown_keys_are_seventy_nine_batches) {
    PlayedPool pool(5'000);
    Directory directory(pool.settings(), pool.ask(), pool.ask_many());
    BOOST_TEST(directory.find(every(ObjectKind::PrivateKey))->size() == 5'000U);
    BOOST_TEST(pool.asked() == (Asked{200, 5'000, 0}));
    Sizes wanted(5'000 / 64, 64);
    wanted.push_back(5'000 % 64);
    BOOST_TEST(wanted.size() == 79U);
    BOOST_TEST(pool.batches() == wanted);
    BOOST_TEST(directory.find({})->size() == 10'000U);
    BOOST_TEST(pool.asked() == Asked{});
    BOOST_TEST(pool.batches().empty());
}

BOOST_AUTO_TEST_CASE(only_what_is_not_known_is_in_a_batch) {
    PlayedPool pool(30);
    Directory directory(pool.settings(), pool.ask(), pool.ask_many());
    BOOST_TEST(directory.find(labelled("key-7"))->size() == 1U);
    BOOST_TEST(pool.batches().empty());
    BOOST_TEST(directory.find({})->size() == 60U);
    BOOST_TEST(pool.batches() == Sizes{29});
    BOOST_TEST(pool.asked() == (Asked{2, 30, 0}));
    pool.pass(400'000);
    for (const char* name : {"key-3", "key-4", "key-5"}) pool.rotate(name);
    pool.pass(10'000);
    BOOST_TEST(directory.find({})->size() == 60U);
    BOOST_TEST(pool.batches() == Sizes{3});
    BOOST_TEST(pool.asked() == (Asked{2, 3, 0}));
}

BOOST_AUTO_TEST_CASE(what_is_no_object_costs_the_others_nothing) {
    PlayedPool pool(100);
    pool.add("post-quantum", "AKP-HSM");
    pool.pass(10'000);
    pool.refused["key-1"] = Errc::AccessDenied;
    pool.before = [&](const std::string& path) {
        if (path == "/keys/key-5") pool.remove("key-5");
    };
    Directory directory(pool.settings(), pool.ask(), pool.ask_many());
    BOOST_TEST(directory.find(every(ObjectKind::PrivateKey))->size() == 98U);
    BOOST_TEST(pool.batches() == (Sizes{64, 37}));
    BOOST_TEST(pool.asked() == (Asked{5, 101, 0}));
    BOOST_TEST(directory.find(every(ObjectKind::PrivateKey))->size() == 98U);
    BOOST_TEST(pool.asked() == Asked{});
}

BOOST_AUTO_TEST_CASE(a_service_that_fails_ends_the_search_and_what_was_answered_stays) {
    PlayedPool pool(150);
    pool.refused["key-7"] = Errc::DeviceError;
    Directory directory(pool.settings(), pool.ask(), pool.ask_many());
    CHECK_FAILS(directory.find({}), Errc::DeviceError);
    const Sizes before = pool.batches();
    const std::size_t asked = pool.asked().keys;
    BOOST_TEST(before.size() <= 3U);
    pool.refused.clear();
    BOOST_TEST(directory.find(every(ObjectKind::PrivateKey))->size() == 150U);
    BOOST_TEST(pool.asked() == (Asked{0, 150 - asked + 1, 0}));
}

BOOST_AUTO_TEST_CASE(who_wants_one_of_them_meanwhile_waits_for_the_batch) {
    PlayedPool pool(10);
    Directory directory(pool.settings(), pool.ask(), pool.ask_many());
    std::thread another;
    Result<managed_hsm::KeyRecordPtr> got = fail(Errc::Internal);
    pool.before = [&](const std::string& path) {
        if (path != "/keys/key-0") return;
        another = std::thread([&] { got = directory.record({"key-9", ""}); });
    };
    BOOST_TEST(directory.find(every(ObjectKind::PrivateKey))->size() == 10U);
    another.join();
    REQUIRE_OK(got);
    BOOST_TEST(pool.asked() == (Asked{1, 10, 0}));
}

BOOST_AUTO_TEST_CASE(older_versions_come_in_batches_too) {
    PlayedPool pool(3);
    for (int i = 0; i < 2; ++i) {
        pool.rotate("key-1");
        pool.pass(10'000);
    }
    auto settings = pool.settings();
    settings.all_versions = true;
    Directory directory(settings, pool.ask(), pool.ask_many());
    BOOST_TEST(directory.find(every(ObjectKind::PrivateKey))->size() == 5U);
    BOOST_TEST(pool.batches() == (Sizes{3, 2}));
    BOOST_TEST(pool.asked() == (Asked{1, 5, 3}));
}

BOOST_AUTO_TEST_SUITE_END()
