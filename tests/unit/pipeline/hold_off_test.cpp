// What a refusal means for the calls of the same and of other processes: they wait together, and go in turn.
#include <unistd.h>

#include "pipeline/volley.hpp"
#include "stage.hpp"

namespace kvp11::test {
namespace {

using pipeline::HoldOff;
using pipeline::Weight;

struct PaceFolder {
    PaceFolder() {
        std::string pattern = "/tmp/kvp11-hold-off-XXXXXX";
        const int file = mkstemp(pattern.data());
        BOOST_REQUIRE(file >= 0);
        close(file);
        path = pattern;
    }
    ~PaceFolder() { unlink(path.c_str()); }
    std::string path;
    Clock::time_point now = Clock::time_point(1h);
};

struct HeldStage : PaceFolder, Stage {
    explicit HeldStage(StageSettings settings = {}) : Stage(std::move(settings)) {
        pool.hold_off = std::make_unique<HoldOff>(path, pool.members.names());
        surroundings.takes = 0ms;
    }
    void refuse(const char* retry_after) {
        surroundings.play([=](const Seen&) {
            if (retry_after == nullptr) return service_error(429, "Throttled");
            return service_error(429, "Throttled", "", {{"Retry-After", retry_after}});
        });
    }
};

BOOST_AUTO_TEST_SUITE(hold_offs)

BOOST_FIXTURE_TEST_CASE(who_was_turned_away_more_often_comes_first, PaceFolder) {
    HoldOff hold_off(path, {"a"});
    hold_off.begin(0, Weight::Ec, now + 10s, now);
    for (const double chance : {0.0, 0.5, 0.999}) {
        for (unsigned times = 0; times < 8; ++times) {
            const auto turn = hold_off.turn(0, Weight::Ec, now, times, 400ms, chance);
            BOOST_TEST((turn > now + 10s && turn < now + 10s + 400ms));
            BOOST_TEST((turn > hold_off.turn(0, Weight::Ec, now, times + 1, 400ms, 0.999)));
        }
        BOOST_TEST((hold_off.turn(0, Weight::Ec, now, 1'000'000, 400ms, chance) >= now + 10s));
    }
}

BOOST_FIXTURE_TEST_CASE(it_is_over_when_it_is_over, PaceFolder) {
    HoldOff hold_off(path, {"a"});
    BOOST_TEST((hold_off.turn(0, Weight::Ec, now, 0, 400ms, 0.5) == now));
    hold_off.begin(0, Weight::Ec, now + 10s, now);
    BOOST_TEST((hold_off.turn(0, Weight::Ec, now + 10s, 0, 400ms, 0.5) == now + 10s));
}

BOOST_FIXTURE_TEST_CASE(it_is_of_one_member_and_one_quota, PaceFolder) {
    HoldOff hold_off(path, {"a", "b"});
    hold_off.begin(0, Weight::Ec, now + 10s, now);
    BOOST_TEST((hold_off.turn(1, Weight::Ec, now, 0, 400ms, 0.5) == now));
    BOOST_TEST((hold_off.turn(0, Weight::CreateKey, now, 0, 400ms, 0.5) == now));
    BOOST_TEST((hold_off.turn(0, Weight::Rsa4096, now, 0, 400ms, 0.5) > now + 10s));
}

BOOST_FIXTURE_TEST_CASE(a_shorter_one_does_not_end_a_longer_one, PaceFolder) {
    HoldOff hold_off(path, {"a"});
    hold_off.begin(0, Weight::Ec, now + 10s, now);
    hold_off.begin(0, Weight::Ec, now + 2s, now);
    BOOST_TEST((hold_off.turn(0, Weight::Ec, now, 0, 400ms, 0.5) > now + 10s));
}

// A service that asks for a day, and a moment that an earlier boot left behind.
BOOST_FIXTURE_TEST_CASE(nobody_is_held_off_for_longer_than_five_minutes, PaceFolder) {
    HoldOff hold_off(path, {"a"});
    hold_off.begin(0, Weight::Ec, now + 24h, now);
    BOOST_TEST((hold_off.turn(0, Weight::Ec, now, 0, 400ms, 0.5) < now + 301s));
    const Clock::time_point after_boot = now - 30min;
    BOOST_TEST((hold_off.turn(0, Weight::Ec, after_boot, 0, 400ms, 0.5) == after_boot));
    hold_off.begin(0, Weight::Ec, after_boot + 5s, after_boot);
    BOOST_TEST((hold_off.turn(0, Weight::Ec, after_boot, 0, 400ms, 0.5) < after_boot + 6s));
}

BOOST_AUTO_TEST_CASE(a_call_of_another_process_waits_for_what_this_one_was_told) {
    HeldStage stage, other;
    other.pool.hold_off = std::make_unique<HoldOff>(stage.path, other.pool.members.names());
    stage.refuse("6");
    REQUIRE_OK(stage.call(sign_call));
    BOOST_REQUIRE_EQUAL(stage.surroundings.seen.size(), 2U);
    REQUIRE_OK(other.call(sign_call));
    BOOST_REQUIRE_EQUAL(other.surroundings.seen.size(), 1U);
    // Behind the one that was refused, whatever the chance.
    BOOST_TEST((stage.surroundings.elapsed() >= 6s && stage.surroundings.elapsed() < 6200ms));
    BOOST_TEST((other.surroundings.elapsed() > 6150ms && other.surroundings.elapsed() < 6500ms));
}

BOOST_AUTO_TEST_CASE(the_own_pauses_of_a_refused_call_do_not_grow_beyond_what_it_is_told) {
    HeldStage stage;
    stage.surroundings.chance_of_now = 0.999;
    for (int i = 0; i < 12; ++i) stage.refuse("1");
    REQUIRE_OK(stage.call(sign_call));
    BOOST_TEST((stage.surroundings.elapsed() >= 12s && stage.surroundings.elapsed() < 13s));
}

// A waiting call's pauses would grow to many seconds, while those who have just begun come again after a moment.
BOOST_AUTO_TEST_CASE(a_service_that_does_not_say_when_is_asked_again_within_seconds) {
    HeldStage stage;
    stage.surroundings.chance_of_now = 0.999;
    stage.surroundings.otherwise = [](const Seen& seen) {
        return seen.when > 20s ? answer(200) : service_error(429, "Throttled");
    };
    REQUIRE_OK(stage.call(sign_call));
    BOOST_TEST((stage.surroundings.elapsed() < 23s));
    BOOST_TEST(stage.surroundings.seen.size() < 20U);
}

BOOST_AUTO_TEST_CASE(a_call_that_is_held_off_beyond_its_deadline_fails_without_a_request) {
    HeldStage stage, other;
    other.pool.hold_off = std::make_unique<HoldOff>(stage.path, other.pool.members.names());
    stage.refuse("20");
    REQUIRE_OK(stage.call(sign_call));
    const auto got = other.call(sign_call, 5s);
    CHECK_FAILS(got, Errc::DeviceError);
    BOOST_TEST(got.error().message.find("contoso.managedhsm.azure.net") != std::string::npos);
    BOOST_TEST(got.error().message.find("refused") != std::string::npos);
    BOOST_TEST(other.surroundings.seen.empty());
    BOOST_TEST(other.surroundings.waits.empty());
}

BOOST_AUTO_TEST_CASE(another_member_is_asked_instead) {
    HeldStage stage({.members = {"https://east.managedhsm.azure.net", "https://west.managedhsm.azure.net"}});
    stage.refuse("6");
    REQUIRE_OK(stage.call(sign_call));
    REQUIRE_OK(stage.call(sign_call));
    const std::vector<std::string> expected = {"east.managedhsm.azure.net", "west.managedhsm.azure.net",
                                               "west.managedhsm.azure.net"};
    BOOST_TEST(stage.asked() == expected, boost::test_tools::per_element());
    BOOST_TEST((stage.surroundings.elapsed() < 1s));
}

BOOST_AUTO_TEST_CASE(a_volley_comes_after_those_who_wait) {
    HeldStage stage, other;
    other.pool.hold_off = std::make_unique<HoldOff>(stage.path, other.pool.members.names());
    stage.refuse("6");
    REQUIRE_OK(stage.call(sign_call));
    const std::vector<pipeline::Call> calls(3, sign_call);
    for (const auto& result : pipeline::Volley(other.pool, calls).run()) CHECK_OK(result);
    BOOST_REQUIRE_EQUAL(other.surroundings.volleys.size(), 1U);
    BOOST_TEST((other.surroundings.seen.front().when > 6150ms));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::test
