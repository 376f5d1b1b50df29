#include "server/listen_address.hpp"

#include <boost/test/unit_test.hpp>

#include "support/results.hpp"

using kvp11::Errc;
using kvp11::server::ListenAddress;

BOOST_AUTO_TEST_SUITE(listen_address)

BOOST_AUTO_TEST_CASE(an_address_and_a_port_are_read_and_written_alike) {
    for (const char* text : {"127.0.0.1:8443", "[::1]:8443", "0.0.0.0:1", "[2001:db8::1]:65535", "127.0.0.1:0"}) {
        const auto parsed = ListenAddress::parse("--listen", text);
        REQUIRE_OK(parsed);
        BOOST_TEST(parsed->text() == text);
    }
}

BOOST_AUTO_TEST_CASE(without_an_address_it_is_the_loopback) {
    for (const char* text : {"8443", ":8443", "localhost:8443"}) {
        const auto parsed = ListenAddress::parse("--listen", text);
        REQUIRE_OK(parsed);
        BOOST_TEST(parsed->text() == "127.0.0.1:8443");
        BOOST_TEST(parsed->is_loopback());
    }
    BOOST_TEST(ListenAddress::parse("--listen", "*:80")->text() == "[::]:80");
    BOOST_TEST(!ListenAddress::parse("--listen", "*:80")->is_loopback());
    BOOST_TEST(ListenAddress::parse("--listen", "[::1]:80")->is_loopback());
}

BOOST_AUTO_TEST_CASE(what_is_no_address_is_refused_with_the_option) {
    for (const char* text : {"", ":", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "::1:8443",
                             "example.com:80", "[127.0.0.1:80", "1.2.3.4:80x", "[]:80"}) {
        const auto parsed = ListenAddress::parse("--metrics", text);
        BOOST_TEST_CONTEXT(text) {
            CHECK_FAILS(parsed, Errc::ArgumentsBad);
            if (!parsed.ok()) BOOST_TEST(parsed.error().message.find("--metrics") != std::string::npos);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
