#include "pipeline/breaker.hpp"

#include <boost/test/unit_test.hpp>

namespace kvp11::pipeline {
namespace {

using namespace std::chrono_literals;

struct Fixture {
    /// As a call does: asks, and is troubled. True: it was opened by this.
    bool fail_once() {
        const Passage passage = breaker.ask(now);
        BOOST_REQUIRE((passage != Passage::Refused));
        return breaker.troubled(now, passage == Passage::Probe);
    }
    Breaker breaker;
    Clock::time_point now = Clock::time_point(1h);
};

BOOST_FIXTURE_TEST_SUITE(breakers, Fixture)

BOOST_AUTO_TEST_CASE(opens_after_three_troubles_in_a_row) {
    BOOST_TEST(!fail_once());
    BOOST_TEST(!fail_once());
    BOOST_TEST(!breaker.succeeded());
    BOOST_TEST(!fail_once());
    BOOST_TEST(!fail_once());
    BOOST_TEST(fail_once());
    BOOST_TEST(breaker.is_open());
    BOOST_TEST((breaker.ask(now) == Passage::Refused));
    BOOST_TEST(breaker.open_for(now).count() == 1000);
}

BOOST_AUTO_TEST_CASE(one_call_at_a_time_may_try) {
    for (int i = 0; i < 3; ++i) fail_once();
    now += 999ms;
    BOOST_TEST(!breaker.wants_probe(now));
    now += 1ms;
    BOOST_TEST(breaker.wants_probe(now));
    BOOST_TEST((breaker.ask(now) == Passage::Probe));
    BOOST_TEST((breaker.ask(now) == Passage::Refused));
    // The first one never came back: after a while another may.
    now += 1s;
    BOOST_TEST((breaker.ask(now) == Passage::Probe));
}

BOOST_AUTO_TEST_CASE(a_success_closes_it_and_only_the_first_one_says_so) {
    for (int i = 0; i < 3; ++i) fail_once();
    now += 1s;
    BOOST_TEST((breaker.ask(now) == Passage::Probe));
    BOOST_TEST(breaker.succeeded());
    BOOST_TEST(!breaker.succeeded());
    BOOST_TEST(!breaker.is_open());
    BOOST_TEST((breaker.ask(now) == Passage::Free));
}

BOOST_AUTO_TEST_CASE(stays_open_longer_each_time_up_to_half_a_minute) {
    for (int i = 0; i < 3; ++i) fail_once();
    for (const auto pause : {1s, 2s, 4s, 8s, 16s, 30s, 30s}) {
        BOOST_TEST(breaker.open_for(now).count() == std::chrono::milliseconds(pause).count());
        now += pause;
        BOOST_TEST(!fail_once());
    }
    now += 30s;
    BOOST_TEST((breaker.ask(now) == Passage::Probe));
    BOOST_TEST(breaker.succeeded());
    for (int i = 0; i < 3; ++i) fail_once();
    BOOST_TEST(breaker.open_for(now).count() == 1000);
}

BOOST_AUTO_TEST_CASE(late_troubles_do_not_prolong_it) {
    for (int i = 0; i < 3; ++i) fail_once();
    now += 500ms;
    BOOST_TEST(!breaker.troubled(now, false));
    BOOST_TEST(breaker.open_for(now).count() == 500);
}

BOOST_AUTO_TEST_CASE(waits_for_an_outage_that_lasts_when_told_so) {
    Breaker patient({.troubles = 5, .quiet = 10s});
    for (int i = 0; i < 99; ++i) {
        BOOST_TEST(!patient.troubled(now, false));
        now += 100ms;
    }
    now += 100ms;
    BOOST_TEST(patient.troubled(now, false));
}

BOOST_AUTO_TEST_CASE(troubles_of_long_ago_say_nothing) {
    Breaker patient({.troubles = 3, .quiet = 10s});
    patient.troubled(now, false);
    patient.troubled(now, false);
    now += 2h;
    BOOST_TEST(!patient.troubled(now, false));
    now += 1s;
    BOOST_TEST(!patient.troubled(now, false));
    BOOST_TEST(!patient.troubled(now, false));
    now += 10s;
    BOOST_TEST(patient.troubled(now, false));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::pipeline
