#include "workplace.hpp"

#include <thread>

using namespace kvp11;
using namespace kvp11::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(stop)

BOOST_AUTO_TEST_CASE(a_request_in_flight_is_answered_and_nobody_else_comes_in) {
    Workplace place;
    place.handler.hold();
    Client client(place.tls(), ClientTls{});
    Client idle(place.tls(), ClientTls{});
    BOOST_REQUIRE(client.send(get("/")));
    auto held = place.handler.next();
    const std::uint16_t port = place.plain();
    std::thread stopping([&] { place.server->stop(20s); });
    BOOST_TEST(idle.rest() == "");
    BOOST_TEST(idle.said_goodbye());
    BOOST_CHECK_THROW(Client{port}, std::runtime_error);
    held.respond(text_response("done"));
    const auto answer = client.answer();
    BOOST_REQUIRE(answer);
    BOOST_TEST(answer->body == "done");
    BOOST_TEST(answer->field("Connection") == "close");
    BOOST_TEST(client.rest() == "");
    stopping.join();
    BOOST_TEST(place.server->counters().open.load() == 0U);
}

BOOST_AUTO_TEST_CASE(a_request_that_is_still_coming_may_end) {
    Workplace place;
    Client client(place.plain());
    const std::string request = post("/", "body");
    BOOST_REQUIRE(client.send(request.substr(0, 40)));
    Client witness(place.plain());
    BOOST_REQUIRE(witness.ask(get("/")));
    // The first bytes are in the server's socket; when it looks at its connections it reads them.
    std::thread stopping([&] { place.server->stop(20s); });
    BOOST_TEST(witness.rest() == "");
    BOOST_REQUIRE(client.send(request.substr(40)));
    BOOST_TEST(client.answer().value_or(Answer{}).body == "POST / body");
    stopping.join();
}

BOOST_AUTO_TEST_CASE(grace_ends) {
    Workplace place;
    place.handler.hold();
    Client client(place.tls(), ClientTls{});
    BOOST_REQUIRE(client.send(get("/")));
    auto held = place.handler.next();
    place.server->stop(50ms);
    BOOST_TEST(client.rest() == "");
    BOOST_TEST(place.server->counters().open.load() == 0U);
    held.respond(text_response("nobody is there"));
    place.server->stop(1h);
    place.server.reset();
    held.respond(text_response("nor here"));
}

BOOST_AUTO_TEST_CASE(answers_during_the_stop_come_or_do_not_but_never_crash) {
    for (int round = 0; round < 20; ++round) {
        Workplace place;
        place.handler.hold();
        std::vector<std::unique_ptr<Client>> clients;
        std::vector<TestHandler::Held> held;
        for (int i = 0; i < 8; ++i) {
            clients.push_back(std::make_unique<Client>(place.plain()));
            BOOST_REQUIRE(clients.back()->send(get("/")));
            held.push_back(place.handler.next());
        }
        std::thread answering([&] {
            for (auto& one : held) one.respond(text_response("x"));
        });
        place.server->stop(round % 2 == 0 ? 0ms : 1000ms);
        answering.join();
        for (auto& client : clients) {
            const std::string all = client->rest();
            if (round % 2 != 0) BOOST_TEST(all.ends_with("x"));
        }
    }
}

BOOST_AUTO_TEST_CASE(delayed_answers_count_as_begun) {
    Workplace place;
    place.handler.reply = [](const http::Request&) {
        auto response = text_response("late");
        response.delivery.delay = 100ms;
        return response;
    };
    Client client(place.tls(), ClientTls{});
    BOOST_REQUIRE(client.send(get("/")));
    BOOST_REQUIRE(comes_true([&] { return place.handler.handled() == 1; }));
    place.server->stop(20s);
    BOOST_TEST(client.answer().value_or(Answer{}).body == "late");
}

BOOST_AUTO_TEST_CASE(two_may_stop_at_once) {
    Workplace place;
    Client client(place.tls(), ClientTls{});
    std::thread other([&] { place.server->stop(1s); });
    place.server->stop(1s);
    other.join();
    BOOST_TEST(client.rest() == "");
}

BOOST_AUTO_TEST_SUITE_END()
