#include <algorithm>

#include "stage.hpp"

using namespace kvp11;
using namespace kvp11::traffic;
using namespace kvp11::traffic::test;
using namespace std::chrono_literals;

namespace {

struct Row {
    const char* operation;
    const KeySpec* spec;
    double per_second;
};

// A crowd that keeps the queue full for ten seconds: how many are taken, but for the one that found nobody at work.
double taken_per_second(Stage& stage, const Row& row) {
    int taken = 0;
    for (int i = 0; i < 10'000; ++i) {
        while (stage.admitted(row.operation, row.spec)) ++taken;
        stage.advance(1ms);
    }
    return (taken - 1) / 10.0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(capacity)

BOOST_AUTO_TEST_CASE(a_crowd_gets_the_published_rates_within_one_percent) {
    const KeySpec p256k{KeyType::Ec, 0, Curve::P256K};
    const KeySpec p384{KeyType::Ec, 0, Curve::P384};
    const KeySpec aes_128{KeyType::Aes, 128};
    const KeySpec aes_192{KeyType::Aes, 192};
    // "Managed HSM scaling guidance", operations per second and HSM.
    const Row rows[] = {
        {"KeyEncrypt", &rsa_2048, 2800}, {"KeyDecrypt", &rsa_2048, 1100},   {"KeyWrap", &rsa_2048, 2200},
        {"KeyUnwrap", &rsa_2048, 1100},  {"KeySign", &rsa_2048, 900},       {"KeyVerify", &rsa_2048, 3400},
        {"KeyEncrypt", &rsa_3072, 2700}, {"KeyDecrypt", &rsa_3072, 360},    {"KeyWrap", &rsa_3072, 1900},
        {"KeyUnwrap", &rsa_3072, 360},   {"KeySign", &rsa_3072, 340},       {"KeyVerify", &rsa_3072, 3400},
        {"KeyEncrypt", &rsa_4096, 2300}, {"KeyDecrypt", &rsa_4096, 160},    {"KeyWrap", &rsa_4096, 1900},
        {"KeyUnwrap", &rsa_4096, 160},   {"KeySign", &rsa_4096, 150},       {"KeyVerify", &rsa_4096, 3700},
        {"KeySign", &p256, 330},         {"KeySign", &p256k, 330},          {"KeySign", &p384, 160},
        {"KeySign", &p521, 200},         {"KeyVerify", &p256, 130},         {"KeyVerify", &p256k, 130},
        {"KeyVerify", &p384, 82},        {"KeyVerify", &p521, 28},          {"KeyWrap", &aes_128, 2100},
        {"KeyWrap", &aes_256, 2100},     {"KeyUnwrap", &aes_128, 1800},     {"KeyUnwrap", &aes_192, 1900},
        {"KeyUnwrap", &aes_256, 2200},   {"KeyGet", &p256, 1100},           {"KeyPurge", &p256, 10},
        {"KeyBackup", &p256, 10},        {"RoleAssignmentPut", nullptr, 5},
    };
    for (const Row& row : rows) {
        Stage stage(R"({"profile": {"name": "standard-b1", "queue_milliseconds": 10}})");
        BOOST_TEST_CONTEXT(row.operation << " " << row.per_second) {
            BOOST_TEST(taken_per_second(stage, row) == row.per_second, boost::test_tools::tolerance(0.01));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_queue_is_paced_to_the_rate) {
    Stage stage(R"({"profile": "standard-b1"})");
    for (int i = 0; i < 331; ++i) {
        BOOST_REQUIRE(stage.admitted("KeySign", &p256));
        const auto due = std::chrono::ceil<std::chrono::milliseconds>(i * (1'000'000'000ns / 330));
        BOOST_REQUIRE_EQUAL(stage.delivery.delay.count(), due.count());
    }
    BOOST_TEST(stage.happened("/happened/paced") == 330);
}

BOOST_AUTO_TEST_CASE(an_idle_hsm_makes_nobody_wait) {
    Stage stage(R"({"profile": "standard-b1"})");
    for (int i = 0; i < 10; ++i) {
        BOOST_TEST(stage.admitted("KeySign", &p256));
        BOOST_TEST(stage.delivery.delay.count() == 0);
        stage.advance(4ms);
    }
}

BOOST_AUTO_TEST_CASE(beyond_the_queue_is_answered_throttled_with_a_time_that_suffices) {
    Stage stage(R"({"profile": {"name": "standard-b1", "queue_milliseconds": 2000}})");
    for (int i = 0; i < 3; ++i) BOOST_TEST(stage.admitted("KeyCreate", &p256));  // one at work, two wait
    const auto refusal = stage.charge("KeyCreate", &p256);
    BOOST_REQUIRE(refusal.has_value());
    BOOST_TEST(refusal->retry_after.value() == "1");
    BOOST_TEST(stage.happened("/happened/over_capacity") == 1);
    stage.advance(1s);
    BOOST_TEST(stage.admitted("KeyCreate", &p256));
    BOOST_TEST(stage.delivery.delay.count() == 2000);
}

BOOST_AUTO_TEST_CASE(cryptography_shares_one_processor_and_creation_is_beside_it) {
    Stage stage(R"({"profile": "standard-b1"})");
    BOOST_TEST(stage.admitted("KeyCreate", &rsa_4096));
    BOOST_TEST(stage.admitted("KeySign", &rsa_4096));
    BOOST_TEST(stage.delivery.delay.count() == 0);
    BOOST_TEST(stage.admitted("KeyWrap", &aes_256));
    BOOST_TEST(stage.delivery.delay.count() == 7);  // behind 1/150 of a second
}

BOOST_AUTO_TEST_CASE(what_is_not_published_takes_nothing) {
    Stage stage(R"({"profile": {"name": "standard-b1", "queue_milliseconds": 0}})");
    for (int i = 0; i < 100; ++i) BOOST_TEST(stage.admitted("SecurityDomainBackupStatusGet", nullptr));
    for (int i = 0; i < 100; ++i) BOOST_TEST(stage.admitted("SomethingNew", &p256));
}

BOOST_AUTO_TEST_SUITE_END()
