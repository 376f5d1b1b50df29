#include "transport/authority.hpp"
#include "transport/host_name.hpp"
#include "workplace.hpp"

using namespace kvp11;
using namespace kvp11::test;

BOOST_AUTO_TEST_SUITE(url)

BOOST_AUTO_TEST_CASE(a_url_is_an_endpoint_and_a_target) {
    struct Row {
        const char* url;
        const char* host;
        std::uint16_t port;
        bool tls;
        const char* target;
    };
    for (const Row& row : {Row{"https://contoso.managedhsm.azure.net", "contoso.managedhsm.azure.net", 443, true, "/"},
                           Row{"https://a.b:8443/keys/x?api-version=7.6", "a.b", 8443, true, "/keys/x?api-version=7.6"},
                           Row{"http://169.254.169.254/metadata", "169.254.169.254", 80, false, "/metadata"},
                           Row{"https://[::1]:9?x=1", "::1", 9, true, "/?x=1"},
                           Row{"https://[2001:db8::1]/", "2001:db8::1", 443, true, "/"}}) {
        const auto parsed = transport::parse_url(row.url);
        REQUIRE_OK(parsed);
        BOOST_TEST(parsed->endpoint.host == row.host);
        BOOST_TEST(parsed->endpoint.port == row.port);
        BOOST_TEST(parsed->endpoint.tls == row.tls);
        BOOST_TEST(parsed->target == row.target);
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_url_is_refused) {
    for (const char* const text :
         {"", "contoso", "ftp://a", "https://", "https:///x", "https://a:0", "https://a:65536", "https://a:1x",
          "https://u@a", "https://a#b", "https://a b", "https://[::1", "https://[::1]x", "https://a\r\nX: y"}) {
        CHECK_FAILS(transport::parse_url(text), Errc::ArgumentsBad);
    }
}

BOOST_AUTO_TEST_CASE(hosts_that_stay_here_are_known) {
    for (const char* const host : {"localhost", "LOCALHOST", "lab.managedhsm.localhost", "localhost.", "127.0.0.1",
                                   "127.9.9.9", "::1", "169.254.169.254", "fe80::1", "::ffff:127.0.0.1"}) {
        BOOST_TEST(transport::stays_here(host), host);
    }
    for (const char* const host :
         {"example", "notlocalhost", "localhost.example", "10.0.0.1", "128.0.0.1", "2001:db8::1"}) {
        BOOST_TEST(!transport::stays_here(host), host);
    }
}

BOOST_AUTO_TEST_SUITE_END()
