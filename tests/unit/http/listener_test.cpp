#include "workplace.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <map>
#include <thread>

using namespace kvp11;
using namespace kvp11::test;

namespace {

struct OneListener {
    explicit OneListener(http::ListenerSettings listener) {
        listener.handler = &handler;
        handler.reply = [](const http::Request& request) {
            return text_response(request.peer.address + " " + std::to_string(request.peer.port) +
                                 (request.peer.is_ipv6 ? " ipv6" : " ipv4"));
        };
        http::ServerSettings settings;
        settings.listeners.push_back(std::move(listener));
        server = http::Server::start(std::move(settings));
    }
    TestHandler handler;
    Result<std::unique_ptr<http::Server>> server = fail(Errc::Internal);
};

http::ListenerSettings at(const std::string& address, std::uint16_t port = 0) {
    http::ListenerSettings listener;
    listener.address = address;
    listener.port = port;
    return listener;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(listener)

BOOST_AUTO_TEST_CASE(the_handler_hears_who_asks) {
    OneListener ipv4(at("127.0.0.1"));
    REQUIRE_OK(ipv4.server);
    Client client((*ipv4.server)->port(0));
    BOOST_TEST(client.ask(get("/")).value_or(Answer{}).body == "127.0.0.1 " + std::to_string(client.port()) + " ipv4");
}

BOOST_AUTO_TEST_CASE(ipv4_clients_of_an_ipv6_socket_have_ipv4_addresses) {
    OneListener both(at("::"));
    if (!both.server.ok()) {
        BOOST_TEST_MESSAGE("no IPv6 here");
        std::puts("SKIPPED: no IPv6 on this machine");
        return;
    }
    Client ipv4((*both.server)->port(0));
    BOOST_TEST(ipv4.ask(get("/")).value_or(Answer{}).body == "127.0.0.1 " + std::to_string(ipv4.port()) + " ipv4");
    Client ipv6((*both.server)->port(0), {}, "::1");
    BOOST_TEST(ipv6.ask(get("/")).value_or(Answer{}).body.starts_with("::1 "));
}

BOOST_AUTO_TEST_CASE(an_address_that_is_taken_is_named) {
    OneListener first(at("127.0.0.1"));
    REQUIRE_OK(first.server);
    const std::uint16_t port = (*first.server)->port(0);
    OneListener second(at("127.0.0.1", port));
    CHECK_FAILS(second.server, Errc::DeviceError);
    BOOST_TEST(second.server.error().message.find("127.0.0.1 port " + std::to_string(port)) != std::string::npos);
    CHECK_FAILS(OneListener(at("no such address")).server, Errc::DeviceError);
    CHECK_FAILS(OneListener(at("203.0.113.1")).server, Errc::DeviceError);
}

BOOST_AUTO_TEST_CASE(a_port_is_free_again_at_once) {
    std::uint16_t port = 0;
    {
        OneListener first(at("127.0.0.1"));
        REQUIRE_OK(first.server);
        port = (*first.server)->port(0);
        Client client(port);
        BOOST_REQUIRE(client.ask(get("/")));
    }
    CHECK_OK(OneListener(at("127.0.0.1", port)).server);
}

BOOST_AUTO_TEST_CASE(a_socket_may_be_inherited) {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{AF_INET, 0, {htonl(INADDR_LOOPBACK)}, {}};
    BOOST_REQUIRE_EQUAL(bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    http::ListenerSettings listener;
    listener.inherited_socket = dup(socket);
    CHECK_FAILS(OneListener(listener).server, Errc::DeviceError);  // it does not listen yet
    BOOST_REQUIRE_EQUAL(listen(socket, 5), 0);
    OneListener inheriting(listener);
    REQUIRE_OK(inheriting.server);
    Client client((*inheriting.server)->port(0));
    BOOST_TEST(client.ask(get("/")).value_or(Answer{}).status == 200);
    // What systemd keeps of the socket takes connections while the server restarts.
    (*inheriting.server)->stop({});
    Client early((*inheriting.server)->port(0));
    listener.inherited_socket = dup(socket);
    OneListener again(listener);
    REQUIRE_OK(again.server);
    BOOST_TEST(early.ask(get("/")).value_or(Answer{}).status == 200);
    listener.inherited_socket = 9999;
    CHECK_FAILS(OneListener(listener).server, Errc::DeviceError);
    ::close(socket);
}

BOOST_AUTO_TEST_CASE(connections_are_spread_over_the_threads) {
    Workplace place({}, 2);
    std::mutex mutex;
    std::map<std::thread::id, int> seen;
    place.handler.reply = [&](const http::Request&) {
        const std::lock_guard lock(mutex);
        ++seen[std::this_thread::get_id()];
        return text_response("x");
    };
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 20; ++i) {
        clients.push_back(std::make_unique<Client>(place.tls(), ClientTls{}));
        for (int j = 0; j < 3; ++j) BOOST_REQUIRE(clients.back()->ask(get("/")));
    }
    BOOST_REQUIRE_EQUAL(seen.size(), 2U);
    for (const auto& [thread, count] : seen) BOOST_TEST(count == 30);
}

BOOST_AUTO_TEST_CASE(descriptors_that_run_out_end_nothing) {
    Workplace place;
    Client before(place.plain());
    BOOST_REQUIRE(before.ask(get("/")));
    std::vector<int> taken;
    for (int number = 0; (number = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0;) {
        taken.push_back(number);
        if (taken.size() > 100'000) break;
    }
    if (taken.size() > 100'000) {
        std::puts("SKIPPED: descriptors do not run out here");
    } else {
        ::close(taken.back());
        taken.pop_back();
        Client waiting(place.plain());  // took the last one
        BOOST_TEST(before.ask(get("/")).value_or(Answer{}).status == 200);
        BOOST_REQUIRE(waiting.send(get("/")));
        for (const int number : taken) ::close(number);
        taken.clear();
        BOOST_TEST(waiting.answer().value_or(Answer{}).status == 200);
    }
    for (const int number : taken) ::close(number);
}

BOOST_AUTO_TEST_SUITE_END()
