#include "traffic/allow_list.hpp"

#include "stage.hpp"

using namespace kvp11;
using namespace kvp11::traffic;
using namespace kvp11::traffic::test;

namespace {

bool is_in(std::string_view range, std::string_view address) {
    const auto parsed = AddressRange::parse(range);
    BOOST_REQUIRE_MESSAGE(parsed.has_value(), range << " is no range");
    const auto who = parse_address(address);
    BOOST_REQUIRE_MESSAGE(who.has_value(), address << " is no address");
    return parsed->contains(*who);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(allow_list)

BOOST_AUTO_TEST_CASE(networks_hold_what_begins_as_they_do) {
    BOOST_TEST(is_in("127.0.0.0/8", "127.255.0.1"));
    BOOST_TEST(!is_in("127.0.0.0/8", "128.0.0.1"));
    BOOST_TEST(is_in("10.1.2.128/25", "10.1.2.129"));
    BOOST_TEST(!is_in("10.1.2.128/25", "10.1.2.127"));
    BOOST_TEST(is_in("10.1.2.3", "10.1.2.3"));
    BOOST_TEST(!is_in("10.1.2.3", "10.1.2.2"));
    BOOST_TEST(is_in("10.1.2.3/8", "10.9.9.9"));
    BOOST_TEST(is_in("0.0.0.0/0", "203.0.113.7"));
    BOOST_TEST(is_in("::1", "::1"));
    BOOST_TEST(!is_in("::1", "::2"));
    BOOST_TEST(is_in("2001:db8::/33", "2001:db8:7fff::1"));
    BOOST_TEST(!is_in("2001:db8::/33", "2001:db8:8000::1"));
    BOOST_TEST(is_in("fe80::/10", "fe80::1%eth0"));
}

BOOST_AUTO_TEST_CASE(an_ipv4_address_in_ipv6_is_the_ipv4_one) {
    BOOST_TEST(is_in("127.0.0.0/8", "::ffff:127.0.0.1"));
    BOOST_TEST(is_in("127.0.0.0/8", "::ffff:7f00:1"));
    BOOST_TEST(!is_in("127.0.0.0/8", "::ffff:8.8.8.8"));
    BOOST_TEST(is_in("::ffff:10.0.0.0/104", "10.200.0.1"));
    BOOST_TEST(!is_in("::/0", "10.0.0.1"));
    BOOST_TEST(!is_in("0.0.0.0/0", "::1"));
    BOOST_TEST(!is_in("0.0.0.0/0", "::7f00:1"));
}

BOOST_AUTO_TEST_CASE(what_is_no_network_is_refused) {
    for (const char* text : {"", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8 ",
                             "10.0.0/8", "10.0.0.0/8/8", "010.0.0.1", "0x7f.0.0.1", "::1/129", ":::", "localhost",
                             "fe80::1%eth0", "10.0.0.0/99999999999", "1:2:3:4:5:6:7:8:9", "*"}) {
        BOOST_TEST(!AddressRange::parse(text).has_value(), "'" << text << "' is a range");
    }
    BOOST_TEST(!AddressRange::parse(std::string_view("10.0.0.1\0", 9)).has_value());
    BOOST_TEST(!AddressRange::parse(std::string(1000, '1')).has_value());
}

BOOST_AUTO_TEST_CASE(only_who_is_listed_is_admitted_and_others_are_counted) {
    Stage stage(R"({"allow": ["127.0.0.0/8", "::1"]})");
    BOOST_TEST(stage.traffic->admits("127.0.0.1"));
    BOOST_TEST(stage.traffic->admits("::1"));
    BOOST_TEST(!stage.traffic->admits("192.0.2.1"));
    BOOST_TEST(!stage.traffic->admits(""));
    BOOST_TEST(!stage.traffic->admits("nonsense"));
    BOOST_TEST(stage.happened("/happened/refused_by_allow") == 3);
}

BOOST_AUTO_TEST_CASE(an_empty_list_admits_nobody_and_no_list_everybody) {
    BOOST_TEST(!Stage(R"({"allow": []})").traffic->admits("127.0.0.1"));
    BOOST_TEST(Stage("{}").traffic->admits("nonsense"));
}

BOOST_AUTO_TEST_SUITE_END()
