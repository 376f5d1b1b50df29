#include "server/inherited_sockets.hpp"

#include <boost/test/unit_test.hpp>

#include "support/results.hpp"

using kvp11::Errc;
using kvp11::server::inherited_sockets;
using kvp11::server::take_socket;

BOOST_AUTO_TEST_SUITE(inherited)

BOOST_AUTO_TEST_CASE(descriptors_begin_at_three_and_have_their_names) {
    auto sockets = inherited_sockets("77", "3", "https:metrics:", 77);
    REQUIRE_OK(sockets);
    BOOST_REQUIRE(sockets->size() == 3U);
    BOOST_TEST((*sockets)[0].descriptor == 3);
    BOOST_TEST((*sockets)[0].name == "https");
    BOOST_TEST((*sockets)[2].descriptor == 5);
    BOOST_TEST((*sockets)[2].name == "");
    BOOST_TEST(take_socket(*sockets, "metrics").value_or(-1) == 4);
    BOOST_TEST(!take_socket(*sockets, "metrics").has_value());
    BOOST_TEST(sockets->size() == 2U);
}

BOOST_AUTO_TEST_CASE(names_may_be_missing) {
    const auto sockets = inherited_sockets("77", "2", nullptr, 77);
    REQUIRE_OK(sockets);
    BOOST_REQUIRE(sockets->size() == 2U);
    BOOST_TEST((*sockets)[1].name == "");
}

BOOST_AUTO_TEST_CASE(what_is_for_another_process_is_not_ours) {
    BOOST_TEST(inherited_sockets("76", "2", nullptr, 77)->empty());
    BOOST_TEST(inherited_sockets(nullptr, "2", nullptr, 77)->empty());
    BOOST_TEST(inherited_sockets("77", nullptr, nullptr, 77)->empty());
    BOOST_TEST(inherited_sockets("77", "0", "", 77)->empty());
}

BOOST_AUTO_TEST_CASE(numbers_that_are_none_are_refused) {
    CHECK_FAILS(inherited_sockets("x", "1", nullptr, 77), Errc::ConfigurationInvalid);
    CHECK_FAILS(inherited_sockets("77", "", nullptr, 77), Errc::ConfigurationInvalid);
    CHECK_FAILS(inherited_sockets("77", "-1", nullptr, 77), Errc::ConfigurationInvalid);
    CHECK_FAILS(inherited_sockets("77", "1x", nullptr, 77), Errc::ConfigurationInvalid);
    CHECK_FAILS(inherited_sockets("77", "100000", nullptr, 77), Errc::ConfigurationInvalid);
}

BOOST_AUTO_TEST_SUITE_END()
