// Many calls at once: one attempt of each together, and what is no success again by itself.
#include "pipeline/volley.hpp"

#include <unistd.h>

#include <set>

#include "stage.hpp"

namespace kvp11::test {
namespace {

using Sizes = std::vector<std::size_t>;
using Results = std::vector<Result<Answer>>;

/// Calls for /keys/0, /keys/1 and so on, which are answered with their target.
struct Many {
    explicit Many(std::size_t count, pipeline::Call like = {}) : paths(count), calls(count, like) {
        for (std::size_t i = 0; i < count; ++i) {
            paths[i] = "/keys/" + std::to_string(i);
            calls[i].path = paths[i];
        }
    }
    Results run(Stage& stage) const { return pipeline::Volley(stage.pool, calls).run(); }
    std::vector<std::string> paths;
    std::vector<pipeline::Call> calls;
};

struct EchoingStage : Stage {
    EchoingStage() {
        surroundings.otherwise = [](const Seen& seen) -> Outcome { return answer(200, seen.target); };
    }
    /// The one request that this is about, the first time.
    void fail_once(const std::string& path, std::function<Outcome()> reply) {
        surroundings.otherwise = [=, this](const Seen& seen) -> Outcome {
            if (has_failed || seen.target != path + "?api-version=7.6") return answer(200, seen.target);
            has_failed = true;
            return reply();
        };
    }
    bool has_failed = false;
};

void check_all(const Results& results) {
    for (std::size_t i = 0; i < results.size(); ++i) {
        CHECK_OK(results[i]);
        if (results[i].ok()) BOOST_TEST(results[i]->expose_body() == "/keys/" + std::to_string(i) + "?api-version=7.6");
    }
}

std::string client_id(const Seen& seen) {
    const std::string name = "x-ms-client-request-id: ";
    return seen.head.substr(seen.head.find(name) + name.size(), 36);
}

BOOST_AUTO_TEST_SUITE(volleys)

BOOST_AUTO_TEST_CASE(many_calls_are_one_volley_with_one_token_and_an_id_each) {
    EchoingStage stage;
    const Results results = Many(20).run(stage);
    BOOST_TEST(results.size() == 20U);
    check_all(results);
    BOOST_TEST(stage.surroundings.volleys == Sizes{20});
    BOOST_TEST(stage.surroundings.seen.size() == 20U);
    BOOST_TEST(stage.book->requests.size() == 1U);
    std::set<std::string> ids;
    for (const Seen& seen : stage.surroundings.seen) {
        ids.insert(client_id(seen));
        BOOST_TEST(seen.head.find("Authorization: Bearer token-1\r\n") != std::string::npos);
    }
    BOOST_TEST(ids.size() == 20U);
}

BOOST_AUTO_TEST_CASE(none_and_one_are_no_volley) {
    EchoingStage stage;
    BOOST_TEST(Many(0).run(stage).empty());
    check_all(Many(1).run(stage));
    BOOST_TEST(stage.surroundings.volleys.empty());
    BOOST_TEST(stage.surroundings.seen.size() == 1U);
}

BOOST_AUTO_TEST_CASE(calls_that_may_not_be_done_twice_go_one_by_one) {
    EchoingStage stage;
    check_all(Many(3, {.repeat = pipeline::Repeat::Once}).run(stage));
    BOOST_TEST(stage.surroundings.volleys.empty());
}

BOOST_AUTO_TEST_CASE(one_that_is_no_success_is_done_again_alone) {
    const std::vector<std::function<Outcome()>> failures = {
        [] { return service_error(503, "ServerBusy"); },
        [] { return service_error(500, "InternalError"); },
        [] {
            return service_error(429, "Throttled", "slowly", {{"Retry-After", "1"}});
        },
        [] { return trouble(Trouble::Kind::Closed, true); },
        [] { return trouble(Trouble::Kind::Connect, false); },
    };
    for (const auto& failure : failures) {
        EchoingStage stage;
        stage.fail_once("/keys/7", failure);
        check_all(Many(20).run(stage));
        BOOST_TEST(stage.surroundings.volleys == Sizes{20});
        BOOST_REQUIRE_EQUAL(stage.surroundings.seen.size(), 21U);
        BOOST_TEST(stage.surroundings.seen.back().target == "/keys/7?api-version=7.6");
    }
}

BOOST_AUTO_TEST_CASE(a_key_that_is_not_there_is_that_calls_own_error) {
    EchoingStage stage;
    stage.surroundings.otherwise = [](const Seen& seen) -> Outcome {
        if (seen.target.starts_with("/keys/3?")) return service_error(404, "KeyNotFound");
        return answer(200, seen.target);
    };
    const Results results = Many(10).run(stage);
    for (std::size_t i = 0; i < results.size(); ++i) BOOST_TEST(results[i].ok() == (i != 3));
    CHECK_FAILS(results[3], Errc::KeyNotFound);
    BOOST_TEST(stage.surroundings.seen.size() == 11U);
}

BOOST_AUTO_TEST_CASE(a_token_that_is_not_taken_is_renewed_once_for_all) {
    EchoingStage stage;
    stage.surroundings.otherwise = [](const Seen& seen) -> Outcome {
        const bool is_old = seen.head.find("Bearer token-1\r\n") != std::string::npos;
        if (!is_old) return answer(200, seen.target);
        return challenge(R"(authorization="https://login.microsoftonline.com/t", )"
                         R"(resource="https://managedhsm.azure.net")");
    };
    check_all(Many(10).run(stage));
    BOOST_TEST(stage.book->requests.size() == 2U);
    check_all(Many(10).run(stage));
    BOOST_TEST(stage.surroundings.volleys == (Sizes{10, 10}));
    BOOST_TEST(stage.surroundings.seen.size() == 10U + 11U + 10U);
}

BOOST_AUTO_TEST_CASE(the_service_is_asked_first_which_token_it_wants) {
    StageSettings settings;
    settings.resource.clear();
    Stage stage(settings);
    stage.surroundings.play([](const Seen&) {
        return challenge(R"(authorization="https://login.microsoftonline.com/t", )"
                         R"(resource="https://managedhsm.azure.net")");
    });
    for (const auto& result : Many(10).run(stage)) CHECK_OK(result);
    BOOST_TEST(stage.surroundings.volleys == Sizes{10});
    BOOST_TEST(stage.surroundings.seen.size() == 11U);
}

BOOST_AUTO_TEST_CASE(where_nobody_answers_one_call_speaks_for_all) {
    Stage stage;
    stage.surroundings.otherwise = [](const Seen&) { return trouble(Trouble::Kind::Closed, true, "nobody is there"); };
    const Results results = Many(30).run(stage);
    for (const auto& result : results) CHECK_FAILS(result, Errc::DeviceError);
    BOOST_TEST(results[29].error().message == results[0].error().message);
    BOOST_TEST(stage.surroundings.seen.size() == 30U + 5U);  // five attempts of one call
}

BOOST_AUTO_TEST_CASE(without_a_token_nobody_is_asked) {
    Stage stage;
    stage.book->failures.assign(100, Error{Errc::ConfigurationInvalid, "no such file"});
    for (const auto& result : Many(30).run(stage)) CHECK_FAILS(result, Errc::ConfigurationInvalid);
    BOOST_TEST(stage.surroundings.seen.empty());
    BOOST_TEST(stage.book->requests.size() <= 2U);
}

BOOST_AUTO_TEST_CASE(an_answer_that_does_not_come_leaves_time_for_another_attempt) {
    EchoingStage stage;
    check_all(Many(2).run(stage));
    for (const Seen& seen : stage.surroundings.seen) BOOST_TEST(seen.limit.count() == 15'000);
}

BOOST_AUTO_TEST_CASE(where_there_are_other_members_a_slow_one_is_not_waited_for_so_long) {
    StageSettings settings;
    settings.members = {"https://one.managedhsm.azure.net", "https://two.managedhsm.azure.net"};
    Stage stage(settings);
    stage.surroundings.otherwise = [](const Seen& seen) -> Outcome {
        if (seen.host.starts_with("one")) return trouble(Trouble::Kind::Deadline, true);
        return answer(200, "{}");
    };
    for (const auto& result : Many(2).run(stage)) CHECK_OK(result);
    BOOST_TEST(stage.surroundings.seen.front().limit.count() == 4'000);
    BOOST_TEST(stage.asked().back() == "two.managedhsm.azure.net");
}

BOOST_AUTO_TEST_CASE(each_call_counts_for_the_pace) {
    std::string path = "/tmp/kvp11-volley-XXXXXX";
    const int file = mkstemp(path.data());
    BOOST_REQUIRE(file >= 0);
    close(file);
    EchoingStage stage;
    stage.pool.pacer = std::make_unique<pipeline::Pacer>(path, "contoso", 0.1);  // 200 in ten seconds, 20 at once
    stage.surroundings.takes = 0ms;
    Many many(64);
    std::size_t count = 0;
    while (stage.surroundings.elapsed() < 10s) {
        check_all(many.run(stage));
        count += 64;
    }
    BOOST_TEST(count <= 200U + 64U);  // the last ones ended the ten seconds
    BOOST_TEST(count >= 180U);
    BOOST_TEST(stage.surroundings.volleys.front() <= 20U);
    BOOST_TEST(stage.surroundings.volleys.front() >= 19U);  // the pacer rounds to our disadvantage
    BOOST_TEST(stage.surroundings.seen.size() == count);
    unlink(path.c_str());
}

BOOST_AUTO_TEST_CASE(a_volley_is_a_line_for_those_who_look_for_a_fault) {
    const LoggedLines log(log::Level::Debug);
    EchoingStage stage;
    stage.fail_once("/keys/2", [] { return service_error(404, "KeyNotFound"); });
    check_all(Many(5).run(stage));
    BOOST_REQUIRE_EQUAL(log.lines().size(), 2U);
    BOOST_TEST(log.lines()[0] == "debug: 5 calls at once at contoso.managedhsm.azure.net, the first GET /keys/0: 4 "
                                 "successes");
    BOOST_TEST(log.lines()[1].starts_with("debug: GET /keys/2 at contoso.managedhsm.azure.net, attempt 1: 200"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::test
