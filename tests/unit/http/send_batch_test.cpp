#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "http/descriptor.hpp"
#include "http/send_batch.hpp"

using namespace kvp11;

namespace {

struct Pair {
    Pair() {
        int both[2] = {-1, -1};
        BOOST_REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, both) == 0);
        ours = http::Descriptor(both[0]);
        theirs = http::Descriptor(both[1]);
    }
    void fill() const {
        const std::string much(4096, 'x');
        while (send(ours.number(), much.data(), much.size(), MSG_NOSIGNAL) > 0) continue;
    }
    [[nodiscard]] std::string received() const {
        std::string text(256, '\0');
        const ssize_t size = recv(theirs.number(), text.data(), text.size(), 0);
        text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
        return text;
    }
    http::Descriptor ours;
    http::Descriptor theirs;
};

struct WithoutPipeSignal {
    WithoutPipeSignal() {
        sigset_t pipe{};
        sigemptyset(&pipe);
        sigaddset(&pipe, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(send_batch, WithoutPipeSignal)

// More than go in one call.
BOOST_AUTO_TEST_CASE(each_socket_gets_its_own) {
    const std::vector<Pair> pairs(150);
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < pairs.size(); ++i) texts.push_back("answer " + std::to_string(i));
    std::vector<http::SendPart> parts;
    for (std::size_t i = 0; i < pairs.size(); ++i) parts.push_back({pairs[i].ours.number(), texts[i]});
    http::SendBatch batch;
    batch.send(parts);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        BOOST_TEST(pairs[i].received() == texts[i].substr(0, parts[i].sent));
    }
    // Where the system forbids it nothing is sent; here it does not.
    BOOST_TEST(parts.front().sent == texts.front().size());
    BOOST_TEST(parts[149].sent == texts[149].size());
}

BOOST_AUTO_TEST_CASE(what_takes_nothing_keeps_no_other_waiting) {
    Pair full;
    Pair gone;
    const Pair good;
    full.fill();
    gone.theirs = http::Descriptor();
    std::vector<http::SendPart> parts = {
        {full.ours.number(), "one"}, {gone.ours.number(), "two"}, {good.ours.number(), "three"}};
    http::SendBatch batch;
    batch.send(parts);
    BOOST_TEST(parts[0].sent == 0U);
    BOOST_TEST(parts[1].sent == 0U);
    BOOST_TEST(parts[2].sent == 5U);
    BOOST_TEST(good.received() == "three");
}

// A number that is no socket ends the call before those behind it: they are left to be sent one by one.
BOOST_AUTO_TEST_CASE(nothing_is_said_to_be_sent_that_was_not) {
    const Pair first;
    const Pair last;
    std::vector<http::SendPart> parts = {{first.ours.number(), "one"}, {-1, "two"}, {last.ours.number(), "three"}};
    http::SendBatch batch;
    batch.send(parts);
    BOOST_TEST(parts[1].sent == 0U);
    BOOST_TEST(first.received().size() == parts[0].sent);
    BOOST_TEST(last.received().size() == parts[2].sent);
}

BOOST_AUTO_TEST_SUITE_END()
