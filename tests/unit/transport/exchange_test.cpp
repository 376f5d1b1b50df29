#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <future>
#include <thread>

#include "workplace.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

}  // namespace

BOOST_AUTO_TEST_SUITE(exchange)

BOOST_AUTO_TEST_CASE(requests_share_one_connection) {
    Workplace place;
    const auto transport = open_transport(place.settings());
    Timing timing;
    BOOST_TEST(told(get(*transport, place.tls(), "/a?b=c", whenever(), &timing)) == "200 GET /a?b=c ");
    BOOST_TEST(timing.fresh_connection);
    BOOST_TEST(timing.address == "127.0.0.1:" + std::to_string(place.tls().port));
    BOOST_TEST(timing.tls.starts_with("TLSv1.3 TLS_"));
    BOOST_TEST(timing.connecting.count() > 0);
    for (int i = 0; i < 20; ++i) BOOST_TEST(told(post(*transport, place.tls(), "body")) == "200 POST / body");
    BOOST_TEST(told(get(*transport, place.tls(), "/", whenever(), &timing)) == "200 GET / ");
    BOOST_TEST(!timing.fresh_connection);
    BOOST_TEST(timing.connecting.count() == 0);
    BOOST_TEST(transport->connections_made() == 1U);
    BOOST_TEST(transport->open_connections() == 1U);
    BOOST_TEST(place.server->counters().accepted.load() == 1U);
    transport->close_idle();
    BOOST_TEST(transport->open_connections() == 0U);
    BOOST_TEST(told(get(*transport, place.tls())) == "200 GET / ");
}

BOOST_AUTO_TEST_CASE(a_request_is_written_as_one_expects) {
    std::string seen;
    RawServer server([&](Peer& peer) {
        seen = peer.request();
        peer.write(ok);
    });
    const auto transport = open_transport(bare_settings());
    Request request;
    request.method = "POST";
    request.target = "/keys/x/sign?api-version=7.6";
    request.head_lines = "Authorization: Bearer t\r\nContent-Type: application/json\r\n";
    request.body = "{}";
    BOOST_TEST(told(transport->exchange(clear_endpoint(server), request, whenever())) == "200 ok");
    server.wait_for_ended(1);
    BOOST_TEST(seen ==
               "POST /keys/x/sign?api-version=7.6 HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
                   "\r\nAuthorization: Bearer t\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
}

BOOST_AUTO_TEST_CASE(what_would_be_two_requests_is_refused) {
    Workplace place;
    const auto transport = open_transport(place.settings());
    for (const char* const target : {"", "x", "/a b", "/a\r\nX: y", "/\xc3\xa4"}) {
        BOOST_TEST(summary(get(*transport, place.plain(), target)) == "Setup, has not happened");
    }
    Request request;
    request.head_lines = "X: y";
    BOOST_TEST(summary(transport->exchange(place.plain(), request, whenever())) == "Setup, has not happened");
    BOOST_TEST(told(get(*transport, place.plain())) == "200 GET / ");
}

BOOST_AUTO_TEST_CASE(large_bodies_go_both_ways) {
    Workplace place;
    const auto transport = open_transport(place.settings());
    const std::string body(3U << 20U, 'x');
    for (const Endpoint& endpoint : {place.plain(), place.tls()}) {
        BOOST_TEST((told(post(*transport, endpoint, body)) == "200 POST / " + body));
    }
    BOOST_TEST(transport->connections_made() == 2U);
}

BOOST_AUTO_TEST_CASE(an_answer_larger_than_allowed_is_not_taken) {
    Workplace place;
    place.handler.reply = [](const http::Request& request) {
        return text_response(std::string(request.target == "/large" ? 1001 : 1000, 'x'));
    };
    TransportSettings settings = place.settings();
    settings.most_bytes = 1000;
    const auto transport = open_transport(settings);
    BOOST_TEST(answer_of(get(*transport, place.tls(), "/fits")).expose_body().size() == 1000U);
    const Outcome outcome = get(*transport, place.tls(), "/large");
    BOOST_TEST(summary(outcome) == "Protocol, may have happened");
    CHECK_CONTAINS(trouble_of(outcome).message, "larger than 1000 bytes");
    BOOST_TEST(transport->open_connections() == 0U);
}

BOOST_AUTO_TEST_CASE(a_head_has_no_body) {
    Workplace place;
    const auto transport = open_transport(place.settings());
    Request request;
    request.method = "HEAD";
    BOOST_TEST(told(transport->exchange(place.tls(), request, whenever())) == "200 ");
    BOOST_TEST(told(get(*transport, place.tls())) == "200 GET / ");
    BOOST_TEST(transport->connections_made() == 1U);
}

BOOST_AUTO_TEST_CASE(a_connection_is_kept_only_when_it_can_be) {
    struct Row {
        const char* answer;
        const char* outcome;
        std::size_t kept;
    };
    for (const Row& row :
         {Row{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "200 ok", 1},
          Row{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", "200 ok", 1},
          Row{"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", "200 ok", 0},
          Row{"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", "200 ok", 0},
          Row{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok, and more", "200 ok", 0}}) {
        RawServer server([&](Peer& peer) {
            peer.request();
            peer.write(row.answer);
            peer.wait_for_end();
        });
        const auto transport = open_transport(bare_settings());
        BOOST_TEST(told(get(*transport, clear_endpoint(server))) == row.outcome);
        BOOST_TEST(transport->open_connections() == row.kept, row.answer);
    }
}

BOOST_AUTO_TEST_CASE(what_is_said_unasked_ends_a_kept_connection) {
    const Workplace place;
    const auto context = server_tls(place.identity);
    for (const bool tls : {false, true}) {
        std::promise<void> kept;
        std::promise<void> said;
        RawServer server([&](Peer& peer) {
            if (tls && !peer.accept_tls(context.get())) return;
            peer.request();
            peer.write(ok);
            if (peer.index() != 0) return;
            kept.get_future().wait();
            peer.write("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n");
            said.set_value();
            peer.wait_for_end();
        });
        const auto transport = open_transport(place.settings());
        const Endpoint endpoint{"127.0.0.1", server.port(), tls};
        BOOST_TEST(told(get(*transport, endpoint)) == "200 ok");
        BOOST_TEST(transport->open_connections() == 1U);
        kept.set_value();
        said.get_future().wait();
        std::this_thread::sleep_for(std::chrono::milliseconds(2));  // in use all the time, it would not be looked at
        BOOST_TEST(told(get(*transport, endpoint)) == "200 ok");
        BOOST_TEST(server.accepted() == 2U);
    }
}

BOOST_AUTO_TEST_CASE(an_answer_without_length_ends_with_the_connection) {
    RawServer server([&](Peer& peer) {
        peer.request();
        peer.write("HTTP/1.1 200 OK\r\n\r\nhello");
    });
    const auto transport = open_transport(bare_settings());
    BOOST_TEST(told(get(*transport, clear_endpoint(server))) == "200 hello");
    BOOST_TEST(transport->open_connections() == 0U);
}

BOOST_AUTO_TEST_CASE(an_end_without_an_answer_may_have_happened) {
    Workplace place;
    const auto transport = open_transport(place.settings());
    place.handler.reply = [](const http::Request& request) {
        http::Response response = text_response("12345");
        if (request.target == "/reset") response.delivery.reset = true;
        if (request.target == "/truncated") response.delivery.truncate_after = 2;
        return response;
    };
    for (const Endpoint& endpoint : {place.plain(), place.tls()}) {
        for (const bool kept : {false, true}) {
            for (const char* const target : {"/reset", "/truncated"}) {
                if (kept) BOOST_TEST(told(get(*transport, endpoint)) == "200 12345");
                BOOST_TEST(summary(get(*transport, endpoint, target)) == "Closed, may have happened", target);
                BOOST_TEST(transport->open_connections() == 0U);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_kept_connection_that_was_closed_is_replaced) {
    RawServer server([&](Peer& peer) {
        peer.request();
        peer.write(ok);
    });
    const auto transport = open_transport(bare_settings());
    for (std::size_t i = 1; i <= 20; ++i) {
        BOOST_TEST(told(post(*transport, clear_endpoint(server), "once")) == "200 ok");
        server.wait_for_ended(i);
    }
    BOOST_TEST(transport->connections_made() == 20U);
}

BOOST_AUTO_TEST_CASE(a_server_may_be_started_again) {
    Workplace place;
    const auto transport = open_transport(place.settings());
    const Endpoint endpoint = place.tls();
    for (int i = 0; i < 5; ++i) {
        BOOST_TEST(told(post(*transport, endpoint, "once")) == "200 POST / once");
        place.stop();
        place.start(endpoint.port);
    }
    place.stop();
    BOOST_TEST(summary(post(*transport, endpoint, "once")) == "Connect, has not happened");
}

BOOST_AUTO_TEST_CASE(a_replacement_is_made_once) {
    RawServer server([&](Peer& peer) {
        peer.request();
        if (peer.index() == 0) peer.write(ok);
    });
    const auto transport = open_transport(bare_settings());
    BOOST_TEST(told(get(*transport, clear_endpoint(server))) == "200 ok");
    server.wait_for_ended(1);
    BOOST_TEST(summary(get(*transport, clear_endpoint(server))) == "Closed, may have happened");
    server.wait_for_ended(2);
    BOOST_TEST(server.accepted() == 2U);
}

BOOST_AUTO_TEST_CASE(nobody_at_the_port_is_told) {
    std::uint16_t port = 0;
    close(listen_on_loopback(port, 1));
    const auto transport = open_transport(bare_settings());
    const Outcome outcome = get(*transport, {"localhost", port, false});
    BOOST_TEST(summary(outcome) == "Connect, has not happened");
    CHECK_CONTAINS(trouble_of(outcome).message, "localhost:" + std::to_string(port) + ": Connection refused");
}

BOOST_AUTO_TEST_CASE(an_answer_before_the_end_of_a_request_is_heard) {
    const Workplace place;
    const auto context = server_tls(place.identity);
    for (const bool tls : {false, true}) {
        RawServer server([&](Peer& peer) {
            if (tls && !peer.accept_tls(context.get())) return;
            peer.write("HTTP/1.1 413 Payload Too Large\r\nConnection: close\r\nContent-Length: 5\r\n\r\nlarge");
        });
        const auto transport = open_transport(place.settings());
        const std::string body(32U << 20U, 'x');
        BOOST_TEST(told(post(*transport, {"127.0.0.1", server.port(), tls}, body)) == "413 large");
        BOOST_TEST(transport->open_connections() == 0U);
    }
}

BOOST_AUTO_TEST_CASE(a_peer_that_goes_raises_no_signal) {
    std::signal(SIGPIPE, SIG_DFL);
    RawServer server([&](Peer& peer) {
        char byte = 0;
        recv(peer.socket(), &byte, 1, 0);
        peer.reset();
    });
    const auto transport = open_transport(bare_settings());
    const std::string body(16U << 20U, 'x');
    for (int i = 0; i < 20; ++i) {
        BOOST_TEST(name_of(trouble_of(post(*transport, clear_endpoint(server), body)).kind) == "Closed");
    }
}

BOOST_AUTO_TEST_SUITE_END()
