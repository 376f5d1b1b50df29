#include <boost/test/unit_test.hpp>

#include <future>
#include <iostream>
#include <thread>

#include "held_credential.hpp"
#include "support/process.hpp"
#include "support/results.hpp"

using namespace kvp11;
using namespace kvp11::credential;
using namespace kvp11::test;

BOOST_AUTO_TEST_SUITE(token_cache_and_fork)

BOOST_AUTO_TEST_CASE(a_child_keeps_the_tokens) {
    const CacheStage stage;
    stage.text();
    const Ended ended = in_child([&stage] {
        if (stage.text() != "token-1" || stage.cache->fetched() != 0) return 1;
        stage.clock->advance(3'600);
        return stage.text() == "token-2" && stage.cache->fetched() == 1 ? 0 : 2;
    });
    BOOST_CHECK_EQUAL(ended.exit_code, 0);
    BOOST_CHECK(ended.is_clean());
    BOOST_CHECK_EQUAL(stage.text(), "token-1");
}

// A thread of the parent's was fetching: it is not in the child, and nobody there waits for it.
BOOST_AUTO_TEST_CASE(a_fetch_of_the_parents_does_not_hold_up_the_child) {
    const CacheStage stage;
    stage.text();
    stage.clock->advance(3'600);
    stage.credential->hold();
    auto fetching = std::async(std::launch::async, [&stage] { return stage.text(); });
    stage.credential->wait_for_begun(2);
    auto waiting = std::async(std::launch::async, [&stage] { return stage.text(); });
    const Ended ended = in_child([&stage] {
        stage.credential->release();
        return stage.text() == "token-2" ? 0 : 1;
    });
    BOOST_CHECK(ended.is_clean());
    stage.credential->release();
    BOOST_CHECK_EQUAL(fetching.get(), "token-2");
    BOOST_CHECK_EQUAL(waiting.get(), "token-2");
}

// Forks at any moment, also while a thread of the parent's is inside the cache.
BOOST_AUTO_TEST_CASE(no_lock_is_inherited_in_a_locked_state) {
#ifdef __SANITIZE_THREAD__
    std::cout << "SKIPPED: ThreadSanitizer ends a child that begins a thread when its parent had several" << std::endl;
    return;
#endif
    const CacheStage stage;
    stage.text();
    std::atomic<bool> stop{false};
    std::thread busy([&] {
        while (!stop) stage.text();
    });
    int clean = 0;
    for (int i = 0; i < 200; ++i) {
        const Ended ended = in_child([&stage] {
            std::thread other([&stage] { stage.text(); });
            const std::string text = stage.text();
            other.join();
            return text.starts_with("token-") ? 0 : 1;
        });
        clean += ended.is_clean() ? 1 : 0;
    }
    stop = true;
    busy.join();
    BOOST_CHECK_EQUAL(clean, 200);
}

BOOST_AUTO_TEST_CASE(a_cache_may_go_in_a_child_that_never_asked) {
    auto stage = std::make_unique<CacheStage>();
    stage->text();
    const Ended ended = in_child([&stage] {
        stage.reset();
        return 0;
    });
    BOOST_CHECK(ended.is_clean());
}

BOOST_AUTO_TEST_SUITE_END()
