#include "access/scope.hpp"

#include "unit/access/checks.hpp"

namespace kvp11 {
namespace {

using namespace kvp11::access;

BOOST_AUTO_TEST_SUITE(scope)

BOOST_AUTO_TEST_CASE(the_three_scopes_are_read_and_written) {
    BOOST_CHECK(scope_named("/")->level == Scope::Level::Root);
    BOOST_CHECK(scope_named("/keys")->level == Scope::Level::Keys);
    const auto key = scope_named("/keys/My-Key-1");
    BOOST_REQUIRE(key.has_value());
    BOOST_CHECK(key->level == Scope::Level::Key);
    BOOST_CHECK_EQUAL(key->key, "My-Key-1");
    for (const char* text : {"/", "/keys", "/keys/My-Key-1"}) BOOST_CHECK_EQUAL(scope_named(text)->text(), text);
}

BOOST_AUTO_TEST_CASE(the_word_keys_may_be_in_either_case) {
    BOOST_CHECK_EQUAL(scope_named("/KEYS")->text(), "/keys");
    BOOST_CHECK_EQUAL(scope_named("/Keys/K")->text(), "/keys/K");
}

BOOST_AUTO_TEST_CASE(a_name_has_1_to_127_characters) {
    BOOST_CHECK(scope_named("/keys/" + std::string(127, 'k')));
    BOOST_CHECK(!scope_named("/keys/" + std::string(128, 'k')));
}

BOOST_AUTO_TEST_CASE(other_texts_are_no_scopes) {
    for (const char* text : {"", "keys", "//", "/key", "/keysx", "/keys/", "/keys//", "/keys/a/b", "/keys/a_b",
                             "/keys/../", "/keys/a ", " /keys", "/keys/k\xC3\xA4", "/secrets", "/keys/%61"}) {
        BOOST_CHECK_MESSAGE(!scope_named(text), text);
    }
    BOOST_CHECK(!scope_named(std::string_view("/keys/a\0b", 9)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11
