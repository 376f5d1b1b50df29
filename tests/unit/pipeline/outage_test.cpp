// A service that does not answer at all: who waits, who is told at once, and how it is noticed that it is back.
#include "stage.hpp"

namespace kvp11::test {
namespace {

Outcome refused(const Seen& /*seen*/) { return trouble(Trouble::Kind::Connect, false, "connection refused"); }

struct Outage : Stage {
    Outage() { surroundings.otherwise = refused; }
    /// Calls until the breaker is open.
    void last() {
        for (int i = 0; i < 10 && !pool.breaker.is_open(); ++i) (void)call(sign_call);
        BOOST_REQUIRE(pool.breaker.is_open());
    }
};

BOOST_AUTO_TEST_SUITE(outages)

BOOST_AUTO_TEST_CASE(an_outage_that_lasts_is_told_at_once) {
    Outage stage;
    const auto first = stage.call(sign_call);
    CHECK_FAILS(first, Errc::DeviceRemoved);
    BOOST_TEST((stage.surroundings.elapsed() >= 10s && stage.surroundings.elapsed() < 20s));
    const auto asked = stage.surroundings.seen.size();
    const auto begin = stage.surroundings.elapsed();
    for (int i = 0; i < 1000; ++i) CHECK_FAILS(stage.call(sign_call), Errc::DeviceRemoved);
    BOOST_TEST((stage.surroundings.elapsed() == begin));
    BOOST_TEST(stage.surroundings.seen.size() == asked);
    const auto got = stage.call(sign_call);
    BOOST_TEST(got.error().message.starts_with(
        "the service contoso.managedhsm.azure.net does not answer, and is asked again in "));
    BOOST_TEST(got.error().message.ends_with("connection refused"));
}

BOOST_AUTO_TEST_CASE(one_call_asks_again_and_no_more) {
    Outage stage;
    stage.last();
    const auto asked = stage.surroundings.seen.size();
    stage.surroundings.pass(1s);
    CHECK_FAILS(stage.call(sign_call), Errc::DeviceRemoved);
    BOOST_TEST(stage.surroundings.seen.size() == asked + 1);
    CHECK_FAILS(stage.call(create_call), Errc::DeviceRemoved);
    BOOST_TEST(stage.surroundings.seen.size() == asked + 1);
    stage.surroundings.pass(2s);
    stage.surroundings.otherwise = [](const Seen&) { return answer(200); };
    REQUIRE_OK(stage.call(create_call));
    REQUIRE_OK(stage.call(sign_call));
    BOOST_TEST(!stage.pool.breaker.is_open());
}

BOOST_AUTO_TEST_CASE(an_answer_of_any_kind_ends_it) {
    Outage stage;
    stage.last();
    stage.surroundings.pass(1s);
    stage.surroundings.otherwise = [](const Seen&) { return service_error(403, "Forbidden"); };
    CHECK_FAILS(stage.call(sign_call), Errc::AccessDenied);
    BOOST_TEST(!stage.pool.breaker.is_open());
}

BOOST_AUTO_TEST_CASE(refusals_are_no_outage) {
    for (const unsigned status : {400U, 401U, 403U, 404U, 409U, 429U}) {
        Stage stage;
        stage.surroundings.otherwise = [&](const Seen&) { return service_error(status, "Code"); };
        for (int i = 0; i < 20; ++i) (void)stage.call(sign_call);
        BOOST_TEST(!stage.pool.breaker.is_open());
    }
}

BOOST_AUTO_TEST_CASE(a_caller_in_haste_proves_nothing) {
    Stage stage;
    stage.surroundings.otherwise = [&](const Seen& seen) {
        stage.surroundings.pass(seen.limit);
        return trouble(Trouble::Kind::Deadline, true);
    };
    for (int i = 0; i < 1000; ++i) CHECK_FAILS(stage.call(sign_call, 50ms), Errc::DeviceError);
    BOOST_TEST(!stage.pool.breaker.is_open());
}

BOOST_AUTO_TEST_CASE(beginning_and_end_are_one_line_each) {
    const LoggedLines log(log::Level::Info);
    Outage stage;
    stage.last();
    for (int i = 0; i < 100; ++i) (void)stage.call(sign_call);
    stage.surroundings.pass(1s);
    stage.surroundings.otherwise = [](const Seen&) { return answer(200); };
    for (int i = 0; i < 100; ++i) REQUIRE_OK(stage.call(sign_call));
    const auto lines = log.lines();
    BOOST_REQUIRE_EQUAL(lines.size(), 2U);
    BOOST_TEST(lines[0] == "error: the service contoso.managedhsm.azure.net has not answered for a while: connection "
                           "refused; calls fail at once until it does");
    BOOST_TEST(lines[1] == "warn: the service contoso.managedhsm.azure.net answers again");
}

BOOST_AUTO_TEST_CASE(with_all_members_away_none_is_asked) {
    StageSettings settings;
    settings.members = {"https://a.managedhsm.azure.net", "https://b.managedhsm.azure.net"};
    Stage stage(settings);
    stage.surroundings.otherwise = refused;
    for (int i = 0; i < 10 && !stage.pool.breaker.is_open(); ++i) (void)stage.call(sign_call);
    const auto asked = stage.surroundings.seen.size();
    CHECK_FAILS(stage.call(sign_call), Errc::DeviceRemoved);
    BOOST_TEST(stage.surroundings.seen.size() == asked);
    stage.surroundings.pass(1s);
    stage.surroundings.otherwise = [](const Seen&) { return answer(200); };
    CHECK_OK(stage.call(sign_call));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::test
