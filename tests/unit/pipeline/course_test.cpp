// One call on a wire that plays answers: what is asked, what is repeated and when, and what the caller is told.
#include <boost/test/data/test_case.hpp>

#include "stage.hpp"

namespace kvp11::test {
namespace {

using pipeline::Repeat;

constexpr auto Connect = Trouble::Kind::Connect;
constexpr auto Closed = Trouble::Kind::Closed;

BOOST_AUTO_TEST_SUITE(courses)

BOOST_AUTO_TEST_CASE(a_call_is_one_request_with_all_that_the_service_wants) {
    Stage stage;
    const auto got = stage.call(sign_call);
    REQUIRE_OK(got);
    BOOST_TEST(got->expose_body() == "{}");
    BOOST_REQUIRE_EQUAL(stage.surroundings.seen.size(), 1U);
    const Seen& seen = stage.surroundings.seen[0];
    BOOST_TEST(seen.host == "contoso.managedhsm.azure.net");
    BOOST_TEST(seen.method == "POST");
    BOOST_TEST(seen.target == "/keys/web/0123456789abcdef0123456789abcdef/sign?api-version=7.6");
    BOOST_TEST(seen.body == sign_call.body);
    for (const char* line : {"Authorization: Bearer token-1\r\n", "Accept: application/json\r\n",
                             "Content-Type: application/json\r\n", "User-Agent: kvp11/", "x-ms-client-request-id: "}) {
        BOOST_TEST(seen.head.find(line) != std::string::npos);
    }
    BOOST_TEST(seen.head.ends_with("\r\n"));
    BOOST_TEST(seen.head.find("\r\n\r\n") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(many_calls_have_one_token) {
    Stage stage;
    for (int i = 0; i < 10; ++i) REQUIRE_OK(stage.call(sign_call));
    BOOST_TEST(stage.book->requests.size() == 1U);
    BOOST_TEST(stage.book->requests[0].resource == "https://managedhsm.azure.net");
}

std::string client_id(const Seen& seen) {
    const std::string name = "x-ms-client-request-id: ";
    return seen.head.substr(seen.head.find(name) + name.size(), 36);
}

BOOST_AUTO_TEST_CASE(retries_of_a_call_have_its_id_and_other_calls_have_others) {
    Stage stage;
    stage.surroundings.play(503);
    REQUIRE_OK(stage.call(sign_call));
    REQUIRE_OK(stage.call(sign_call));
    const auto& seen = stage.surroundings.seen;
    BOOST_REQUIRE_EQUAL(seen.size(), 3U);
    BOOST_TEST(client_id(seen[0]) == client_id(seen[1]));
    BOOST_TEST(client_id(seen[0]) != client_id(seen[2]));
}

struct Repetition {
    const char* what;
    std::function<Outcome()> first;
    bool safe_is_repeated;
    bool once_is_repeated;
};
std::ostream& operator<<(std::ostream& out, const Repetition& one) { return out << one.what; }

const Repetition repetitions[] = {
    {"408", [] { return service_error(408, "Timeout"); }, true, false},
    {"429", [] { return service_error(429, "Throttled"); }, true, true},
    {"500", [] { return service_error(500, "InternalServerError"); }, true, false},
    {"502", [] { return answer(502, "<html>"); }, true, false},
    {"503 of the service", [] { return service_error(503, "ServiceUnavailable"); }, true, true},
    {"503 of a gateway", [] { return answer(503, "<html>"); }, true, false},
    {"504", [] { return answer(504, ""); }, true, false},
    {"400", [] { return service_error(400, "BadParameter"); }, false, false},
    {"403", [] { return service_error(403, "Forbidden"); }, false, false},
    {"404", [] { return service_error(404, "KeyNotFound"); }, false, false},
    {"409", [] { return service_error(409, "Conflict"); }, false, false},
    {"refused", [] { return trouble(Connect, false); }, true, true},
    {"closed before it was sent", [] { return trouble(Closed, false); }, true, true},
    {"closed after it was sent", [] { return trouble(Closed, true); }, true, false},
    {"no answer in time", [] { return trouble(Trouble::Kind::Deadline, true); }, true, false},
    {"no HTTP", [] { return trouble(Trouble::Kind::Protocol, true); }, true, false},
    {"no trust", [] { return trouble(Trouble::Kind::Tls, false); }, true, true},
    {"our own mistake", [] { return trouble(Trouble::Kind::Setup, false); }, false, false},
};

BOOST_DATA_TEST_CASE(a_call_is_repeated_where_that_is_safe, boost::unit_test::data::make(repetitions), one) {
    for (const auto& call : {sign_call, create_call}) {
        Stage stage;
        stage.surroundings.play([&](const Seen&) { return one.first(); });
        const bool is_repeated = call.repeat == Repeat::Safe ? one.safe_is_repeated : one.once_is_repeated;
        const auto got = stage.call(call);
        BOOST_TEST(got.ok() == is_repeated);
        BOOST_TEST(stage.surroundings.seen.size() == (is_repeated ? 2U : 1U));
    }
}

BOOST_AUTO_TEST_CASE(what_may_have_been_done_says_so) {
    Stage stage;
    stage.surroundings.play([](const Seen&) { return trouble(Closed, true, "the connection ended"); });
    const auto got = stage.call(create_call);
    CHECK_FAILS(got, Errc::DeviceError);
    BOOST_TEST(got.error().message ==
               "no answer from contoso.managedhsm.azure.net: the connection ended; it may have been done all the same");
}

struct Pause {
    std::vector<transport::Header> headers;
    std::chrono::milliseconds least;
    std::chrono::milliseconds most;
};
std::ostream& operator<<(std::ostream& out, const Pause& pause) {
    return out << (pause.headers.empty() ? "none" : pause.headers[0].name + ": " + pause.headers[0].value);
}
const Pause pauses[] = {
    {{}, 0ms, 200ms},
    {{{"Retry-After", "3"}}, 3s, 3200ms},
    {{{"Retry-After", "Sun, 22 Nov 2026 00:00:09 GMT"}}, 8900ms, 9200ms},
    {{{"x-ms-retry-after-ms", "1234"}}, 1234ms, 1434ms},
    {{{"Retry-After", "nonsense"}}, 0ms, 200ms},
};

BOOST_DATA_TEST_CASE(a_pause_is_as_long_as_the_service_wants, boost::unit_test::data::make(pauses), pause) {
    for (const double chance : {0.0, 0.5, 0.999}) {
        Stage stage;
        stage.surroundings.chance_of_now = chance;
        stage.surroundings.play([&](const Seen&) { return service_error(429, "Throttled", "slow", pause.headers); });
        REQUIRE_OK(stage.call(sign_call));
        const auto waited = stage.surroundings.seen[1].when - stage.surroundings.takes;
        BOOST_TEST((waited >= pause.least && waited <= pause.most));
    }
}

BOOST_AUTO_TEST_CASE(a_service_that_always_says_at_once_is_not_asked_more_and_more) {
    Stage stage;
    stage.surroundings.otherwise = [](const Seen&) {
        return service_error(429, "Throttled", "", {{"Retry-After", "0"}});
    };
    CHECK_FAILS(stage.call(sign_call), Errc::DeviceError);
    BOOST_TEST(stage.surroundings.seen.size() < 40U);
}

BOOST_AUTO_TEST_CASE(a_pause_beyond_the_deadline_is_not_begun) {
    Stage stage;
    stage.surroundings.play([](const Seen&) {
        return service_error(429, "Throttled", "slow down", {{"Retry-After", "10"}});
    });
    const auto got = stage.call(sign_call, 5s);
    CHECK_FAILS(got, Errc::DeviceError);
    BOOST_TEST(got.error().message.find("429 Throttled, 'slow down'") != std::string::npos);
    BOOST_TEST(stage.surroundings.waits.empty());
    BOOST_TEST(stage.surroundings.seen.size() == 1U);
}

BOOST_AUTO_TEST_CASE(what_time_may_not_mend_has_five_attempts) {
    Stage stage;
    stage.surroundings.otherwise = [](const Seen&) { return service_error(500, "InternalServerError", "broken"); };
    const auto got = stage.call(sign_call);
    CHECK_FAILS(got, Errc::DeviceError);
    BOOST_TEST(got.error().message.find("'broken'") != std::string::npos);
    BOOST_TEST(stage.surroundings.seen.size() == 5U);
    BOOST_TEST((stage.surroundings.elapsed() < 5s));
}

// A server that starts anew, a vault whose ten seconds are used up: a retry within the deadline saves the call.
BOOST_AUTO_TEST_CASE(what_passes_is_waited_out) {
    for (const Repeat repeat : {Repeat::Safe, Repeat::Once}) {
        for (const bool refused : {true, false}) {
            Stage stage;
            stage.surroundings.otherwise = [&](const Seen& seen) -> Outcome {
                if (seen.when > 8s) return answer(200);
                return refused ? trouble(Connect, false) : Outcome(service_error(429, "Throttled"));
            };
            pipeline::Call call = create_call;
            call.repeat = repeat;
            CHECK_OK(stage.call(call));
            BOOST_TEST((stage.surroundings.elapsed() < 20s));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_server_that_is_back_is_found_within_a_second) {
    Stage stage;
    stage.surroundings.chance_of_now = 0.999;
    stage.surroundings.otherwise = [&](const Seen& seen) -> Outcome {
        return seen.when > 8s ? answer(200) : trouble(Connect, false);
    };
    REQUIRE_OK(stage.call(sign_call));
    BOOST_TEST((stage.surroundings.elapsed() < 9100ms));
}

BOOST_AUTO_TEST_CASE(the_deadline_is_the_earlier_one) {
    pipeline::RetrySettings retry;
    retry.total = 3s;
    Stage stage({.retry = retry});
    stage.surroundings.otherwise = [](const Seen&) { return service_error(429, "Throttled"); };
    CHECK_FAILS(stage.call(sign_call, 1h), Errc::DeviceError);
    BOOST_TEST((stage.surroundings.elapsed() <= 3s + 5ms));
    const auto begin = stage.surroundings.elapsed();
    CHECK_FAILS(stage.call(sign_call, 500ms), Errc::DeviceError);
    BOOST_TEST((stage.surroundings.elapsed() - begin <= 505ms));
}

BOOST_AUTO_TEST_CASE(a_deadline_that_is_over_asks_nobody) {
    Stage stage;
    const auto got = stage.call(sign_call, 0ms);
    CHECK_FAILS(got, Errc::DeviceError);
    BOOST_TEST(stage.surroundings.seen.empty());
}

BOOST_AUTO_TEST_CASE(an_attempt_leaves_time_for_another_one_where_that_is_safe) {
    Stage stage;
    REQUIRE_OK(stage.call(sign_call));
    REQUIRE_OK(stage.call(create_call));
    BOOST_TEST(stage.surroundings.seen[0].limit.count() == 15'000);
    BOOST_TEST(stage.surroundings.seen[1].limit.count() == 30'000);
    REQUIRE_OK(stage.call(sign_call, 600ms));
    BOOST_TEST(stage.surroundings.seen[2].limit.count() == 600);
}

BOOST_AUTO_TEST_CASE(a_redirect_is_not_followed) {
    Stage stage;
    stage.surroundings.play([](const Seen&) {
        return answer(302, "", {{"Location", "https://evil.com"}, {"x-ms-request-id", "1"}});
    });
    CHECK_FAILS(stage.call(sign_call), Errc::DeviceError);
    BOOST_TEST(stage.surroundings.seen.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::test
