#include <thread>

#include "workplace.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

/// Threads that end with their scope.
class Threads {
public:
    void start(std::function<void()> work) { all_.emplace_back(std::move(work)); }
    void join() {
        for (std::thread& one : all_) one.join();
        all_.clear();
    }
    ~Threads() { join(); }

private:
    std::vector<std::thread> all_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(pool)

BOOST_AUTO_TEST_CASE(many_threads_get_their_own_answers) {
    Workplace place;
    const auto transport = open_transport(place.settings());
    std::atomic<int> right{0};
    Threads threads;
    constexpr int count = 16;
    constexpr int requests = 100;
    for (int thread = 0; thread < count; ++thread) {
        threads.start([&, thread] {
            for (int i = 0; i < requests; ++i) {
                const std::string text = std::to_string(thread) + "." + std::to_string(i);
                if (told(post(*transport, place.tls(), text)) == "200 POST / " + text) ++right;
            }
        });
    }
    threads.join();
    BOOST_TEST(right == count * requests);
    BOOST_TEST(transport->connections_made() <= 16U);
}

BOOST_AUTO_TEST_CASE(requests_beyond_the_limit_wait_for_a_connection) {
    Workplace place;
    TransportSettings settings = place.settings();
    settings.most_connections = 2;
    const auto transport = open_transport(settings);
    place.handler.hold();
    std::atomic<int> answered{0};
    Threads threads;
    for (int i = 0; i < 8; ++i) {
        threads.start([&] { answered += told(get(*transport, place.tls())) == "200 held" ? 1 : 0; });
    }
    for (int i = 0; i < 7; ++i) {
        place.handler.wait_for_held(i < 6 ? 2 : 1);
        place.handler.let_one_go();
    }
    place.handler.wait_for_held(1);
    place.handler.let_go();
    threads.join();
    BOOST_TEST(answered == 8);
    BOOST_TEST(transport->connections_made() == 2U);
}

BOOST_AUTO_TEST_CASE(waiting_for_a_connection_ends_with_the_deadline) {
    Workplace place;
    TransportSettings settings = place.settings();
    settings.most_connections = 1;
    const auto transport = open_transport(settings);
    place.handler.hold();
    Threads threads;
    threads.start([&] { (void)get(*transport, place.tls()); });
    place.handler.wait_for_held(1);
    BOOST_TEST(summary(get(*transport, place.tls(), "/", within(std::chrono::milliseconds(50)))) ==
               "Deadline, has not happened");
    // Another endpoint has its own.
    threads.start([&] { (void)get(*transport, place.plain()); });
    place.handler.wait_for_held(2);
    place.handler.let_go();
    threads.join();
    BOOST_TEST(told(get(*transport, place.tls())) == "200 GET / ");
    BOOST_TEST(transport->connections_made() == 2U);
}

BOOST_AUTO_TEST_CASE(a_place_is_given_back_whatever_happens) {
    Workplace place;
    TransportSettings settings = bare_settings();  // without the authority: no connection comes about
    settings.most_connections = 1;
    const auto transport = open_transport(settings);
    for (int i = 0; i < 3; ++i) BOOST_TEST(summary(get(*transport, place.tls())) == "Tls, has not happened");
    place.handler.reply = [](const http::Request& /*request*/) {
        http::Response response;
        response.delivery.reset = true;
        return response;
    };
    for (int i = 0; i < 3; ++i) BOOST_TEST(summary(get(*transport, place.plain())) == "Closed, may have happened");
}

BOOST_AUTO_TEST_CASE(connections_that_nobody_used_for_long_are_not_used_again) {
    Workplace place;
    TransportSettings settings = place.settings();
    settings.idle_limit = std::chrono::milliseconds(0);
    const auto transport = open_transport(settings);
    for (int i = 0; i < 3; ++i) BOOST_TEST(told(get(*transport, place.tls())) == "200 GET / ");
    BOOST_TEST(transport->connections_made() == 3U);
    BOOST_TEST(transport->open_connections() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
