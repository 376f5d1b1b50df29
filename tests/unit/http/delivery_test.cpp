#include "workplace.hpp"

using namespace kvp11;
using namespace kvp11::test;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

std::function<http::Response(const http::Request&)> always(const http::Delivery& delivery, std::size_t size) {
    return [=](const http::Request& request) {
        auto response = text_response(std::string(size, 'x'));
        if (request.target == "/") response.delivery = delivery;
        return response;
    };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(delivery)

BOOST_AUTO_TEST_CASE(a_late_answer_is_late_and_stops_nobody_else) {
    Workplace place({}, 1);
    http::Delivery delivery;
    delivery.delay = 200ms;
    place.handler.reply = always(delivery, 10);
    Client late(place.tls(), ClientTls{});
    Client other(place.tls(), ClientTls{});
    const auto begin = Clock::now();
    BOOST_REQUIRE(late.send(get("/") + get("/quick")));
    BOOST_TEST(other.ask(get("/quick")).value_or(Answer{}).status == 200);
    BOOST_TEST(late.answer().value_or(Answer{}).body.size() == 10U);
    BOOST_TEST((Clock::now() - begin >= 200ms));
    BOOST_TEST(late.answer().value_or(Answer{}).status == 200);
}

BOOST_AUTO_TEST_CASE(a_reset_is_seen_as_one) {
    Workplace place;
    http::Delivery delivery;
    delivery.reset = true;
    place.handler.reply = always(delivery, 10);
    for (const bool tls : {false, true}) {
        Client client(tls ? place.tls() : place.plain(), tls ? std::optional<ClientTls>(ClientTls{}) : std::nullopt);
        BOOST_REQUIRE(client.send(get("/")));
        BOOST_TEST(client.rest() == "");
        BOOST_TEST(client.was_reset());
        BOOST_TEST(!client.said_goodbye());
    }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_settled_is_not_sent) {
    Workplace place;
    std::atomic<unsigned> asked{0};
    std::atomic<bool> works{true};
    place.handler.settles = [&] { return ++asked, works.load(); };
    Client client(place.tls(), ClientTls{});
    BOOST_TEST(client.ask(get("/")).value_or(Answer{}).status == 200);
    BOOST_TEST(asked == 1U);
    works = false;
    BOOST_REQUIRE(client.send(get("/lost")));
    BOOST_TEST(client.rest() == "");
    BOOST_TEST(client.was_reset());
    works = true;
    Client next(place.tls(), ClientTls{});
    BOOST_TEST(next.ask(get("/")).value_or(Answer{}).status == 200);
}

BOOST_AUTO_TEST_CASE(a_truncated_body_ends_before_its_length) {
    Workplace place;
    http::Delivery delivery;
    delivery.truncate_after = 3;
    place.handler.reply = always(delivery, 10);
    for (const bool tls : {false, true}) {
        Client client(tls ? place.tls() : place.plain(), tls ? std::optional<ClientTls>(ClientTls{}) : std::nullopt);
        BOOST_REQUIRE(client.send(get("/")));
        const std::string all = client.rest();
        BOOST_TEST(all.find("Content-Length: 10\r\n") != std::string::npos);
        BOOST_TEST(all.ends_with("\r\n\r\nxxx"));
        BOOST_TEST(!client.was_reset());
        BOOST_TEST(!client.said_goodbye());
    }
}

BOOST_AUTO_TEST_CASE(what_is_longer_than_the_body_truncates_nothing) {
    Workplace place;
    http::Delivery delivery;
    delivery.truncate_after = 10;
    place.handler.reply = always(delivery, 10);
    Client client(place.tls(), ClientTls{});
    for (int i = 0; i < 2; ++i) BOOST_TEST(client.ask(get("/")).value_or(Answer{}).body.size() == 10U);
}

BOOST_AUTO_TEST_CASE(a_slow_body_takes_its_time_and_the_connection_goes_on) {
    Workplace place({}, 1);
    http::Delivery delivery;
    delivery.bytes_per_second = 1000;
    place.handler.reply = always(delivery, 250);
    Client client(place.tls(), ClientTls{});
    Client other(place.tls(), ClientTls{});
    const auto begin = Clock::now();
    BOOST_REQUIRE(client.send(get("/")));
    BOOST_TEST(other.ask(get("/quick")).value_or(Answer{}).status == 200);
    BOOST_TEST(client.answer().value_or(Answer{}).body == std::string(250, 'x'));
    BOOST_TEST((Clock::now() - begin >= 200ms));
    BOOST_TEST(client.ask(get("/quick")).value_or(Answer{}).status == 200);
}

BOOST_AUTO_TEST_CASE(slow_late_and_truncated_go_together) {
    Workplace place;
    http::Delivery delivery;
    delivery.delay = 20ms;
    delivery.truncate_after = 15;
    delivery.bytes_per_second = 100;
    place.handler.reply = always(delivery, 100);
    Client client(place.tls(), ClientTls{});
    BOOST_REQUIRE(client.send(get("/")));
    BOOST_TEST(client.rest().ends_with("\r\n\r\n" + std::string(15, 'x')));
}

BOOST_AUTO_TEST_CASE(clients_that_leave_during_a_slow_answer_leave_nothing_behind) {
    Workplace place;
    http::Delivery delivery;
    delivery.bytes_per_second = 1000;
    place.handler.reply = always(delivery, 100'000);
    {
        Client client(place.tls(), ClientTls{});
        BOOST_REQUIRE(client.send(get("/")));
        BOOST_REQUIRE(comes_true([&] { return place.handler.handled() == 1; }));
        client.vanish();
    }
    BOOST_TEST(comes_true([&] { return place.server->counters().open.load() == 0; }));
}

BOOST_AUTO_TEST_SUITE_END()
