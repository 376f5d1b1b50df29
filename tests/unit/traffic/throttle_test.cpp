#include "stage.hpp"
#include "traffic/throttle.hpp"

using namespace kvp11;
using namespace kvp11::traffic;
using namespace kvp11::traffic::test;
using namespace std::chrono_literals;

namespace {

// Requests until one is refused, at one moment.
int admitted_at_once(Stage& stage, std::string_view operation, const KeySpec* spec) {
    int count = 0;
    while (stage.admitted(operation, spec)) ++count;
    return count;
}

// A client that asks every millisecond for ten seconds and takes what it gets.
int admitted_in_window(Stage& stage, std::string_view operation, const KeySpec* spec) {
    int count = 0;
    for (int i = 0; i < 10'000; ++i) {
        if (stage.admitted(operation, spec)) ++count;
        stage.advance(1ms);
    }
    return count;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(throttle)

BOOST_AUTO_TEST_CASE(published_limits_hold_for_each_type_and_size_of_key) {
    struct Row {
        const char* operation;
        const KeySpec* spec;
        int limit;
    };
    // "Azure Key Vault service limits", HSM keys, per 10 seconds.
    const Row rows[] = {
        {"KeySign", &rsa_2048, 2000}, {"KeySign", &rsa_3072, 500},  {"KeySign", &rsa_4096, 250},
        {"KeySign", &p256, 2000},     {"KeyGet", &rsa_4096, 250},   {"KeyCreate", &rsa_2048, 10},
        {"KeyCreate", &p256, 10},     {"KeyImport", &rsa_4096, 10}, {"KeyList", nullptr, 4000},
    };
    for (const Row& row : rows) {
        Stage stage(R"({"throttle": "published"})");
        BOOST_TEST_CONTEXT(row.operation << " " << row.limit) {
            BOOST_TEST(admitted_at_once(stage, row.operation, row.spec) == row.limit);
            stage.advance(10s + 10ms);
            BOOST_TEST(admitted_at_once(stage, row.operation, row.spec) == row.limit);
        }
    }
}

BOOST_AUTO_TEST_CASE(quotas_of_one_pool_are_weighted) {
    // The example of Microsoft's page: 125 of RSA-4096 and 1000 of RSA-2048 are all of it.
    Stage stage(R"({"throttle": "published"})");
    for (int i = 0; i < 125; ++i) BOOST_TEST(stage.admitted("KeySign", &rsa_4096));
    for (int i = 0; i < 1000; ++i) BOOST_REQUIRE(stage.admitted("KeyVerify", &rsa_2048));
    BOOST_TEST(!stage.admitted("KeySign", &rsa_2048));
    BOOST_TEST(stage.admitted("KeyCreate", &rsa_2048));  // a pool of its own
    BOOST_TEST(stage.admitted("KeyList", nullptr));
}

BOOST_AUTO_TEST_CASE(a_steady_client_gets_the_limit_within_one_percent) {
    Stage stage(R"({"throttle": {"requests_per_10s": 1000}})");
    for (int window = 0; window < 5; ++window) {
        const int count = admitted_in_window(stage, "KeySign", &p256);
        BOOST_TEST(count <= 1000);
        BOOST_TEST(count >= 990);
    }
}

BOOST_AUTO_TEST_CASE(no_ten_seconds_hold_more_than_the_limit_wherever_they_begin) {
    Stage stage(R"({"throttle": {"requests_per_10s": 50}})");
    std::vector<std::int64_t> admitted;
    std::uint64_t chance = 7;
    for (int i = 0; i < 20'000; ++i) {
        chance = chance * 6364136223846793005U + 1442695040888963407U;
        stage.advance(std::chrono::microseconds((chance >> 33U) % 12'000));
        if (stage.admitted("KeySign", &p256)) admitted.push_back(*stage.steady);
    }
    BOOST_TEST(admitted.size() > 400);
    for (std::size_t i = 50; i < admitted.size(); ++i) {
        BOOST_REQUIRE_GT(admitted[i] - admitted[i - 50], 10'000'000'000);
    }
}

BOOST_AUTO_TEST_CASE(who_waits_as_retry_after_says_is_admitted) {
    Stage stage(R"({"throttle": {"requests_per_10s": 3}})");
    for (int i = 0; i < 3; ++i) {
        BOOST_TEST(stage.admitted("KeySign", &p256));
        stage.advance(2s);
    }
    const auto refusal = stage.charge("KeySign", &p256);
    BOOST_REQUIRE(refusal.has_value());
    BOOST_TEST(refusal->retry_after.value() == "5");  // 4.01 seconds until the first is older than 10
    stage.advance(5s);
    BOOST_TEST(stage.admitted("KeySign", &p256));
    BOOST_TEST(stage.happened("/happened/throttled") == 1);
}

BOOST_AUTO_TEST_CASE(a_refused_request_takes_nothing_of_the_quota) {
    Stage stage(R"({"throttle": {"requests_per_10s": 1}})");
    BOOST_TEST(stage.admitted("KeySign", &p256));
    for (int i = 0; i < 20; ++i) {
        stage.advance(500ms);
        BOOST_TEST(!stage.admitted("KeySign", &p256));
    }
    stage.advance(10ms);
    BOOST_TEST(stage.admitted("KeySign", &p256));
}

BOOST_AUTO_TEST_CASE(retry_after_is_seconds_a_date_or_not_there) {
    Stage seconds(R"({"throttle": {"requests_per_10s": 1, "retry_after": "seconds"}})");
    Stage date(R"({"throttle": {"requests_per_10s": 1, "retry_after": "date"}})");
    Stage none(R"({"throttle": {"requests_per_10s": "published", "retry_after": "none"}})");
    while (seconds.admitted("KeyCreate", &p256) || date.admitted("KeyCreate", &p256)) continue;
    while (none.admitted("KeyCreate", &p256)) continue;
    BOOST_TEST(seconds.charge("KeyCreate", &p256)->retry_after.value() == "11");
    // 784111777 is the date that RFC 9110 has as its example.
    date.clock->set(784'111'777 - 11);
    BOOST_TEST(date.charge("KeyCreate", &p256)->retry_after.value() == "Sun, 06 Nov 1994 08:49:37 GMT");
    BOOST_TEST(!none.charge("KeyCreate", &p256)->retry_after.has_value());
}

BOOST_AUTO_TEST_CASE(a_clock_that_a_thread_read_too_early_changes_nothing) {
    RequestWindow window;
    BOOST_TEST(!window.enter(20s, 1, 2).has_value());
    BOOST_TEST(!window.enter(19s, 1, 2).has_value());
    BOOST_TEST(window.enter(29s + 500ms, 1, 2).has_value());
    BOOST_TEST(!window.enter(30s + 10ms, 2, 2).has_value());
}

BOOST_AUTO_TEST_CASE(what_weighs_more_than_the_limit_never_fits) {
    RequestWindow window;
    BOOST_TEST((window.enter(1s, 3, 2).value() == 10s));
}

BOOST_AUTO_TEST_SUITE_END()
