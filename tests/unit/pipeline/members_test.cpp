// Several members of one pool: who is asked, who is asked instead, and what becomes of those that were ill.
#include "stage.hpp"

namespace kvp11::test {
namespace {

using pipeline::Members;
using Names = std::vector<std::string>;

constexpr auto Connect = Trouble::Kind::Connect;
constexpr auto Closed = Trouble::Kind::Closed;

StageSettings several(int count) {
    StageSettings settings;
    settings.members.clear();
    for (int i = 0; i < count; ++i) {
        settings.members.push_back("https://" + std::string(1, static_cast<char>('a' + i)) + ".managedhsm.azure.net");
    }
    return settings;
}

std::string name_of(const Seen& seen) { return seen.host.substr(0, 1); }

Names names(const Stage& stage, std::size_t from = 0) {
    Names all;
    for (std::size_t i = from; i < stage.surroundings.seen.size(); ++i)
        all.push_back(name_of(stage.surroundings.seen[i]));
    return all;
}

#define CHECK_NAMES(got, ...)                                                                                          \
    do {                                                                                                               \
        const Names is = (got), wanted{__VA_ARGS__};                                                                   \
        BOOST_CHECK_EQUAL_COLLECTIONS(is.begin(), is.end(), wanted.begin(), wanted.end());                             \
    } while (false)

BOOST_AUTO_TEST_SUITE(members)

BOOST_AUTO_TEST_CASE(the_first_one_is_preferred) {
    Stage stage(several(3));
    for (int i = 0; i < 5; ++i) REQUIRE_OK(stage.call(sign_call));
    CHECK_NAMES(names(stage), "a", "a", "a", "a", "a");
}

BOOST_AUTO_TEST_CASE(the_next_one_is_asked_at_once_when_one_fails) {
    for (const bool once : {false, true}) {
        for (const int count : {2, 3}) {
            Stage stage(several(count));
            stage.surroundings.otherwise = [&](const Seen& seen) -> Outcome {
                if (name_of(seen) != std::string(1, static_cast<char>('a' + count - 1))) return trouble(Connect, false);
                return answer(200);
            };
            REQUIRE_OK(stage.call(once ? create_call : sign_call));
            BOOST_TEST(stage.surroundings.waits.empty());
            BOOST_TEST(stage.surroundings.seen.size() == static_cast<std::size_t>(count));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_call_that_may_have_been_done_is_not_made_elsewhere) {
    for (const auto& outcome : {trouble(Closed, true), trouble(Trouble::Kind::Deadline, true)}) {
        Stage stage(several(3));
        stage.surroundings.otherwise = [&](const Seen&) { return Outcome(std::get<Trouble>(outcome)); };
        CHECK_FAILS(stage.call(create_call), Errc::DeviceError);
        CHECK_NAMES(names(stage), "a");
        stage.surroundings.play([&](const Seen&) { return Outcome(std::get<Trouble>(outcome)); });
        stage.surroundings.play(200);
        CHECK_OK(stage.call(sign_call));
        CHECK_NAMES(names(stage, 1), "a", "b");
    }
}

BOOST_AUTO_TEST_CASE(failures_of_a_gateway_are_no_reason_to_create_twice) {
    for (const unsigned status : {500U, 502U, 504U, 408U}) {
        Stage stage(several(2));
        stage.surroundings.otherwise = [&](const Seen&) { return answer(status); };
        CHECK_FAILS(stage.call(create_call), Errc::DeviceError);
        CHECK_NAMES(names(stage), "a");
    }
}

BOOST_AUTO_TEST_CASE(a_member_that_is_ill_is_left_alone_and_tried_again_by_one_call) {
    const LoggedLines log(log::Level::Warn);
    Stage stage(several(2));
    bool is_ill = true;
    stage.surroundings.otherwise = [&](const Seen& seen) -> Outcome {
        if (is_ill && name_of(seen) == "a") return trouble(Connect, false, "refused");
        return answer(200);
    };
    for (int i = 0; i < 3; ++i) REQUIRE_OK(stage.call(sign_call));
    CHECK_NAMES(names(stage), "a", "b", "a", "b", "a", "b");
    REQUIRE_OK(stage.call(sign_call));
    CHECK_NAMES(names(stage, 6), "b");
    BOOST_TEST(!stage.pool.members.status()[0].healthy);
    BOOST_TEST(stage.pool.members.status()[0].last_trouble == "refused");
    BOOST_TEST(stage.pool.members.status()[1].healthy);

    stage.surroundings.pass(1s);
    REQUIRE_OK(stage.call(create_call));  // is not risked
    REQUIRE_OK(stage.call(sign_call));
    REQUIRE_OK(stage.call(sign_call));
    CHECK_NAMES(names(stage, 7), "b", "a", "b", "b");

    is_ill = false;
    stage.surroundings.pass(2s);
    REQUIRE_OK(stage.call(sign_call));
    REQUIRE_OK(stage.call(create_call));
    CHECK_NAMES(names(stage, 11), "a", "a");
    BOOST_TEST(stage.pool.members.status()[0].healthy);

    BOOST_REQUIRE_EQUAL(log.lines().size(), 2U);
    BOOST_TEST(log.lines()[0] == "warn: the member a.managedhsm.azure.net is not asked for a while: refused");
    BOOST_TEST(log.lines()[1] == "warn: the member a.managedhsm.azure.net answers again");
}

BOOST_AUTO_TEST_CASE(a_trial_is_short_and_its_failure_is_not_the_callers) {
    Stage stage(several(2));
    for (int i = 0; i < 3; ++i) {
        stage.surroundings.play([](const Seen&) { return trouble(Connect, false); });
        stage.surroundings.play(200);
        REQUIRE_OK(stage.call(sign_call));
    }
    stage.surroundings.pass(1s);
    stage.surroundings.play(404);  // not yet replicated there
    stage.surroundings.play([](const Seen&) { return answer(200, "from b"); });
    const auto got = stage.call(sign_call);
    REQUIRE_OK(got);
    BOOST_TEST(got->expose_body() == "from b");
    CHECK_NAMES(names(stage, 6), "a", "b");
    BOOST_TEST(stage.surroundings.seen[6].limit.count() == 1000);
}

BOOST_AUTO_TEST_CASE(a_member_that_was_not_asked_for_long_is_measured_and_a_faster_one_is_preferred) {
    Stage stage(several(2));
    stage.surroundings.otherwise = [&](const Seen& seen) {
        stage.surroundings.pass(name_of(seen) == "a" ? 80ms : 10ms);
        return answer(200);
    };
    for (int i = 0; i < 3; ++i) REQUIRE_OK(stage.call(sign_call));
    CHECK_NAMES(names(stage), "a", "a", "a");
    stage.surroundings.pass(31s);
    for (int i = 0; i < 4; ++i) REQUIRE_OK(stage.call(sign_call));
    CHECK_NAMES(names(stage, 3), "b", "a", "b", "b");  // the first one was not asked for as long
    const auto status = stage.pool.members.status();
    BOOST_TEST(status[0].latency.count() == 85'000);
    BOOST_TEST(status[1].latency.count() == 15'000);
}

BOOST_AUTO_TEST_CASE(a_member_that_is_about_as_fast_is_not_preferred) {
    Stage stage(several(2));
    stage.surroundings.otherwise = [&](const Seen& seen) {
        stage.surroundings.pass(name_of(seen) == "a" ? 20ms : 15ms);
        return answer(200);
    };
    for (int i = 0; i < 2; ++i) REQUIRE_OK(stage.call(sign_call));
    stage.surroundings.pass(31s);
    for (int i = 0; i < 3; ++i) REQUIRE_OK(stage.call(sign_call));
    CHECK_NAMES(names(stage, 2), "b", "a", "a");
}

BOOST_AUTO_TEST_CASE(a_member_that_says_nothing_is_given_up_in_time_for_another_one) {
    Stage stage(several(2));
    REQUIRE_OK(stage.call(sign_call));
    stage.surroundings.play([&](const Seen& seen) {
        stage.surroundings.pass(seen.limit);
        return trouble(Trouble::Kind::Deadline, true);
    });
    REQUIRE_OK(stage.call(sign_call));
    CHECK_NAMES(names(stage, 1), "a", "b");
    BOOST_TEST(stage.surroundings.seen[1].limit.count() == 2000);
}

BOOST_AUTO_TEST_CASE(a_retry_after_is_the_members_own) {
    Stage stage(several(2));
    stage.surroundings.play([](const Seen&) { return service_error(429, "Throttled", "", {{"Retry-After", "7"}}); });
    stage.surroundings.play([](const Seen&) { return service_error(429, "Throttled", "", {{"Retry-After", "3"}}); });
    stage.surroundings.chance_of_now = 0;
    REQUIRE_OK(stage.call(sign_call));
    CHECK_NAMES(names(stage), "a", "b", "b");
    BOOST_REQUIRE_EQUAL(stage.surroundings.waits.size(), 1U);
    BOOST_TEST(stage.surroundings.waits[0].count() == 3000);
}

BOOST_AUTO_TEST_CASE(members_are_called_by_host_and_a_special_port) {
    StageSettings settings;
    settings.members = {"https://a.managedhsm.azure.net", "https://a.managedhsm.azure.net:8443"};
    const Stage stage(settings);
    BOOST_TEST(stage.pool.members.name(0) == "a.managedhsm.azure.net");
    BOOST_TEST(stage.pool.members.name(1) == "a.managedhsm.azure.net:8443");
}

BOOST_AUTO_TEST_CASE(urls_are_hosts_over_tls) {
    CHECK_OK(Members::parse({"https://contoso.managedhsm.azure.net", "https://[::1]:8443/"}));
    const std::vector<Names> bad = {{},
                                    {""},
                                    {"contoso.managedhsm.azure.net"},
                                    {"http://contoso.managedhsm.azure.net"},
                                    {"https://contoso.managedhsm.azure.net/keys"},
                                    {"https://good.net", "ftp://x"},
                                    Names(17, "https://a.b")};
    for (const Names& urls : bad) CHECK_FAILS(Members::parse(urls), Errc::ConfigurationInvalid);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::test
