#include "token/template.hpp"

#include <boost/test/unit_test.hpp>

using namespace kvp11;
using namespace kvp11::token;

namespace {

CK_BBOOL yes = CK_TRUE;
CK_BBOOL no = CK_FALSE;
CK_ULONG ten = 10;

Errc refusal(const CK_ATTRIBUTE* attributes, CK_ULONG count) {
    const auto parsed = Template::parse(attributes, count);
    BOOST_REQUIRE(!parsed.ok());
    return parsed.code();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(attribute_template)

BOOST_AUTO_TEST_CASE(values_are_read_by_type) {
    const CK_ATTRIBUTE given[] = {{CKA_TOKEN, &yes, 1}, {CKA_VALUE_LEN, &ten, sizeof ten}, {CKA_LABEL, nullptr, 0}};
    const auto parsed = Template::parse(given, 3);
    BOOST_REQUIRE(parsed.ok());
    BOOST_TEST(parsed->flag(CKA_TOKEN)->value());
    BOOST_TEST(parsed->number(CKA_VALUE_LEN)->value() == 10U);
    BOOST_TEST(parsed->find(CKA_LABEL)->empty());
    BOOST_TEST(!parsed->has(CKA_ID));
    BOOST_TEST(!parsed->flag(CKA_PRIVATE)->has_value());
}

BOOST_AUTO_TEST_CASE(no_attributes_are_a_template_too) { BOOST_TEST(Template::parse(nullptr, 0).ok()); }

BOOST_AUTO_TEST_CASE(null_and_absurd_arguments_are_refused) {
    const CK_ATTRIBUTE null_value[] = {{CKA_LABEL, nullptr, 4}};
    const CK_ATTRIBUTE too_long[] = {{CKA_LABEL, &yes, CK_UNAVAILABLE_INFORMATION}};
    BOOST_TEST((refusal(nullptr, 1) == Errc::ArgumentsBad));
    BOOST_TEST((refusal(null_value, ~0UL) == Errc::ArgumentsBad));
    BOOST_TEST((refusal(null_value, 1) == Errc::AttributeValueInvalid));
    BOOST_TEST((refusal(too_long, 1) == Errc::AttributeValueInvalid));
}

BOOST_AUTO_TEST_CASE(an_attribute_given_twice_must_say_the_same) {
    const CK_ATTRIBUTE same[] = {{CKA_TOKEN, &yes, 1}, {CKA_TOKEN, &yes, 1}};
    const CK_ATTRIBUTE different[] = {{CKA_TOKEN, &yes, 1}, {CKA_TOKEN, &no, 1}};
    BOOST_TEST(Template::parse(same, 2)->attributes().size() == 1U);
    BOOST_TEST((refusal(different, 2) == Errc::TemplateInconsistent));
}

BOOST_AUTO_TEST_CASE(values_of_a_wrong_size_are_no_flags_and_no_numbers) {
    const CK_ATTRIBUTE given[] = {{CKA_TOKEN, &ten, sizeof ten}, {CKA_VALUE_LEN, &yes, 1}};
    const auto parsed = Template::parse(given, 2);
    BOOST_TEST((parsed->flag(CKA_TOKEN).code() == Errc::AttributeValueInvalid));
    BOOST_TEST((parsed->number(CKA_VALUE_LEN).code() == Errc::AttributeValueInvalid));
}

BOOST_AUTO_TEST_CASE(a_nested_template_survives_being_kept) {
    CK_ATTRIBUTE inner[] = {{CKA_SENSITIVE, &yes, 1}, {CKA_VALUE_LEN, &ten, sizeof ten}};
    const CK_ATTRIBUTE outer[] = {{CKA_UNWRAP_TEMPLATE, inner, sizeof inner}};
    const auto parsed = Template::parse(outer, 1);
    BOOST_REQUIRE(parsed.ok());
    const auto kept = Template::decode(*parsed->find(CKA_UNWRAP_TEMPLATE));
    BOOST_REQUIRE(kept.ok());
    BOOST_TEST(kept->flag(CKA_SENSITIVE)->value());
    BOOST_TEST(kept->number(CKA_VALUE_LEN)->value() == 10U);
}

BOOST_AUTO_TEST_CASE(templates_do_not_nest_twice_and_have_whole_attributes) {
    CK_ATTRIBUTE innermost[] = {{CKA_SENSITIVE, &yes, 1}};
    CK_ATTRIBUTE inner[] = {{CKA_UNWRAP_TEMPLATE, innermost, sizeof innermost}};
    const CK_ATTRIBUTE twice[] = {{CKA_UNWRAP_TEMPLATE, inner, sizeof inner}};
    const CK_ATTRIBUTE cut[] = {{CKA_UNWRAP_TEMPLATE, innermost, sizeof innermost - 1}};
    BOOST_TEST((refusal(twice, 1) == Errc::AttributeValueInvalid));
    BOOST_TEST((refusal(cut, 1) == Errc::AttributeValueInvalid));
}

BOOST_AUTO_TEST_CASE(a_kept_template_that_was_cut_is_refused) {
    const CK_ATTRIBUTE given[] = {{CKA_TOKEN, &yes, 1}};
    const Bytes encoded = Template::parse(given, 1)->encode();
    for (std::size_t size = 1; size < encoded.size(); ++size) {
        BOOST_TEST((Template::decode(ByteView(encoded).first(size)).code() == Errc::AttributeValueInvalid));
    }
}

BOOST_AUTO_TEST_CASE(demands_are_added_and_contradictions_refused) {
    const CK_ATTRIBUTE demanded[] = {{CKA_SENSITIVE, &yes, 1}};
    const CK_ATTRIBUTE silent[] = {{CKA_TOKEN, &no, 1}};
    const CK_ATTRIBUTE contrary[] = {{CKA_SENSITIVE, &no, 1}};
    const auto demand = Template::parse(demanded, 1);
    auto added = Template::parse(silent, 1);
    BOOST_TEST(added->demand(*demand).ok());
    BOOST_TEST(added->flag(CKA_SENSITIVE)->value());
    auto refused = Template::parse(contrary, 1);
    BOOST_TEST((refused->demand(*demand).code() == Errc::TemplateInconsistent));
}

BOOST_AUTO_TEST_SUITE_END()
