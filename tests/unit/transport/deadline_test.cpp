// A deadline that does not hold makes these cases hang until CTest ends them.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "workplace.hpp"

using namespace kvp11;
using namespace kvp11::test;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds soon{150};
// Long enough to send a request, on a busy machine too.
constexpr milliseconds later{1000};

/// A port whose queue of connections is full: nothing is refused, and nothing taken.
class FullPort {
public:
    FullPort() : listener_(listen_on_loopback(port, 0)) {
        for (int i = 0; i < 8; ++i) {
            const int filler = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
            sockaddr_in address{};
            socklen_t size = sizeof address;
            getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
            (void)connect(filler, reinterpret_cast<const sockaddr*>(&address), size);
            fillers_.push_back(filler);
        }
    }
    FullPort(const FullPort&) = delete;
    FullPort& operator=(const FullPort&) = delete;
    ~FullPort() {
        for (const int filler : fillers_) close(filler);
        close(listener_);
    }

    std::uint16_t port = 0;

private:
    int listener_;
    std::vector<int> fillers_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(deadline)

BOOST_AUTO_TEST_CASE(connecting_ends_with_the_deadline) {
    const FullPort full;
    const auto transport = open_transport(bare_settings());
    BOOST_TEST(summary(get(*transport, {"127.0.0.1", full.port, false}, "/", within(soon))) ==
               "Deadline, has not happened");
}

BOOST_AUTO_TEST_CASE(connecting_ends_with_its_own_limit) {
    const FullPort full;
    TransportSettings settings = bare_settings();
    settings.connect_timeout = soon;
    const auto transport = open_transport(settings);
    const Outcome outcome = get(*transport, {"127.0.0.1", full.port, false});
    BOOST_TEST(summary(outcome) == "Connect, has not happened");
    CHECK_CONTAINS(trouble_of(outcome).message, "did not take a connection in time");
}

BOOST_AUTO_TEST_CASE(a_deadline_in_the_past_sends_nothing) {
    Workplace place;
    const auto transport = open_transport(place.settings());
    BOOST_TEST(summary(get(*transport, place.tls(), "/", within(milliseconds(-1)))) == "Deadline, has not happened");
    BOOST_TEST(told(get(*transport, place.tls())) == "200 GET / ");
    BOOST_TEST(summary(get(*transport, place.tls(), "/", within(milliseconds(-1)))) == "Deadline, has not happened");
}

BOOST_AUTO_TEST_CASE(a_handshake_ends_with_the_deadline) {
    Workplace place;
    RawServer server([](Peer& peer) { peer.wait_for_end(); });
    TransportSettings settings = place.settings();
    const auto patient = open_transport(settings);
    const Endpoint endpoint{"localhost", server.port(), true};
    BOOST_TEST(summary(get(*patient, endpoint, "/", within(soon))) == "Deadline, has not happened");
    settings.connect_timeout = soon;
    const auto impatient = open_transport(settings);
    const Outcome outcome = get(*impatient, endpoint);
    BOOST_TEST(summary(outcome) == "Connect, has not happened");
    CHECK_CONTAINS(trouble_of(outcome).message, "did not answer the TLS handshake in time");
}

BOOST_AUTO_TEST_CASE(a_handshake_that_drips_ends_with_the_deadline) {
    Workplace place;
    // The head of a handshake record, and then a byte now and then.
    RawServer server([](Peer& peer) {
        peer.write(std::string("\x16\x03\x03\x3f\xff\x02\x00\x3f\xfb", 9));
        while (!peer.gone_within(5) && peer.write("x")) {
        }
    });
    const auto transport = open_transport(place.settings());
    BOOST_TEST(summary(get(*transport, {"127.0.0.1", server.port(), true}, "/", within(soon))) ==
               "Deadline, has not happened");
}

BOOST_AUTO_TEST_CASE(a_silent_proxy_ends_with_the_deadline) {
    RawServer server([](Peer& peer) { peer.wait_for_end(); });
    TransportSettings settings = bare_settings();
    settings.proxy = "http://127.0.0.1:" + std::to_string(server.port());
    const auto transport = open_transport(settings);
    BOOST_TEST(summary(get(*transport, {"hsm.example", 443, true}, "/", within(soon))) == "Deadline, has not happened");
}

BOOST_AUTO_TEST_CASE(no_answer_ends_with_the_deadline) {
    Workplace place;
    place.handler.hold();
    const auto transport = open_transport(place.settings());
    for (const Endpoint& endpoint : {place.plain(), place.tls()}) {
        BOOST_TEST(summary(get(*transport, endpoint, "/", within(later))) == "Deadline, may have happened");
        BOOST_TEST(transport->open_connections() == 0U);
    }
}

BOOST_AUTO_TEST_CASE(an_answer_that_drips_ends_with_the_deadline) {
    RawServer server([](Peer& peer) {
        peer.request();
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
        while (!peer.gone_within(5) && peer.write("x")) {
        }
    });
    const auto transport = open_transport(bare_settings());
    const Outcome outcome = get(*transport, clear_endpoint(server), "/", within(later));
    BOOST_TEST(summary(outcome) == "Deadline, may have happened");
    CHECK_CONTAINS(trouble_of(outcome).message, "did not complete its answer in time");
}

BOOST_AUTO_TEST_CASE(a_peer_that_does_not_read_ends_with_the_deadline) {
    RawServer server([](Peer& peer) {
        while (!peer.gone_within(60'000)) {
        }
    });
    const auto transport = open_transport(bare_settings());
    const std::string body(24U << 20U, 'x');
    BOOST_TEST(summary(post(*transport, clear_endpoint(server), body, within(later))) == "Deadline, may have happened");
}

BOOST_AUTO_TEST_CASE(a_slow_answer_comes_also_after_a_request_with_little_time) {
    Workplace place;
    const auto transport = open_transport(place.settings());
    BOOST_TEST(told(get(*transport, place.tls(), "/", within(milliseconds(900)))) == "200 GET / ");
    place.handler.reply = [](const http::Request& /*request*/) {
        http::Response response = text_response("slow");
        response.delivery.delay = milliseconds(600);  // longer than the socket's patience is by then
        return response;
    };
    BOOST_TEST(told(get(*transport, place.tls())) == "200 slow");
    BOOST_TEST(transport->connections_made() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
