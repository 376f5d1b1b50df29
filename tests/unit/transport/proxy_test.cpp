#include "transport/proxy.hpp"

#include <cstdlib>

#include "workplace.hpp"

using namespace kvp11;
using namespace kvp11::test;
using transport::ProxyRules;

namespace {

/// Variables of the environment, for as long as a case runs.
class Environment {
public:
    Environment(std::initializer_list<std::pair<const char*, const char*>> variables) {
        for (const char* const name : names) unsetenv(name);
        for (const auto& [name, value] : variables) setenv(name, value, 1);
    }
    ~Environment() {
        for (const char* const name : names) unsetenv(name);
    }
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

private:
    static constexpr std::initializer_list<const char*> names = {"HTTPS_PROXY", "https_proxy", "ALL_PROXY",
                                                                 "all_proxy",   "NO_PROXY",    "no_proxy"};
};

std::string proxy_of(const ProxyRules& rules, const Endpoint& endpoint) {
    const auto* const proxy = rules.proxy_for(endpoint);
    return proxy == nullptr ? "none" : proxy->endpoint.host + ":" + std::to_string(proxy->endpoint.port);
}

const Endpoint far{"contoso.managedhsm.azure.net", 443, true};

/// A proxy in front of a Workplace; it remembers what it was asked.
struct ProxyCase {
    explicit ProxyCase(std::string says = "HTTP/1.1 200 Connection established\r\n\r\n")
        : answer(std::move(says)), proxy([this](Peer& peer) {
              asked = peer.request();
              if (!peer.write(answer)) return;
              if (answer.starts_with("HTTP/1.1 200")) peer.relay_to(place.tls().port);
          }) {}

    std::string told_by(const std::string& user = {}) {
        TransportSettings settings = place.settings();
        settings.proxy = "http://" + user + "127.0.0.1:" + std::to_string(proxy.port());
        const auto transport = open_transport(settings);
        const Outcome outcome = get(*transport, {"hsm.example", 8443, true}, "/x");
        if (const auto* const trouble = std::get_if<Trouble>(&outcome)) BOOST_TEST(!trouble->may_have_happened);
        return told(outcome);
    }

    Workplace place;
    std::string answer;
    std::string asked;
    RawServer proxy;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(proxy)

BOOST_AUTO_TEST_CASE(requests_go_through_a_tunnel) {
    ProxyCase one;
    BOOST_TEST(one.told_by() == "200 GET /x ");
    one.proxy.wait_for_ended(1);
    BOOST_TEST(one.asked == "CONNECT hsm.example:8443 HTTP/1.1\r\nHost: hsm.example:8443\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(a_user_and_a_password_are_told_to_the_proxy) {
    ProxyCase one;
    // "user:p@ss:%" in base64
    BOOST_TEST(one.told_by("user:p%40ss%3a%25@") == "200 GET /x ");
    one.proxy.wait_for_ended(1);
    CHECK_CONTAINS(one.asked, "\r\nProxy-Authorization: Basic dXNlcjpwQHNzOiU=\r\n");
}

BOOST_AUTO_TEST_CASE(a_proxy_that_refuses_is_told) {
    BOOST_TEST(ProxyCase("HTTP/1.1 403 Forbidden\r\nContent-Length: 9\r\n\r\nforbidden")
                   .told_by()
                   .find("does not connect to hsm.example:8443: it answers 403") != std::string::npos);
    const std::string wants = "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n";
    CHECK_CONTAINS(ProxyCase(wants).told_by(), "wants a user and a password");
    CHECK_CONTAINS(ProxyCase(wants).told_by("a:b@"), "does not take this user and password");
    CHECK_CONTAINS(ProxyCase("SSH-2.0\r\n").told_by(), "is no HTTP/1.1");
    CHECK_CONTAINS(ProxyCase("HTTP/1.1 2").told_by(), "closed the connection");
    CHECK_CONTAINS(ProxyCase("HTTP/1.1 200 OK\r\n\r\nmore").told_by(), "says more than was asked");
}

BOOST_AUTO_TEST_CASE(a_proxy_that_is_not_there_is_told) {
    std::uint16_t port = 0;
    close(listen_on_loopback(port, 1));
    TransportSettings settings = bare_settings();
    settings.proxy = "http://127.0.0.1:" + std::to_string(port);
    const Outcome outcome = get(*open_transport(settings), {"hsm.example", 443, true});
    BOOST_TEST(summary(outcome) == "Connect, has not happened");
    CHECK_CONTAINS(trouble_of(outcome).message, "127.0.0.1:" + std::to_string(port));
}

BOOST_AUTO_TEST_CASE(this_machine_and_overridden_hosts_need_no_proxy) {
    const Workplace place;
    TransportSettings settings = place.settings();
    settings.proxy = "http://192.0.2.1:1";
    settings.addresses = {{"hsm.example", "127.0.0.1"}};
    const auto transport = open_transport(settings);
    for (const char* const host : {"localhost", "127.0.0.1", "hsm.example"}) {
        BOOST_TEST(told(get(*transport, place.tls(host))) == "200 GET / ", host);
    }
    BOOST_TEST(told(get(*transport, place.plain())) == "200 GET / ");
}

BOOST_AUTO_TEST_CASE(the_environment_is_asked_when_nothing_is_set) {
    const Environment environment({{"HTTPS_PROXY", "http://one:1"}, {"NO_PROXY", "a.example, .b.example"}});
    const ProxyRules rules = ProxyRules::read("").value();
    BOOST_TEST(proxy_of(rules, far) == "one:1");
    BOOST_TEST(proxy_of(rules, {"a.example", 443, true}) == "none");
    BOOST_TEST(proxy_of(rules, {"x.b.example", 443, true}) == "none");
    BOOST_TEST(proxy_of(rules, {"localhost", 443, true}) == "none");
    BOOST_TEST(proxy_of(rules, {"169.254.169.254", 80, false}) == "none");
    BOOST_TEST(proxy_of(rules, {"far.example", 80, false}) == "none");
    BOOST_TEST(proxy_of(ProxyRules::read("none").value(), far) == "none");
    BOOST_TEST(proxy_of(ProxyRules::read("http://two:2").value(), {"a.example", 443, true}) == "two:2");
}

BOOST_AUTO_TEST_CASE(names_of_variables_may_be_small_or_for_all) {
    for (const char* const name : {"https_proxy", "ALL_PROXY", "all_proxy"}) {
        const Environment environment({{name, "one:1"}, {"no_proxy", "*.x"}});
        BOOST_TEST(proxy_of(ProxyRules::read("").value(), far) == "one:1");
    }
    const Environment environment({{"HTTPS_PROXY", "one"}, {"no_proxy", "*"}});
    BOOST_TEST(proxy_of(ProxyRules::read("").value(), far) == "none");
}

BOOST_AUTO_TEST_CASE(a_variable_that_cannot_be_used_is_named) {
    const Environment environment({{"https_proxy", "https://u:secret@one:1"}});
    const auto refused = ProxyRules::read("");
    CHECK_FAILS(refused, Errc::ConfigurationInvalid);
    CHECK_CONTAINS(refused.error().message, "the environment's https_proxy: ");
    BOOST_TEST(refused.error().message.find("secret") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_proxy_is_read) {
    const auto proxy = transport::parse_proxy("http://proxy.example:3128/");
    REQUIRE_OK(proxy);
    BOOST_TEST(proxy->endpoint.host == "proxy.example");
    BOOST_TEST(proxy->endpoint.port == 3128);
    BOOST_TEST(!proxy->endpoint.tls);
    BOOST_TEST(proxy->authorization.empty());
    BOOST_TEST(transport::parse_proxy("[::1]").value().endpoint.port == 80);
    for (const char* const text : {"http://", "socks5://a:1", "https://a:1", "http://a:x", "http://a:0", ":1"}) {
        CHECK_FAILS(transport::parse_proxy(text), Errc::ConfigurationInvalid);
    }
    TransportSettings settings;
    settings.proxy = "socks5://u:secret@a:1";
    const auto refused = Transport::open(settings);
    CHECK_FAILS(refused, Errc::ConfigurationInvalid);
    BOOST_TEST(refused.error().message.find("secret") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(exceptions_are_understood_as_others_do) {
    struct Row {
        const char* entry;
        const char* host;
        std::uint16_t port;
        bool exempted;
    };
    for (const Row& row : {Row{"*", "a.example", 443, true},
                           Row{"example", "a.example", 443, true},
                           Row{".example", "a.example", 443, true},
                           Row{".example", "example", 443, true},
                           Row{"A.Example", "a.example", 443, true},
                           Row{"a.example", "xa.example", 443, false},
                           Row{"a.example:443", "a.example", 443, true},
                           Row{"a.example:444", "a.example", 443, false},
                           Row{"a.example:x", "a.example", 443, false},
                           Row{"10.0.0.1", "10.0.0.1", 443, true},
                           Row{"10.0.0.1:443", "10.0.0.1", 443, true},
                           Row{"10.0.0.1", "10.0.0.11", 443, false},
                           Row{"10.0.0.0/8", "10.1.2.3", 443, true},
                           Row{"10.0.0.0/8", "11.1.2.3", 443, false},
                           Row{"10.0.0.128/25", "10.0.0.129", 443, true},
                           Row{"10.0.0.128/25", "10.0.0.1", 443, false},
                           Row{"0.0.0.0/0", "10.0.0.1", 443, true},
                           Row{"10.0.0.0/33", "10.0.0.1", 443, false},
                           Row{"10.0.0.0/", "10.0.0.1", 443, false},
                           Row{"10.0.0.0/8", "a.example", 443, false},
                           Row{"2001:db8::/32", "2001:db8::7", 443, true},
                           Row{"2001:db8::7", "2001:db8:0::7", 443, true},
                           Row{"[2001:db8::7]:443", "2001:db8::7", 443, true},
                           Row{"", "a.example", 443, false},
                           Row{".", "a.example", 443, false}}) {
        BOOST_TEST(transport::is_exempted_by(row.entry, {row.host, row.port, true}) == row.exempted,
                   row.entry << " and " << row.host);
    }
}

BOOST_AUTO_TEST_SUITE_END()
