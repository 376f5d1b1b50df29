#include <random>

#include "stage.hpp"

using namespace kvp11;
using namespace kvp11::traffic;
using namespace kvp11::traffic::test;

namespace {

struct Bad {
    const char* rules;
    const char* message;  // a part of it
};

const std::string good = R"({"allow": ["127.0.0.0/8", "::1"], "throttle": {"requests_per_10s": 100,
    "retry_after": "date"}, "profile": {"name": "standard-b1", "queue_milliseconds": 100}, "seed": 3,
    "latency": [{"milliseconds": 20, "jitter": 10, "operations": ["KeySign"]}],
    "faults": [{"operation": "KeySign", "nth": 3, "times": 1, "status": 503, "retry_after": "1"},
               {"probability": 0.5, "partition_lost": true, "seconds": 5}]})";

// One thing wrong with a text: a byte changed, left out or doubled, or a piece put somewhere else.
std::string damaged(std::string text, std::mt19937& random) {
    if (text.empty()) return text;
    const auto at = [&] { return random() % text.size(); };
    switch (random() % 5) {
        case 0: text[at()] = static_cast<char>(random()); break;
        case 1: text.erase(at(), 1 + random() % 4); break;
        case 2: text.insert(at(), text.substr(at(), random() % 20)); break;
        case 3: text.resize(at()); break;
        default: std::swap(text[at()], text[at()]); break;
    }
    return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bad_rules)

BOOST_AUTO_TEST_CASE(what_is_wrong_is_named) {
    const Bad rows[] = {
        {"", "the rules are no JSON"},
        {"{", "the rules are no JSON"},
        {"[]", "the rules is [], want an object"},
        {R"({"fault": []})", "fault is no member of the rules here; did you mean faults?"},
        {R"({"throtle": "published"})", "did you mean throttle?"},
        {R"({"allow": "::1"})", "allow is \"::1\", want a list of texts"},
        {R"({"allow": [1]})", "allow has 1 in it"},
        {R"({"allow": ["10.0.0.0/33"]})", "allow has '10.0.0.0/33'"},
        {R"({"throttle": "publish"})", "throttle is 'publish', want published; did you mean published?"},
        {R"({"throttle": {}})", "throttle has no member requests_per_10s"},
        {R"({"throttle": {"requests_per_10s": 0}})", "throttle.requests_per_10s is 0, want a whole number from 1"},
        {R"({"throttle": {"requests_per_10s": 1.5}})", "throttle.requests_per_10s is 1.5E0"},
        {R"({"throttle": {"requests_per_10s": 1, "retry_after": "second"}})", "want seconds, date or none"},
        {R"({"throttle": {"requests_per_10s": 1, "retry-after": "date"}})", "did you mean retry_after?"},
        {R"({"profile": "standard-b2"})", "did you mean standard-b1?"},
        {R"({"profile": {"queue_milliseconds": 1}})", "profile has no member name"},
        {R"({"latency": 5})", "latency is 5, want an object"},
        {R"({"latency": [{"milliseconds": 5}, {"milliseconds": -5}]})", "latency[1].milliseconds is -5"},
        {R"({"latency": {"operations": ["KeySing"]}})", "latency.operations is 'KeySing', which there is not; did you"},
        {R"({"faults": {}})", "faults is no list"},
        {R"({"faults": [{"operation": "keysign", "status": 500}]})", "faults[0].operation is 'keysign'"},
        {R"({"faults": [{"status": 500}, {"status": 200}]})", "faults[1].status is 200, want a whole number from 400"},
        {R"({"faults": [{"status": "500"}]})", "faults[0].status is \"500\""},
        {R"({"faults": [{"operation": "KeySign"}]})", "faults[0] does nothing"},
        {R"({"faults": [{"status": 500, "nth": 1, "every": 2}]})", "want one of the three"},
        {R"({"faults": [{"status": 500, "probability": 0}]})", "faults[0].probability is 0"},
        {R"({"faults": [{"status": 500, "probability": 1.01}]})", "faults[0].probability is"},
        {R"({"faults": [{"status": 500, "retry_after": "1\r\nx: y"}]})", "faults[0].retry_after is no text"},
        {R"({"faults": [{"reset": true, "retry_after": "1"}]})", "faults[0].retry_after stands without a status"},
        {R"({"faults": [{"status": 429, "retry_after": 1, "retry_after_date": 1}]})", "want one of the two"},
        {R"({"faults": [{"reset": 1}]})", "faults[0].reset is 1, want true or false"},
        {R"({"faults": [{"reset": true, "seconds": 1}]})", "faults[0].seconds stands without partition_lost"},
        {R"({"faults": [{"reset": false}]})", "faults[0] does nothing"},
        {R"({"seed": -1})", "seed is -1"},
        {R"({"faults": [[[[[[[[[[]]]]]]]]]]})", "the rules are no JSON"},
    };
    Stage stage(good);
    const std::string before = stage.traffic->rules();
    for (const Bad& row : rows) {
        const auto result = stage.traffic->set_rules(row.rules);
        CHECK_FAILS(result, Errc::ConfigurationInvalid);
        if (result.ok()) continue;
        BOOST_TEST(result.error().message.find(row.message) != std::string::npos,
                   row.rules << " gives: " << result.error().message);
        BOOST_TEST(stage.traffic->rules() == before);
    }
}

BOOST_AUTO_TEST_CASE(a_wrong_fault_is_not_added) {
    Stage stage(good);
    const std::string before = stage.traffic->rules();
    CHECK_FAILS(stage.traffic->add_fault(R"({"stauts": 500})"), Errc::ConfigurationInvalid);
    CHECK_FAILS(stage.traffic->add_fault(""), Errc::ConfigurationInvalid);
    CHECK_FAILS(stage.traffic->add_fault("[]"), Errc::ConfigurationInvalid);
    BOOST_TEST(stage.traffic->rules() == before);
    const auto result = stage.traffic->add_fault(R"({"operation": "KeySign"})");
    BOOST_TEST(result.error().message.starts_with("faults[2] does nothing"));
}

BOOST_AUTO_TEST_CASE(there_is_an_end_to_how_much_a_document_may_hold) {
    Stage stage;
    CHECK_FAILS(stage.traffic->set_rules(std::string((1U << 20U) + 1, ' ')), Errc::ConfigurationInvalid);
    std::string faults = R"({"faults": [)";
    for (int i = 0; i < 1000; ++i) faults += R"({"status": 500},)";
    CHECK_OK(stage.traffic->set_rules(faults.substr(0, faults.size() - 1) + "]}"));
    CHECK_FAILS(stage.traffic->add_fault(R"({"status": 500})"), Errc::ConfigurationInvalid);
    CHECK_FAILS(stage.traffic->set_rules(faults + R"({"status": 500}]})"), Errc::ConfigurationInvalid);
}

BOOST_AUTO_TEST_CASE(damaged_documents_are_refused_or_are_rules_but_never_half) {
    std::mt19937 random(20261122);
    Stage stage(good);
    int refused = 0;
    for (int i = 0; i < 20'000; ++i) {
        const std::string text = damaged(i % 2 == 0 ? good : damaged(good, random), random);
        const std::string before = stage.traffic->rules();
        const auto result = stage.traffic->set_rules(text);
        if (!result.ok()) {
            ++refused;
            BOOST_REQUIRE(result.code() == Errc::ConfigurationInvalid);
            BOOST_REQUIRE_EQUAL(stage.traffic->rules(), before);
        }
        (void)stage.traffic->plan("KeySign");
        (void)stage.admitted("KeySign", &p256);
        if (result.ok()) REQUIRE_OK(stage.traffic->set_rules(stage.traffic->rules()));
    }
    BOOST_TEST(refused > 10'000);
    BOOST_TEST(refused < 20'000);
}

BOOST_AUTO_TEST_SUITE_END()
