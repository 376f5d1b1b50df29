#include "transport/socket.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "workplace.hpp"

using namespace kvp11;
using namespace kvp11::test;
using transport::End;
using transport::Socket;
using transport::SocketRoll;

namespace {

int connect_to(std::uint16_t port) {
    const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    BOOST_REQUIRE_EQUAL(connect(made, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    return made;
}

/// What becomes of a word sent to this server, and whether it was refused for sure.
std::string after_sending(RawServer& server, bool wait_first) {
    SocketRoll roll;
    Socket socket(roll, connect_to(server.port()));
    socket.set_deadline(whenever());
    if (wait_first) server.wait_for_ended(1);
    const std::uint64_t before = socket.sent();
    if (socket.send("word", 4).end != End::None) return "not sent";
    std::array<char, 16> bytes{};
    const End end = socket.receive(bytes.data(), bytes.size()).end;
    const char* const name = end == End::Closed ? "closed" : end == End::Broken ? "broken" : "something";
    return std::string(name) + (socket.was_refused_after(before) ? ", refused" : ", who knows");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sockets)

BOOST_AUTO_TEST_CASE(what_came_after_the_end_is_known_to_be_refused) {
    RawServer server([](Peer&) {});
    BOOST_TEST(after_sending(server, true) == "closed, refused");
}

BOOST_AUTO_TEST_CASE(what_was_read_before_the_end_is_not) {
    RawServer server([](Peer& peer) {
        std::array<char, 4> bytes{};
        recv(peer.socket(), bytes.data(), bytes.size(), MSG_WAITALL);
    });
    BOOST_TEST(after_sending(server, false) == "closed, who knows");
}

BOOST_AUTO_TEST_CASE(what_was_read_before_a_reset_is_not) {
    RawServer server([](Peer& peer) {
        std::array<char, 4> bytes{};
        recv(peer.socket(), bytes.data(), bytes.size(), MSG_WAITALL);
        peer.reset();
    });
    BOOST_TEST(after_sending(server, false) == "broken, who knows");
}

BOOST_AUTO_TEST_CASE(what_a_peer_may_still_read_is_not) {
    // It will say no more, but listens.
    RawServer server([](Peer& peer) {
        shutdown(peer.socket(), SHUT_WR);
        peer.wait_for_end();
    });
    SocketRoll roll;
    Socket socket(roll, connect_to(server.port()));
    socket.set_deadline(whenever());
    std::array<char, 16> bytes{};
    BOOST_TEST((socket.receive(bytes.data(), bytes.size()).end == End::Closed));
    BOOST_REQUIRE((socket.send("word", 4).end == End::None));
    BOOST_TEST(!socket.was_refused_after(0));
}

BOOST_AUTO_TEST_CASE(a_descriptor_that_became_something_else_is_left_alone) {
    RawServer server([](Peer& peer) { peer.wait_for_end(); });
    SocketRoll roll;
    const int descriptor = connect_to(server.port());
    {
        const Socket socket(roll, descriptor);
        BOOST_TEST(socket.is_ours());
        // As a host does that closes everything it does not know, and then opens its own files.
        const int file = open("/dev/null", O_RDONLY | O_CLOEXEC);
        BOOST_REQUIRE_EQUAL(dup3(file, descriptor, O_CLOEXEC), descriptor);
        close(file);
        BOOST_TEST(!socket.is_ours());
    }
    BOOST_TEST(fcntl(descriptor, F_GETFD) >= 0);
    close(descriptor);
}

BOOST_AUTO_TEST_CASE(places_of_a_roll_are_used_again) {
    RawServer server([](Peer& peer) { peer.wait_for_end(); });
    SocketRoll roll;
    for (int i = 0; i < 10; ++i) {
        const Socket one(roll, connect_to(server.port()));
        const Socket two(roll, connect_to(server.port()));
        BOOST_TEST(roll.open() == 2U);
    }
    BOOST_TEST(roll.open() == 0U);
    BOOST_TEST(roll.made() == 20U);
}

BOOST_AUTO_TEST_SUITE_END()
