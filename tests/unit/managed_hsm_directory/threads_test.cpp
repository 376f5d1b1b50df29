// Many threads ask once.
#include <thread>

#include "played_pool.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

void in_threads(const std::function<void()>& work) {
    constexpr int count = 16;
    std::atomic<int> ready{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i) {
        threads.emplace_back([&] {
            ++ready;
            while (ready < count) std::this_thread::yield();
            work();
        });
    }
    for (std::thread& thread : threads) thread.join();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(threads)

BOOST_AUTO_TEST_CASE(sixteen_threads_that_want_one_name_are_one_request) {
    PlayedPool pool(10);
    Directory directory(pool.settings(), pool.ask());
    std::atomic<int> found_it{0};
    in_threads([&] {
        const auto refs = directory.find(labelled("key-3"));
        if (refs.ok() && refs->size() == 1) ++found_it;
    });
    BOOST_TEST(found_it == 16);
    BOOST_TEST(pool.asked() == (Asked{0, 1, 0}));
}

BOOST_AUTO_TEST_CASE(sixteen_threads_that_want_all_keys_are_one_list) {
    PlayedPool pool(60);
    Directory directory(pool.settings(), pool.ask());
    std::atomic<int> found_all{0};
    in_threads([&] {
        const auto refs = directory.find(every(ObjectKind::PrivateKey));
        if (refs.ok() && refs->size() == 60) ++found_all;
    });
    BOOST_TEST(found_all == 16);
    BOOST_TEST(pool.asked() == (Asked{3, 60, 0}));
}

BOOST_AUTO_TEST_CASE(sixteen_threads_that_ask_for_many_at_once_ask_for_each_key_once) {
    PlayedPool pool(300);
    Directory directory(pool.settings(), pool.ask(), pool.ask_many());
    std::atomic<int> found_all{0};
    in_threads([&] {
        const auto refs = directory.find(every(ObjectKind::PrivateKey));
        if (refs.ok() && refs->size() == 300) ++found_all;
    });
    BOOST_TEST(found_all == 16);
    BOOST_TEST(pool.asked() == (Asked{12, 300, 0}));
}

BOOST_AUTO_TEST_CASE(a_list_that_fails_fails_for_all_who_waited) {
    PlayedPool pool(60);
    pool.is_down = true;
    Directory directory(pool.settings(), pool.ask());
    std::atomic<int> failed{0};
    in_threads([&] {
        if (!directory.find({}).ok()) ++failed;
    });
    BOOST_TEST(failed == 16);
}

BOOST_AUTO_TEST_CASE(who_can_go_on_with_an_old_list_does_not_wait_for_the_new_one) {
    PlayedPool pool(30);
    Directory directory(pool.settings(), pool.ask());
    REQUIRE_OK(directory.find({}));
    pool.pass(400'000);
    bool asked_inside = false;
    pool.before = [&](const std::string& path) {
        if (path != "/keys" || asked_inside) return;
        asked_inside = true;
        BOOST_TEST(directory.find({})->size() == 60U);  // would wait for itself for ever
    };
    BOOST_TEST(directory.find({})->size() == 60U);
    BOOST_TEST(asked_inside);
}

BOOST_AUTO_TEST_CASE(searches_records_and_changes_go_on_at_once) {
    PlayedPool pool(40);
    const Folder folder;
    Directory directory(with_file(pool, folder), pool.ask());
    std::atomic<int> number{0};
    std::atomic<int> failures{0};
    in_threads([&] {
        const int own = number++;
        for (int round = 0; round < 20; ++round) {
            const std::string name = "own-" + std::to_string(own) + "-" + std::to_string(round);
            pool.add(name);
            const auto learned = directory.learn(pool.record(name));
            const auto refs = directory.find(labelled(name));
            if (!refs.ok() || refs->size() != 1 || !directory.record(learned->id).ok()) ++failures;
            if (!directory.find(every(ObjectKind::PublicKey)).ok()) ++failures;
            pool.remove(name);
            directory.forget(name);
            if (!directory.find(labelled(name)).ok()) ++failures;
            if (own == 0) pool.pass(100'000);
        }
    });
    BOOST_TEST(failures == 0);
    BOOST_TEST(directory.find(every(ObjectKind::PrivateKey))->size() == 40U);
}

BOOST_AUTO_TEST_SUITE_END()
