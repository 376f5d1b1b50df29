#include "crypto/der_reader.hpp"

#include "checks.hpp"

namespace kvp11::crypto {
namespace {

using namespace kvp11::test;

std::string taken(const std::string& hex, DerTag tag = DerTag::OctetString) {
    const Bytes der = from_hex(hex);
    const auto content = DerReader(der).take(tag);
    return content ? to_hex(*content) : "refused";
}

BOOST_AUTO_TEST_SUITE(der_reader)

BOOST_AUTO_TEST_CASE(elements_come_one_by_one_and_by_tag) {
    const Bytes der = from_hex("020105040201020500");
    DerReader reader(der);
    BOOST_TEST(!reader.take(DerTag::OctetString).has_value());
    BOOST_TEST(to_hex(*reader.take_number()) == "05");
    BOOST_TEST(reader.next_is(DerTag::OctetString));
    BOOST_TEST(to_hex(*reader.take(DerTag::OctetString)) == "0102");
    BOOST_TEST(!reader.at_end());
    BOOST_TEST(reader.take(DerTag::Null)->empty());
    BOOST_TEST(reader.at_end());
    BOOST_TEST(!reader.take(DerTag::Null).has_value());
}

BOOST_AUTO_TEST_CASE(lengths_are_exact_and_in_the_shortest_form) {
    BOOST_TEST(taken("0400") == "");
    BOOST_TEST(taken("04") == "refused");
    BOOST_TEST(taken("") == "refused");
    BOOST_TEST(taken("040201") == "refused");
    BOOST_TEST(taken("0481") == "refused");
    BOOST_TEST(taken("04810101") == "refused");
    BOOST_TEST(taken("04800000") == "refused");
    BOOST_TEST(taken("0482000101") == "refused");
    BOOST_TEST(taken("048500000000010a") == "refused");
    BOOST_TEST(taken("0484ffffffff00") == "refused");
    const std::string long_content(2 * 200, 'a');
    BOOST_TEST(taken("0481c8" + long_content) == long_content);
    BOOST_TEST(taken("048200c8" + long_content) == "refused");
    const std::string longer_content(2 * 300, 'b');
    BOOST_TEST(taken("0482012c" + longer_content) == longer_content);
}

BOOST_AUTO_TEST_CASE(numbers_are_not_negative_and_not_empty) {
    const Bytes negative = from_hex("020180");
    const Bytes empty = from_hex("0200");
    const Bytes positive = from_hex("02020080");
    BOOST_TEST(!DerReader(negative).take_number().has_value());
    BOOST_TEST(!DerReader(empty).take_number().has_value());
    BOOST_TEST(to_hex(*DerReader(positive).take_number()) == "0080");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::crypto
