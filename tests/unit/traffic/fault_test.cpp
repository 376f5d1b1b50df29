#include "stage.hpp"

using namespace kvp11;
using namespace kvp11::traffic;
using namespace kvp11::traffic::test;
using namespace std::chrono_literals;

namespace {

// Which of the first `count` requests got a status: "..x".
std::string pattern(Stage& stage, std::string_view operation, int count) {
    std::string marks;
    for (int i = 0; i < count; ++i) marks += stage.traffic->plan(operation).status ? 'x' : '.';
    return marks;
}

std::string pattern_of(const std::string& choice, int count = 12) {
    Stage stage(R"({"faults": [{"status": 503, )" + choice + "}]}");
    return pattern(stage, "KeySign", count);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fault)

BOOST_AUTO_TEST_CASE(requests_are_chosen_by_their_number) {
    BOOST_TEST(pattern_of(R"("operation": "KeySign")") == "xxxxxxxxxxxx");
    BOOST_TEST(pattern_of(R"("nth": 3)") == "..x.........");
    BOOST_TEST(pattern_of(R"("nth": 3, "times": 4)") == "..xxxx......");
    BOOST_TEST(pattern_of(R"("times": 2)") == "xx..........");
    BOOST_TEST(pattern_of(R"("after": 5)") == ".....xxxxxxx");
    BOOST_TEST(pattern_of(R"("after": 5, "times": 1)") == ".....x......");
    BOOST_TEST(pattern_of(R"("after": 5, "nth": 2)") == "......x.....");
    BOOST_TEST(pattern_of(R"("every": 4)") == "...x...x...x");
    BOOST_TEST(pattern_of(R"("every": 4, "times": 2)") == "...x...x....");
    BOOST_TEST(pattern_of(R"("every": 3, "after": 2)") == "....x..x..x.");
    BOOST_TEST(pattern_of(R"("probability": 1)") == "xxxxxxxxxxxx");
}

BOOST_AUTO_TEST_CASE(only_requests_of_the_operation_are_counted) {
    Stage stage(R"({"faults": [{"operation": "KeySign", "nth": 2, "status": 500}]})");
    BOOST_TEST(pattern(stage, "KeyGet", 3) == "...");
    BOOST_TEST(pattern(stage, "KeySign", 1) == ".");
    BOOST_TEST(pattern(stage, "KeyGet", 3) == "...");
    BOOST_TEST(pattern(stage, "KeySign", 2) == "x.");
    BOOST_TEST(stage.happened("/faults/0/happened") == 1);
}

BOOST_AUTO_TEST_CASE(chance_follows_the_seed_and_the_probability) {
    const auto run = [](int seed) {
        Stage stage(R"({"seed": )" + std::to_string(seed) + R"(, "faults": [{"status": 500, "probability": 0.25}]})");
        return pattern(stage, "KeySign", 10'000);
    };
    const std::string once = run(1);
    BOOST_TEST(once == run(1));
    BOOST_TEST(once != run(2));
    const auto struck = static_cast<double>(std::count(once.begin(), once.end(), 'x'));
    BOOST_TEST(struck == 2500.0, boost::test_tools::tolerance(0.06));
}

BOOST_AUTO_TEST_CASE(two_faults_of_one_document_have_chances_of_their_own) {
    Stage stage(R"({"faults": [{"status": 500, "probability": 0.5}, {"reset": true, "probability": 0.5}]})");
    int differences = 0;
    for (int i = 0; i < 1000; ++i) {
        const Plan plan = stage.traffic->plan("KeySign");
        if (plan.status.has_value() != plan.delivery.reset) ++differences;
    }
    BOOST_TEST(differences > 400);
    BOOST_TEST(differences < 600);
}

BOOST_AUTO_TEST_CASE(each_effect_is_in_the_plan) {
    Stage stage(R"({"faults": [
        {"operation": "KeySign", "status": 503, "retry_after": "1"},
        {"operation": "KeyCreate", "status": 429, "retry_after": 7},
        {"operation": "KeyPurge", "status": 429, "retry_after_date": 60},
        {"operation": "KeyVerify", "reset": true},
        {"operation": "KeyGet", "slow_body": 100},
        {"operation": "KeyList", "truncate_body": 10},
        {"operation": "KeyEncrypt", "expired_token": true},
        {"operation": "KeyDecrypt", "partition_lost": true}]})");
    Traffic& traffic = *stage.traffic;
    BOOST_TEST(traffic.plan("KeySign").status.value() == 503U);
    BOOST_TEST(traffic.plan("KeySign").retry_after.value() == "1");
    BOOST_TEST(traffic.plan("KeyCreate").retry_after.value() == "7");
    stage.clock->set(784'111'777 - 60);
    BOOST_TEST(traffic.plan("KeyPurge").retry_after.value() == "Sun, 06 Nov 1994 08:49:37 GMT");
    BOOST_TEST(traffic.plan("KeyVerify").delivery.reset);
    BOOST_TEST(traffic.plan("KeyGet").delivery.bytes_per_second == 100U);
    BOOST_TEST(traffic.plan("KeyList").delivery.truncate_after.value() == 10U);
    BOOST_TEST(traffic.plan("KeyEncrypt").token_expired);
    BOOST_TEST(traffic.plan("KeyDecrypt").partition_lost);
    const Plan untouched = traffic.plan("KeyWrap");
    BOOST_TEST(!untouched.status.has_value());
    BOOST_TEST(!untouched.delivery.reset);
    BOOST_TEST(!untouched.token_expired);
    BOOST_TEST(!untouched.partition_lost);
}

BOOST_AUTO_TEST_CASE(a_lost_partition_is_lost_for_everybody_and_comes_back) {
    Stage stage(R"({"faults": [{"operation": "KeySign", "nth": 2, "partition_lost": true, "seconds": 5}]})");
    BOOST_TEST(!stage.traffic->plan("KeySign").partition_lost);
    BOOST_TEST(!stage.traffic->plan("KeyGet").partition_lost);
    BOOST_TEST(stage.traffic->plan("KeySign").partition_lost);
    stage.advance(4999ms);
    BOOST_TEST(stage.traffic->plan("KeyGet").partition_lost);
    stage.advance(1ms);
    BOOST_TEST(!stage.traffic->plan("KeyGet").partition_lost);
    BOOST_TEST(!stage.traffic->plan("KeySign").partition_lost);
    BOOST_TEST(stage.happened("/faults/0/happened") == 2);
}

BOOST_AUTO_TEST_CASE(faults_of_one_request_add_up_and_the_first_status_wins) {
    Stage stage(R"({"latency": {"milliseconds": 30},
        "faults": [{"status": 500}, {"status": 503, "retry_after": "9"}, {"slow_body": 10}]})");
    const Plan plan = stage.traffic->plan("KeySign");
    BOOST_TEST(plan.status.value() == 500U);
    BOOST_TEST(!plan.retry_after.has_value());
    BOOST_TEST(plan.delivery.bytes_per_second == 10U);
    BOOST_TEST(plan.delivery.delay.count() == 30);
}

BOOST_AUTO_TEST_CASE(counters_begin_anew_with_new_rules_and_go_on_with_an_added_fault) {
    const std::string rules = R"({"faults": [{"status": 500, "nth": 2}]})";
    Stage stage(rules);
    BOOST_TEST(pattern(stage, "KeySign", 1) == ".");
    REQUIRE_OK(stage.traffic->set_rules(rules));
    BOOST_TEST(pattern(stage, "KeySign", 1) == ".");
    REQUIRE_OK(stage.traffic->add_fault(R"({"operation": "KeyGet", "status": 429})"));
    BOOST_TEST(pattern(stage, "KeySign", 2) == "x.");
    BOOST_TEST(pattern(stage, "KeyGet", 1) == "x");
    BOOST_TEST(stage.happened("/faults/0/happened") == 1);
    BOOST_TEST(stage.happened("/faults/1/happened") == 1);
}

BOOST_AUTO_TEST_CASE(printed_rules_can_be_set_again) {
    Stage stage(R"({"allow": ["::1"], "throttle": "published", "profile": "standard-b1", "seed": 5,
        "latency": [{"milliseconds": 1}], "faults": [{"status": 500}]})");
    (void)stage.traffic->plan("KeySign");
    const std::string printed = stage.traffic->rules();
    REQUIRE_OK(stage.traffic->set_rules(printed));
    BOOST_TEST(stage.happened("/faults/0/happened") == 0);
    BOOST_TEST(stage.happened("/latency/0/happened") == 0);
    BOOST_TEST(stage.happened("/seed") == 5);
}

BOOST_AUTO_TEST_SUITE_END()
