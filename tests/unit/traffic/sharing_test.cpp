#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "stage.hpp"

using namespace kvp11;
using namespace kvp11::traffic;
using namespace kvp11::traffic::test;

namespace {

constexpr int thread_count = 8;

template <class Work>
void in_threads(Work work) {
    std::vector<std::thread> threads;
    for (int i = 0; i < thread_count; ++i) threads.emplace_back([&work, i] { work(i); });
    for (std::thread& thread : threads) thread.join();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sharing)

BOOST_AUTO_TEST_CASE(threads_together_get_exactly_the_quota) {
    Stage stage(R"({"throttle": "published"})");
    std::atomic<int> admitted{0};
    in_threads([&](int) {
        http::Delivery delivery;
        for (int i = 0; i < 200; ++i) {
            if (!stage.traffic->charge("KeySign", &rsa_4096, delivery)) ++admitted;
        }
    });
    BOOST_TEST(admitted == 250);
    BOOST_TEST(stage.happened("/happened/throttled") == thread_count * 200 - 250);
}

BOOST_AUTO_TEST_CASE(threads_together_get_turns_of_their_own) {
    Stage stage(R"({"profile": {"name": "standard-b1", "queue_milliseconds": 600000}})");
    std::mutex mutex;
    std::multiset<std::int64_t> delays;
    in_threads([&](int) {
        for (int i = 0; i < 50; ++i) {
            http::Delivery delivery;
            BOOST_REQUIRE(!stage.traffic->charge("KeyDelete", &p256, delivery));
            const std::lock_guard lock(mutex);
            delays.insert(delivery.delay.count());
        }
    });
    std::int64_t due = 0;
    for (const std::int64_t delay : delays) {
        BOOST_REQUIRE_EQUAL(delay, due);
        due += 100;
    }
}

BOOST_AUTO_TEST_CASE(a_fault_that_happens_so_often_does_so_among_threads) {
    Stage stage(R"({"faults": [{"operation": "KeySign", "nth": 100, "times": 25, "status": 503},
                               {"every": 10, "times": 30, "reset": true}]})");
    std::atomic<int> refused{0};
    std::atomic<int> resets{0};
    in_threads([&](int) {
        for (int i = 0; i < 100; ++i) {
            const Plan plan = stage.traffic->plan("KeySign");
            refused += plan.status ? 1 : 0;
            resets += plan.delivery.reset ? 1 : 0;
        }
    });
    BOOST_TEST(refused == 25);
    BOOST_TEST(resets == 30);
    BOOST_TEST(stage.happened("/faults/1/happened") == 30);
}

BOOST_AUTO_TEST_CASE(rules_change_whole_under_requests) {
    // Two documents; a request sees the one or the other, never the status of one with the header of the other.
    Stage stage;
    const std::string documents[] = {R"({"faults": [{"status": 500, "retry_after": "500"}]})",
                                     R"({"faults": [{"status": 503, "retry_after": "503"}]})", R"({})", "no rules"};
    std::atomic<bool> is_over{false};
    std::atomic<int> mixed{0};
    in_threads([&](int index) {
        if (index == 0) {
            for (int i = 0; i < 5000; ++i) (void)stage.traffic->set_rules(documents[i % 4]);
            is_over = true;
            return;
        }
        while (!is_over) {
            const Plan plan = stage.traffic->plan("KeySign");
            if (plan.status && plan.retry_after != std::to_string(*plan.status)) ++mixed;
            if (plan.retry_after && !plan.status) ++mixed;
        }
    });
    BOOST_TEST(mixed == 0);
}

BOOST_AUTO_TEST_CASE(faults_added_by_threads_are_all_there) {
    Stage stage;
    in_threads([&](int) {
        for (int i = 0; i < 20; ++i) REQUIRE_OK(stage.traffic->add_fault(R"({"operation": "KeyGet", "status": 500})"));
    });
    BOOST_TEST(stage.rules().at("faults").as_array().size() == thread_count * 20U);
}

BOOST_AUTO_TEST_SUITE_END()
