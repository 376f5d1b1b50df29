#include "workplace.hpp"

#include <future>
#include <thread>

using namespace kvp11;
using namespace kvp11::test;

BOOST_AUTO_TEST_SUITE(exchange)

BOOST_AUTO_TEST_CASE(a_connection_serves_one_request_after_the_other) {
    Workplace place;
    for (const auto& tls : {std::optional<ClientTls>(), std::optional<ClientTls>(ClientTls{})}) {
        Client client(tls ? place.tls() : place.plain(), tls);
        for (int i = 0; i < 100; ++i) {
            const auto answer = client.ask(post("/keys/" + std::to_string(i), "body" + std::to_string(i)));
            BOOST_REQUIRE(answer);
            BOOST_TEST(answer->status == 200);
            BOOST_TEST(answer->body == "POST /keys/" + std::to_string(i) + " body" + std::to_string(i));
            BOOST_TEST(answer->field("Connection") == "");
        }
    }
    BOOST_TEST(place.server->counters().requests.load() == 200U);
    BOOST_TEST(place.server->counters().accepted.load() == 2U);
}

BOOST_AUTO_TEST_CASE(the_head_has_date_and_length_and_what_the_handler_says) {
    Workplace place;
    place.handler.reply = [](const http::Request&) {
        auto response = text_response("hello");
        response.status = 202;
        response.headers.add("x-ms-request-id", "7");
        response.headers.add("Content-Length", "4711");
        response.headers.add("x-split", "a\r\nSet-Cookie: b");
        return response;
    };
    Client client(place.tls(), ClientTls{});
    const auto answer = client.ask(get("/"));
    BOOST_REQUIRE(answer);
    BOOST_TEST(answer->head.starts_with("HTTP/1.1 202 Accepted\r\n"));
    BOOST_TEST(answer->field("Content-Length") == "5");
    BOOST_TEST(answer->field("X-MS-Request-Id") == "7");
    BOOST_TEST(answer->field("Set-Cookie") == "");
    BOOST_TEST(answer->field("Date").size() == 29U);
    BOOST_TEST(answer->field("Date").ends_with(" GMT"));
}

BOOST_AUTO_TEST_CASE(a_header_that_may_not_be_sent_is_left_out_alone) {
    const std::vector<http::Header> unfit = {{"x-split", "a\r\nx-made: b"},   {"x-split", "a\nx-made: b"},
                                             {"x-split", "a\rx-made: b"},     {"x-split", std::string("a\0b", 3)},
                                             {"x-split\r\nx-made", "b"},      {"connection", "upgrade"},
                                             {"TRANSFER-ENCODING", "chunked"}};
    Workplace place;
    std::size_t at = 0;
    place.handler.reply = [&](const http::Request&) {
        http::Response response = text_response("hello");
        response.headers.add("x-before", "1");
        response.headers.add(unfit[at].name, unfit[at].value);
        response.headers.add({{"x-after", "2"}, {"x-last", std::string(300, '3')}});
        return response;
    };
    Client client(place.tls(), ClientTls{});
    for (; at < unfit.size(); ++at) {
        const auto answer = client.ask(get("/"));
        BOOST_REQUIRE(answer);
        BOOST_TEST(answer->field("x-before") == "1");
        BOOST_TEST(answer->field("x-after") == "2");
        BOOST_TEST(answer->field("x-last") == std::string(300, '3'));
        for (const char* name : {"x-split", "x-made", "connection", "transfer-encoding"}) {
            BOOST_TEST(answer->field(name) == "");
        }
    }
}

BOOST_AUTO_TEST_CASE(pipelined_requests_are_handled_one_after_the_other_and_answered_in_order) {
    Workplace place;
    place.handler.hold();
    Client client(place.tls(), ClientTls{});
    BOOST_REQUIRE(client.send(get("/first") + post("/second", "2") + get("/third")));
    for (std::size_t i = 0; i < 3; ++i) {
        auto held = place.handler.next();
        BOOST_TEST(held.request.target == (i == 0 ? "/first" : i == 1 ? "/second" : "/third"));
        BOOST_TEST(place.handler.handled() == i + 1);
        held.respond(text_response(held.request.target));
        const auto answer = client.answer();
        BOOST_REQUIRE(answer);
        BOOST_TEST(answer->body == held.request.target);
    }
}

BOOST_AUTO_TEST_CASE(a_thousand_pipelined_requests_are_all_answered) {
    Workplace place;
    Client client(place.tls(), ClientTls{});
    std::string requests;
    for (int i = 0; i < 1000; ++i) requests += get("/" + std::to_string(i));
    std::thread sender([&] { client.send(requests); });
    sender.join();  // a thousand short requests fit into the sockets' buffers
    for (int i = 0; i < 1000; ++i) {
        const auto answer = client.answer();
        BOOST_REQUIRE(answer);
        BOOST_REQUIRE_EQUAL(answer->body, "GET /" + std::to_string(i) + " ");
    }
}

BOOST_AUTO_TEST_CASE(chunked_bodies_are_put_together) {
    Workplace place;
    Client client(place.tls(), ClientTls{});
    const std::string head = "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    const auto answer = client.ask(head + "3\r\nabc\r\n5;note=\"x\"\r\ndefgh\r\n0\r\nX-Length: 9\r\nX-Sum: 1\r\n\r\n");
    BOOST_REQUIRE(answer);
    BOOST_TEST(answer->body == "POST /x abcdefgh");
    BOOST_REQUIRE(client.ask(head + "0\r\n\r\n"));  // and the connection goes on

    std::string large = head;
    for (int i = 0; i < 300; ++i) large += "1000\r\n" + std::string(4096, static_cast<char>('a' + i % 26)) + "\r\n";
    const auto long_answer = client.ask(large + "0\r\n\r\n");
    BOOST_REQUIRE(long_answer);
    BOOST_TEST(long_answer->body.size() == 8U + 300 * 4096);
}

BOOST_AUTO_TEST_CASE(a_request_may_come_byte_by_byte) {
    Workplace place;
    Client client(place.tls(), ClientTls{});
    for (const char byte : post("/slow", "body")) BOOST_REQUIRE(client.send({&byte, 1}));
    const auto answer = client.answer();
    BOOST_REQUIRE(answer);
    BOOST_TEST(answer->body == "POST /slow body");
}

BOOST_AUTO_TEST_CASE(a_body_that_is_waited_for_is_asked_for) {
    Workplace place;
    Client client(place.tls(), ClientTls{});
    const std::string request = post("/x", "body", "Expect: 100-continue\r\n");
    BOOST_REQUIRE(client.send(request.substr(0, request.size() - 4)));
    const auto interim = client.answer();
    BOOST_REQUIRE(interim);
    BOOST_TEST(interim->head == "HTTP/1.1 100 Continue\r\n");
    const auto answer = client.ask("body");
    BOOST_REQUIRE(answer);
    BOOST_TEST(answer->body == "POST /x body");

    const auto other = client.ask(get("/", "Expect: a-miracle\r\n"));
    BOOST_REQUIRE(other);
    BOOST_TEST(other->status == 417);
}

BOOST_AUTO_TEST_CASE(head_and_no_content_have_no_body) {
    Workplace place;
    Client client(place.tls(), ClientTls{});
    BOOST_REQUIRE(client.send("HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n"));
    const auto head = client.answer(false);
    BOOST_REQUIRE(head);
    BOOST_TEST(head->field("Content-Length") == "8");
    place.handler.reply = [](const http::Request&) {
        http::Response response;
        response.status = 204;
        return response;
    };
    const auto empty = client.ask(get("/"));
    BOOST_REQUIRE(empty);
    BOOST_TEST(empty->status == 204);
    BOOST_TEST(empty->field("Content-Length") == "");
    BOOST_REQUIRE(client.ask(get("/")));
}

BOOST_AUTO_TEST_CASE(the_connection_ends_where_the_client_wants_that) {
    Workplace place;
    Client closing(place.tls(), ClientTls{});
    const auto answer = closing.ask(get("/", "Connection: close\r\n"));
    BOOST_REQUIRE(answer);
    BOOST_TEST(answer->field("Connection") == "close");
    BOOST_TEST(closing.rest() == "");
    BOOST_TEST(closing.said_goodbye());

    Client old(place.plain());
    BOOST_TEST(old.ask("GET / HTTP/1.0\r\n\r\n").value_or(Answer{}).status == 200);
    BOOST_TEST(old.rest() == "");

    Client old_alive(place.plain());
    for (int i = 0; i < 2; ++i) {
        const auto kept = old_alive.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        BOOST_REQUIRE(kept);
        BOOST_TEST(kept->field("Connection") == "keep-alive");
    }
}

BOOST_AUTO_TEST_CASE(large_bodies_arrive_whole_both_ways) {
    Workplace place;
    std::string body(3U << 20U, '\0');
    for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>('a' + i % 23);
    for (const auto& tls : {std::optional<ClientTls>(), std::optional<ClientTls>(ClientTls{})}) {
        Client client(tls ? place.tls() : place.plain(), tls);
        for (int i = 0; i < 3; ++i) {
            const auto answer = client.ask(post("/", body));
            BOOST_REQUIRE(answer);
            BOOST_TEST((answer->body == "POST / " + body));
        }
    }
}

BOOST_AUTO_TEST_CASE(answers_come_from_any_thread) {
    Workplace place;
    place.handler.hold();
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 16; ++i) clients.push_back(std::make_unique<Client>(place.tls(), ClientTls{}));
    for (int round = 0; round < 20; ++round) {
        for (auto& client : clients) BOOST_REQUIRE(client->send(get("/" + std::to_string(round))));
        std::vector<std::thread> workers;
        for (int i = 0; i < 4; ++i) {
            workers.emplace_back([&] {
                for (int j = 0; j < 4; ++j) {
                    auto held = place.handler.next();
                    held.respond(text_response(held.request.target));
                }
            });
        }
        for (auto& worker : workers) worker.join();
        for (auto& client : clients) {
            BOOST_REQUIRE_EQUAL(client->answer().value_or(Answer{}).body, "/" + std::to_string(round));
        }
    }
}

BOOST_AUTO_TEST_CASE(an_answer_that_comes_twice_or_too_late_is_dropped) {
    Workplace place;
    place.handler.hold();
    http::Respond late;
    {
        Client client(place.tls(), ClientTls{});
        BOOST_REQUIRE(client.send(get("/1")));
        auto first = place.handler.next();
        first.respond(text_response("one"));
        first.respond(text_response("one again"));
        BOOST_TEST(client.answer().value_or(Answer{}).body == "one");
        BOOST_REQUIRE(client.send(get("/2")));
        auto second = place.handler.next();
        first.respond(text_response("one, late"));
        second.respond(text_response("two"));
        BOOST_TEST(client.answer().value_or(Answer{}).body == "two");
        BOOST_REQUIRE(client.send(get("/3")));
        late = place.handler.next().respond;
        client.vanish();
    }
    late(text_response("to nobody"));
    // Whoever waits for the end of the connection sees that the answer went nowhere.
    BOOST_TEST(comes_true([&] { return place.server->counters().open.load() == 0; }));
    place.server->stop({});
    place.server.reset();
    late(text_response("to no server"));
}

BOOST_AUTO_TEST_CASE(requests_that_come_faster_than_they_are_handled_are_all_answered) {
    using Clock = std::chrono::steady_clock;
    Workplace place({}, 1);
    place.handler.reply = [](const http::Request& request) {
        const auto begun = Clock::now();  // more than the loop computes before it sends what is there
        while (Clock::now() - begun < std::chrono::milliseconds(2)) {
        }
        return text_response(request.target);
    };
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 6; ++i) clients.push_back(std::make_unique<Client>(place.plain()));
    for (std::size_t i = 0; i < clients.size(); ++i) {
        const std::string at = "/" + std::to_string(i);
        BOOST_REQUIRE(clients[i]->send(get(at + "/1") + get(at + "/2") + get(at + "/3")));
    }
    clients.front()->vanish();
    for (std::size_t i = 1; i < clients.size(); ++i) {
        for (const char* number : {"/1", "/2", "/3"}) {
            const auto answer = clients[i]->answer();
            BOOST_REQUIRE(answer);
            BOOST_TEST(answer->body == "/" + std::to_string(i) + number);
        }
    }
}

// While the first one is answered the others come, so that they are there at once.
BOOST_AUTO_TEST_CASE(what_a_handler_puts_off_is_worked_off_until_none_is_left) {
    Workplace place({}, 1);
    place.handler.most_at_once = 5;
    std::promise<void> asked;
    std::promise<void> open;
    place.handler.reply = [&](const http::Request& request) {
        if (request.target == "/gate") {
            asked.set_value();
            open.get_future().wait();
        }
        return text_response(request.target);
    };
    place.handler.puts_off = true;
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 13; ++i) clients.push_back(std::make_unique<Client>(place.plain()));
    BOOST_REQUIRE(clients[0]->send(get("/gate")));
    asked.get_future().wait();
    for (std::size_t i = 1; i < clients.size(); ++i) BOOST_REQUIRE(clients[i]->send(get("/" + std::to_string(i))));
    open.set_value();
    BOOST_TEST(clients[0]->answer().value_or(Answer{}).body == "/gate");
    for (std::size_t i = 1; i < clients.size(); ++i) {
        BOOST_TEST(clients[i]->answer().value_or(Answer{}).body == "/" + std::to_string(i));
    }
    BOOST_TEST(place.handler.groups() == std::vector<std::size_t>({1, 5, 5, 2}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
