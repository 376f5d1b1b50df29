#include <map>

#include "stage.hpp"

using namespace kvp11;
using namespace kvp11::traffic;
using namespace kvp11::traffic::test;

namespace {

std::vector<std::int64_t> delays(Stage& stage, std::string_view operation, int count) {
    std::vector<std::int64_t> all;
    for (int i = 0; i < count; ++i) all.push_back(stage.traffic->plan(operation).delivery.delay.count());
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(latency)

BOOST_AUTO_TEST_CASE(without_jitter_it_is_always_the_same) {
    Stage stage(R"({"latency": {"milliseconds": 20, "operations": ["KeySign"]}})");
    for (const std::int64_t delay : delays(stage, "KeySign", 10)) BOOST_TEST(delay == 20);
    for (const std::int64_t delay : delays(stage, "KeyGet", 10)) BOOST_TEST(delay == 0);
    BOOST_TEST(stage.happened("/latency/happened") == 10);
}

BOOST_AUTO_TEST_CASE(jitter_reaches_both_ends_evenly) {
    Stage stage(R"({"latency": {"milliseconds": 20, "jitter": 10}})");
    std::map<std::int64_t, int> counts;
    for (const std::int64_t delay : delays(stage, "KeySign", 21'000)) ++counts[delay];
    BOOST_TEST(counts.size() == 21U);
    BOOST_TEST(counts.begin()->first == 10);
    BOOST_TEST(counts.rbegin()->first == 30);
    for (const auto& [delay, count] : counts) {
        BOOST_TEST(count > 850, delay << " ms: " << count);
        BOOST_TEST(count < 1150, delay << " ms: " << count);
    }
}

BOOST_AUTO_TEST_CASE(it_never_is_less_than_none) {
    Stage stage(R"({"latency": {"milliseconds": 1, "jitter": 100}})");
    for (const std::int64_t delay : delays(stage, "KeySign", 1000)) BOOST_TEST(delay >= 0);
}

BOOST_AUTO_TEST_CASE(the_same_seed_gives_the_same_jitter) {
    Stage one(R"({"seed": 9, "latency": {"milliseconds": 50, "jitter": 50}})");
    Stage two(R"({"seed": 9, "latency": {"milliseconds": 50, "jitter": 50}})");
    Stage other(R"({"seed": 10, "latency": {"milliseconds": 50, "jitter": 50}})");
    const auto first = delays(one, "KeySign", 50);
    BOOST_TEST(first == delays(two, "KeySign", 50));
    BOOST_TEST(first != delays(other, "KeySign", 50));
}

BOOST_AUTO_TEST_CASE(entries_of_a_list_add_up) {
    Stage stage(R"({"latency": [{"milliseconds": 5}, {"milliseconds": 40, "operations": ["KeyCreate"]}]})");
    BOOST_TEST(delays(stage, "KeyGet", 1).front() == 5);
    BOOST_TEST(delays(stage, "KeyCreate", 1).front() == 45);
}

BOOST_AUTO_TEST_SUITE_END()
