#include <boost/test/unit_test.hpp>

#include "http/url.hpp"

using namespace kvp11;

BOOST_AUTO_TEST_SUITE(url)

BOOST_AUTO_TEST_CASE(parts_are_found) {
    const auto url = http::parse_url("https://login.example:8443/a/b?c=d/e");
    BOOST_REQUIRE(url);
    BOOST_TEST(url->tls);
    BOOST_TEST(url->host == "login.example");
    BOOST_TEST(url->authority == "login.example:8443");
    BOOST_TEST(url->port == "8443");
    BOOST_TEST(url->target == "/a/b?c=d/e");
}

BOOST_AUTO_TEST_CASE(what_is_left_out_is_filled_in) {
    BOOST_TEST(http::parse_url("https://a")->target == "/");
    BOOST_TEST(http::parse_url("https://a")->port == "443");
    BOOST_TEST(http::parse_url("http://a?b")->target == "/?b");
    BOOST_TEST(http::parse_url("http://a?b")->port == "80");
    BOOST_TEST(http::parse_url("http://[::1]:8080/")->host == "::1");
    BOOST_TEST(http::parse_url("http://[::1]:8080/")->authority == "[::1]:8080");
}

BOOST_AUTO_TEST_CASE(what_is_no_url_is_refused) {
    for (const char* text : {"", "a", "/a", "ftp://a/", "https://", "https:///a", "https://a:/", "https://a:b/",
                             "https://a:123456/", "https://user@a/", "https://[::1/", "https://[::1]a/", "https://a/#b",
                             "https://a/ b", "https://a/\r\nX: y"}) {
        BOOST_TEST_CONTEXT(text) { BOOST_TEST(!http::parse_url(text)); }
    }
}

BOOST_AUTO_TEST_SUITE_END()
