#include "host/nearest.hpp"

#include <array>
#include <boost/test/unit_test.hpp>

using namespace kvp11::host;

namespace {
constexpr std::array<std::string_view, 6> keys{"id", "label", "backend", "url", "credential", "certificates"};
}

BOOST_AUTO_TEST_SUITE(nearest_word)

BOOST_AUTO_TEST_CASE(swapped_missing_and_wrong_letters_are_seen_through) {
    BOOST_TEST(nearest("lable", keys).value() == "label");
    BOOST_TEST(nearest("backnd", keys).value() == "backend");
    BOOST_TEST(nearest("ID", keys).has_value() == false);
    BOOST_TEST(nearest("certificate", keys).value() == "certificates");
    BOOST_TEST(nearest("cert", keys).value() == "certificates");
    BOOST_TEST(nearest("credentails", keys).value() == "credential");
}

BOOST_AUTO_TEST_CASE(words_that_are_far_from_all_have_no_nearest) {
    BOOST_TEST(!nearest("x", keys).has_value());
    BOOST_TEST(!nearest("colour", keys).has_value());
    BOOST_TEST(!nearest("", keys).has_value());
    BOOST_TEST(!nearest(std::string(100000, 'l'), keys).has_value());
}

BOOST_AUTO_TEST_CASE(words_are_enumerated_as_people_do) {
    BOOST_TEST(enumerate(std::span(keys).first(3)) == "id, label or backend");
    BOOST_TEST(enumerate(std::span(keys).first(1)) == "id");
}

BOOST_AUTO_TEST_SUITE_END()
