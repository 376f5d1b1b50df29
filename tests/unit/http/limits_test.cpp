#include "workplace.hpp"

using namespace kvp11;
using namespace kvp11::test;
using namespace std::chrono_literals;

namespace {

http::Limits with(const std::function<void(http::Limits&)>& change) {
    http::Limits limits;
    change(limits);
    return limits;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(limits)

BOOST_AUTO_TEST_CASE(headers_that_dawdle_are_refused) {
    Workplace place(with([](http::Limits& limits) { limits.header = 50ms; }));
    Client client(place.tls(), ClientTls{});
    BOOST_REQUIRE(client.send("GET / HTTP/1.1\r\nHost:"));
    BOOST_TEST(client.answer().value_or(Answer{}).status == 408);
    BOOST_TEST(client.rest() == "");
    BOOST_TEST(place.server->counters().timed_out.load() == 1U);
    BOOST_TEST(comes_true([&] { return place.server->counters().open.load() == 0; }));
}

BOOST_AUTO_TEST_CASE(a_trickle_of_headers_gains_no_time) {
    Workplace place(with([](http::Limits& limits) { limits.header = 50ms; }));
    Client client(place.plain());
    BOOST_REQUIRE(client.send("GET / HTTP/1.1\r\nHost: a\r\n"));
    // As fast as one likes, for ever: what ends it is the deadline (or, on a slow machine, the size).
    while (client.send("a") && place.server->counters().timed_out.load() == 0 &&
           place.server->counters().malformed.load() == 0) {
    }
    BOOST_TEST(comes_true([&] { return place.server->counters().open.load() == 0; }));
    BOOST_TEST(place.handler.handled() == 0U);
}

BOOST_AUTO_TEST_CASE(a_body_that_dawdles_is_refused) {
    Workplace place(with([](http::Limits& limits) { limits.body = 50ms; }));
    Client client(place.tls(), ClientTls{});
    BOOST_REQUIRE(client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabc"));
    BOOST_TEST(client.answer().value_or(Answer{}).status == 408);
    BOOST_TEST(client.rest() == "");
    BOOST_TEST(place.handler.handled() == 0U);
}

BOOST_AUTO_TEST_CASE(a_handshake_that_dawdles_is_ended) {
    Workplace place(with([](http::Limits& limits) { limits.handshake = 50ms; }));
    Client client(place.tls());
    BOOST_REQUIRE(client.send("\x16"));
    BOOST_TEST(client.rest() == "");
    BOOST_TEST(comes_true([&] { return place.server->counters().handshakes_failed.load() == 1; }));
}

BOOST_AUTO_TEST_CASE(idle_connections_are_ended_with_a_goodbye) {
    Workplace place(with([](http::Limits& limits) { limits.idle = 50ms; }));
    Client client(place.tls(), ClientTls{});
    BOOST_TEST(client.ask(get("/")).value_or(Answer{}).status == 200);
    BOOST_TEST(client.rest() == "");
    BOOST_TEST(client.said_goodbye());
    BOOST_TEST(place.server->counters().timed_out.load() == 0U);
}

BOOST_AUTO_TEST_CASE(a_client_that_does_not_read_is_ended) {
    Workplace place(with([](http::Limits& limits) { limits.write = 50ms; }));
    place.handler.reply = [](const http::Request&) { return text_response(std::string(32U << 20U, 'x')); };
    Client client(place.tls(), ClientTls{});
    BOOST_REQUIRE(client.send(get("/")));
    BOOST_TEST(comes_true([&] { return place.server->counters().timed_out.load() == 1; }));
    BOOST_TEST(comes_true([&] { return place.server->counters().open.load() == 0; }));
    BOOST_TEST(!client.answer());
}

BOOST_AUTO_TEST_CASE(a_slow_handler_is_waited_for) {
    Workplace place(with([](http::Limits& limits) {
        limits.header = limits.body = limits.idle = limits.write = limits.handshake = 60ms;
    }));
    place.handler.hold();
    Client slow(place.plain());
    BOOST_REQUIRE(slow.send(get("/slow")));
    auto held = place.handler.next();
    Client idle(place.plain());
    BOOST_TEST(idle.rest() == "");  // its time was over, which began after the other's
    held.respond(text_response("late"));
    BOOST_TEST(slow.answer().value_or(Answer{}).body == "late");
}

BOOST_AUTO_TEST_CASE(bodies_and_heads_that_are_too_large_are_refused_while_they_come) {
    Workplace place(with([](http::Limits& limits) {
        limits.header_bytes = 1000;
        limits.body_bytes = 100'000;
    }));
    struct Row {
        std::string request;
        int status;
    };
    const std::string chunk = "ffff\r\n" + std::string(0xffff, 'x') + "\r\n";
    const std::vector<Row> rows = {
        {post("/", std::string(100'001, 'x')), 413},
        {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk + chunk, 413},
        {get("/" + std::string(2000, 'x')), 414},
        {get("/", "X: " + std::string(2000, 'x') + "\r\n"), 431},
        {"what is this?\r\n\r\n", 400},
        {"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", 501}};
    for (const Row& row : rows) {
        Client client(place.tls(), ClientTls{});
        client.send(row.request);
        const auto answer = client.answer();
        BOOST_REQUIRE(answer);
        BOOST_TEST(answer->status == row.status);
        BOOST_TEST(answer->field("Connection") == "close");
        BOOST_TEST(client.rest() == "");
    }
    BOOST_TEST(place.server->counters().malformed.load() == rows.size());
    BOOST_TEST(place.handler.handled() == 0U);
    Client client(place.tls(), ClientTls{});
    BOOST_TEST(client.ask(post("/", std::string(100'000, 'x'))).value_or(Answer{}).status == 200);
}

BOOST_AUTO_TEST_CASE(too_many_connections_are_told_so_until_others_end) {
    Workplace place(with([](http::Limits& limits) { limits.connections = 2; }));
    auto first = std::make_unique<Client>(place.tls(), ClientTls{});
    Client second(place.plain());
    BOOST_TEST(first->ask(get("/")).value_or(Answer{}).status == 200);
    BOOST_TEST(second.ask(get("/")).value_or(Answer{}).status == 200);
    Client third(place.tls(), ClientTls{});
    const auto refused = third.ask(get("/"));
    BOOST_REQUIRE(refused);
    BOOST_TEST(refused->status == 503);
    BOOST_TEST(refused->field("Connection") == "close");
    BOOST_TEST(third.rest() == "");
    BOOST_TEST(place.server->counters().refused.load() == 1U);
    BOOST_TEST(place.handler.handled() == 2U);
    Client waiting(place.plain());
    BOOST_REQUIRE(waiting.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"));
    BOOST_TEST(waiting.answer().value_or(Answer{}).status == 503);

    first.reset();
    third.vanish();
    waiting.vanish();
    BOOST_REQUIRE(comes_true([&] { return place.server->counters().open.load() == 1; }));
    Client fourth(place.tls(), ClientTls{});
    BOOST_TEST(fourth.ask(get("/")).value_or(Answer{}).status == 200);
}

BOOST_AUTO_TEST_CASE(far_too_many_connections_are_only_closed) {
    Workplace place(with([](http::Limits& limits) { limits.connections = 1; }));
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 65; ++i) clients.push_back(std::make_unique<Client>(place.plain()));
    Client last(place.plain());
    BOOST_TEST(last.rest() == "");
    BOOST_TEST(clients.front()->ask(get("/")).value_or(Answer{}).status == 200);
}

BOOST_AUTO_TEST_SUITE_END()
