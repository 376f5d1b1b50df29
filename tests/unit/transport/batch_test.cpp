// Many requests at once: which connections they take, and that each gets its own outcome.
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "workplace.hpp"

using namespace kvp11;
using namespace kvp11::test;
using std::chrono::milliseconds;

namespace {

using Outcomes = std::vector<Outcome>;

/// Requests for /0, /1 and so on. Checks nothing, so for threads too: what Boost.Test notes of checks has no lock.
Outcomes ask_many(Transport& transport, const Endpoint& endpoint, std::size_t count,
                  transport::Clock::time_point deadline = whenever()) {
    std::vector<std::string> targets(count);
    std::vector<Request> requests(count);
    for (std::size_t i = 0; i < count; ++i) {
        targets[i] = "/" + std::to_string(i);
        requests[i].target = targets[i];
    }
    return transport.exchange_many(endpoint, requests, deadline);
}

Outcomes get_many(Transport& transport, const Endpoint& endpoint, std::size_t count,
                  transport::Clock::time_point deadline = whenever()) {
    Outcomes outcomes = ask_many(transport, endpoint, count, deadline);
    BOOST_REQUIRE_EQUAL(outcomes.size(), count);
    return outcomes;
}

void check_all(const Outcomes& outcomes, const std::string& wanted) {
    for (const Outcome& outcome : outcomes) BOOST_TEST(summary(outcome) == wanted);
}

std::string target_of(const std::string& request) {
    const std::size_t begin = request.find(' ') + 1;
    return request.substr(begin, request.find(' ', begin) - begin);
}

std::string answer_with(const std::string& body, const std::string& lines = {}) {
    return "HTTP/1.1 200 OK\r\n" + lines + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// Answers each request with its target, but what `instead` takes into its own hands, which ends the connection.
RawServer::Script echo_but(const std::string& target, const std::function<void(Peer&)>& instead) {
    return [=](Peer& peer) {
        for (std::string request = peer.request(); !request.empty(); request = peer.request()) {
            if (target_of(request) == target) return instead(peer);
            peer.write(answer_with(target_of(request)));
        }
    };
}

/// All but the one at `odd` are echoes.
void check_one_odd(const Outcomes& outcomes, std::size_t odd, const std::string& wanted) {
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        BOOST_TEST(summary(outcomes[i]) == (i == odd ? wanted : "200 /" + std::to_string(i)));
    }
}

constexpr std::size_t at_once = 16;

}  // namespace

BOOST_AUTO_TEST_SUITE(batch)

BOOST_AUTO_TEST_CASE(each_request_gets_its_own_answer_over_few_connections) {
    Workplace place;
    for (const Endpoint& endpoint : {place.plain(), place.tls()}) {
        const auto transport = open_transport(place.settings());
        for (int round = 0; round < 3; ++round) {
            const Outcomes outcomes = get_many(*transport, endpoint, 300);
            for (std::size_t i = 0; i < outcomes.size(); ++i) {
                BOOST_TEST(told(outcomes[i]) == "200 GET /" + std::to_string(i) + " ");
            }
        }
        BOOST_TEST(transport->connections_made() == at_once);
        BOOST_TEST(transport->open_connections() == at_once);
        BOOST_TEST(told(get(*transport, endpoint)) == "200 GET / ");
        BOOST_TEST(transport->connections_made() == at_once);
    }
}

BOOST_AUTO_TEST_CASE(sixteen_are_on_their_way_at_once) {
    Workplace place;
    const auto transport = open_transport(place.settings());
    place.handler.hold();
    Outcomes outcomes;
    std::thread asking([&] { outcomes = ask_many(*transport, place.tls(), 100); });
    place.handler.wait_for_held(at_once);
    place.handler.let_go();
    asking.join();
    BOOST_TEST(outcomes.size() == 100U);
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        BOOST_TEST(told(outcomes[i]) == (i < at_once ? "200 held" : "200 GET /" + std::to_string(i) + " "));
    }
}

BOOST_AUTO_TEST_CASE(a_connection_is_made_only_where_there_is_enough_to_do_for_it) {
    Workplace place;
    for (const auto& [requests, connections] : std::vector<std::pair<std::size_t, std::size_t>>{
             {0, 0}, {1, 1}, {5, 1}, {6, 2}, {10, 2}, {11, 3}, {100, at_once}}) {
        const auto transport = open_transport(place.settings());
        get_many(*transport, place.plain(), requests);
        BOOST_TEST(transport->connections_made() == connections, requests << " requests");
    }
}

BOOST_AUTO_TEST_CASE(only_connections_that_are_free_are_taken) {
    Workplace place;
    TransportSettings settings = place.settings();
    settings.most_connections = 3;
    const auto transport = open_transport(settings);
    place.handler.hold();
    std::string anothers;
    std::thread another([&] { anothers = told(get(*transport, place.tls())); });
    place.handler.wait_for_held(1);
    Outcomes outcomes;
    std::thread asking([&] { outcomes = ask_many(*transport, place.tls(), 50); });
    place.handler.wait_for_held(3);
    place.handler.let_go();
    another.join();
    asking.join();
    BOOST_TEST(anothers == "200 held");
    BOOST_TEST(outcomes.size() == 50U);
    for (const Outcome& outcome : outcomes) BOOST_TEST(told(outcome).starts_with("200 "));
    BOOST_TEST(transport->connections_made() == 3U);
}

BOOST_AUTO_TEST_CASE(who_finds_no_place_waits_for_one_until_the_deadline) {
    Workplace place;
    TransportSettings settings = place.settings();
    settings.most_connections = 1;
    const auto transport = open_transport(settings);
    place.handler.hold();
    std::thread another([&] { (void)get(*transport, place.tls()); });
    place.handler.wait_for_held(1);
    check_all(get_many(*transport, place.tls(), 5, within(milliseconds(50))), "Deadline, has not happened");
    place.handler.let_go();
    another.join();
    for (const Outcome& outcome : get_many(*transport, place.tls(), 5)) BOOST_TEST(told(outcome).starts_with("200 "));
    BOOST_TEST(transport->connections_made() == 1U);
}

BOOST_AUTO_TEST_CASE(one_that_fails_fails_alone) {
    struct Row {
        const char* outcome;
        std::function<void(Peer&)> instead;
    };
    const std::vector<Row> rows = {{"Closed, may have happened", [](Peer& peer) { peer.reset(); }},
                                   {"Closed, may have happened", [](Peer&) {}},
                                   {"Closed, may have happened",
                                    [](Peer& peer) { peer.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"); }},
                                   {"Protocol, may have happened", [](Peer& peer) {
                                        peer.write("what is this\r\n\r\n");
                                        peer.wait_for_end();
                                    }}};
    for (const Row& row : rows) {
        RawServer server(echo_but("/7", row.instead));
        const auto transport = open_transport(bare_settings());
        check_one_odd(get_many(*transport, clear_endpoint(server), 100), 7, row.outcome);
        BOOST_TEST(transport->connections_made() <= at_once + 1);
    }
}

BOOST_AUTO_TEST_CASE(one_that_is_slow_holds_up_no_other) {
    RawServer server(echo_but("/7", [](Peer& peer) { peer.wait_for_end(); }));
    const auto transport = open_transport(bare_settings());
    check_one_odd(get_many(*transport, clear_endpoint(server), 200, within(milliseconds(2'000))), 7,
                  "Deadline, may have happened");
    BOOST_TEST(transport->open_connections() == at_once - 1);
}

BOOST_AUTO_TEST_CASE(a_deadline_in_the_past_sends_nothing) {
    Workplace place;
    const auto transport = open_transport(place.settings());
    for (int round = 0; round < 2; ++round) {
        check_all(get_many(*transport, place.tls(), 20, within(milliseconds(-1))), "Deadline, has not happened");
        BOOST_TEST(told(get(*transport, place.tls())) == "200 GET / ");
    }
    BOOST_TEST(transport->connections_made() == 1U);
}

BOOST_AUTO_TEST_CASE(a_server_that_keeps_no_connection_answers_all_the_same) {
    RawServer server([](Peer& peer) { peer.write(answer_with(target_of(peer.request()), "Connection: close\r\n")); });
    const auto transport = open_transport(bare_settings());
    check_one_odd(get_many(*transport, clear_endpoint(server), 40), 40, {});
    BOOST_TEST(server.accepted() == 40U);
    BOOST_TEST(transport->open_connections() == 0U);
}

BOOST_AUTO_TEST_CASE(connections_that_died_meanwhile_are_replaced) {
    RawServer server([](Peer& peer) {
        for (std::string request = peer.request(); !request.empty(); request = peer.request()) {
            peer.write(answer_with(target_of(request)));
            if (peer.index() == 0) return;
        }
    });
    const auto transport = open_transport(bare_settings());
    BOOST_TEST(told(get(*transport, clear_endpoint(server), "/x")) == "200 /x");
    server.wait_for_ended(1);
    check_one_odd(get_many(*transport, clear_endpoint(server), 5), 5, {});
    BOOST_TEST(transport->connections_made() == 2U);
}

BOOST_AUTO_TEST_CASE(a_server_that_goes_without_a_word_costs_only_what_it_may_have_seen) {
    RawServer server([](Peer& peer) {
        for (int i = 0; i < 3; ++i) peer.write(answer_with(target_of(peer.request())));
    });
    const auto transport = open_transport(bare_settings());
    std::size_t answered = 0;
    const Outcomes outcomes = get_many(*transport, clear_endpoint(server), 200);
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        const bool is_answer = summary(outcomes[i]) == "200 /" + std::to_string(i);
        answered += is_answer ? 1 : 0;
        if (!is_answer) BOOST_TEST(summary(outcomes[i]) == "Closed, may have happened");
    }
    BOOST_TEST(answered >= 150U);  // at least three for each that is lost
}

BOOST_AUTO_TEST_CASE(where_no_connection_can_be_made_one_attempt_speaks_for_all) {
    RawServer server([](Peer&) {});
    const auto transport = open_transport(bare_settings());
    check_all(get_many(*transport, {"127.0.0.1", server.port(), true}, 100), "Closed, has not happened");
    BOOST_TEST(server.accepted() == 1U);
}

BOOST_AUTO_TEST_CASE(what_would_be_two_requests_is_refused_alone) {
    Workplace place;
    const auto transport = open_transport(place.settings());
    std::vector<Request> requests(4);
    requests[1].target = "/a b";
    requests[3].head_lines = "X: y";
    const Outcomes outcomes = transport->exchange_many(place.tls(), requests, whenever());
    for (const std::size_t good : {0U, 2U}) BOOST_TEST(told(outcomes[good]) == "200 GET / ");
    for (const std::size_t bad : {1U, 3U}) BOOST_TEST(summary(outcomes[bad]) == "Setup, has not happened");
}

BOOST_AUTO_TEST_CASE(a_child_of_fork_makes_its_own_connections) {
    Workplace place;
    const auto transport = open_transport(place.settings());
    get_many(*transport, place.tls(), 100);
    const pid_t child = fork();
    BOOST_REQUIRE(child >= 0);
    if (child == 0) {
        alarm(20);
        std::vector<Request> requests(100);
        int answers = 0;
        for (const Outcome& outcome : transport->exchange_many(place.tls(), requests, whenever()))
            answers += told(outcome) == "200 GET / " ? 1 : 0;
        _exit(answers == 100 && transport->connections_made() == at_once ? 0 : 1);
    }
    int status = -1;
    waitpid(child, &status, 0);
    BOOST_TEST(status == 0);
    get_many(*transport, place.tls(), 100);
    BOOST_TEST(transport->connections_made() == at_once);
}

BOOST_AUTO_TEST_SUITE_END()
