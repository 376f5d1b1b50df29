#include "abi/text.hpp"

#include <boost/test/unit_test.hpp>

using kvp11::abi::write_text;

namespace {

std::string written(std::string_view text) {
    CK_BYTE field[8];
    write_text(field, text);
    return {reinterpret_cast<const char*>(field), sizeof field};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(text_fields)

BOOST_AUTO_TEST_CASE(short_texts_are_padded_with_blanks) {
    BOOST_TEST(written("dev") == "dev     ");
    BOOST_TEST(written("") == "        ");
}

BOOST_AUTO_TEST_CASE(long_texts_are_cut_between_characters) {
    BOOST_TEST(written("12345678rest") == "12345678");
    BOOST_TEST(written("1234567\xc3\xa4") == "1234567 ");
    BOOST_TEST(written("123456\xc3\xa4") == "123456\xc3\xa4");
}

BOOST_AUTO_TEST_SUITE_END()
