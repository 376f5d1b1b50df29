#include "token/attribute_rules.hpp"

#include <boost/test/unit_test.hpp>
#include <set>

using namespace kvp11;
using namespace kvp11::token;

namespace {

const Kind kinds[] = {
    {CKO_DATA, {}},
    {CKO_CERTIFICATE, {}},
    {CKO_PUBLIC_KEY, KeyType::Rsa},
    {CKO_PUBLIC_KEY, KeyType::Ec},
    {CKO_PRIVATE_KEY, KeyType::Rsa},
    {CKO_PRIVATE_KEY, KeyType::Ec},
    {CKO_SECRET_KEY, KeyType::Aes},
    {CKO_SECRET_KEY, KeyType::GenericSecret},
};

Template with(CK_ATTRIBUTE_TYPE type, Bytes value) {
    Template made;
    made.set(type, std::move(value));
    return made;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(attribute_rules)

BOOST_AUTO_TEST_CASE(each_kind_has_every_attribute_once) {
    for (const Kind& kind : kinds) {
        std::set<CK_ATTRIBUTE_TYPE> seen;
        for (const Rule* rule : rules_of(kind)) {
            BOOST_TEST(seen.insert(rule->type).second, "twice: " << rule->type << " in class " << kind.object_class);
            BOOST_TEST(find_rule(kind, rule->type) == rule);
        }
        BOOST_TEST(seen.contains(CKA_CLASS));
    }
}

BOOST_AUTO_TEST_CASE(attributes_of_other_kinds_are_unknown) {
    BOOST_TEST(find_rule({CKO_DATA, {}}, CKA_MODULUS) == nullptr);
    BOOST_TEST(find_rule({CKO_PRIVATE_KEY, KeyType::Ec}, CKA_MODULUS) == nullptr);
    BOOST_TEST(find_rule({CKO_PUBLIC_KEY, KeyType::Rsa}, CKA_SENSITIVE) == nullptr);
    BOOST_TEST(find_rule({CKO_PRIVATE_KEY, KeyType::Rsa}, CKA_VENDOR_DEFINED) == nullptr);
    BOOST_TEST(rules_of({CKO_HW_FEATURE, {}}).empty());
}

BOOST_AUTO_TEST_CASE(nothing_secret_can_be_changed_and_nothing_computed_said) {
    for (const Kind& kind : kinds) {
        for (const Rule* rule : rules_of(kind)) {
            if (rule->source == Source::Secret) BOOST_TEST((rule->rights & may::change) == 0U);
            if (rule->source == Source::UniqueId) BOOST_TEST(rule->rights == 0U);
        }
        const Rule* local = find_rule(kind, CKA_LOCAL);
        if (local != nullptr) BOOST_TEST(local->rights == 0U);
    }
}

BOOST_AUTO_TEST_CASE(forms_are_checked) {
    const Rule& flag = *find_rule(kinds[0], CKA_TOKEN);
    const Rule& number = *find_rule(kinds[0], CKA_CLASS);
    const Rule& date = *find_rule(kinds[1], CKA_START_DATE);
    const Rule& key_date = *find_rule({CKO_SECRET_KEY, KeyType::Aes}, CKA_START_DATE);
    const Rule& list = *find_rule(kinds[4], CKA_ALLOWED_MECHANISMS);
    BOOST_TEST(check_form(flag, encode_flag(true)).ok());
    BOOST_TEST(!check_form(flag, Bytes{2}).ok());
    BOOST_TEST(!check_form(flag, Bytes{}).ok());
    BOOST_TEST(check_form(number, encode_number(1)).ok());
    BOOST_TEST(!check_form(number, Bytes(4)).ok());
    BOOST_TEST(check_form(date, Bytes{}).ok());
    BOOST_TEST(check_form(date, Bytes(8)).ok());
    BOOST_TEST(!check_form(date, Bytes(7)).ok());
    BOOST_TEST(check_form(key_date, Bytes{}).ok());
    BOOST_TEST(check_form(key_date, bytes_of("20240229")).ok());
    BOOST_TEST(!check_form(key_date, bytes_of("20230229")).ok());
    BOOST_TEST(!check_form(key_date, Bytes(8)).ok());
    BOOST_TEST(check_form(list, Bytes(16)).ok());
    BOOST_TEST(!check_form(list, Bytes(12)).ok());
}

BOOST_AUTO_TEST_CASE(making_says_what_is_wrong) {
    const Kind secret{CKO_SECRET_KEY, KeyType::Aes};
    const auto code = [&](const Template& given, Making how) { return check_making(secret, given, how, false).code(); };
    BOOST_TEST((code(with(CKA_MODULUS, Bytes(1)), Making::Create) == Errc::AttributeTypeInvalid));
    BOOST_TEST((code(with(CKA_LOCAL, encode_flag(true)), Making::Generate) == Errc::AttributeReadOnly));
    BOOST_TEST((code(with(CKA_VALUE, Bytes(16)), Making::Generate) == Errc::AttributeReadOnly));
    BOOST_TEST((code(with(CKA_TOKEN, Bytes(2)), Making::Generate) == Errc::AttributeValueInvalid));
    BOOST_TEST((code(Template(), Making::Create) == Errc::TemplateIncomplete));
    BOOST_TEST((code(with(CKA_TRUSTED, encode_flag(true)), Making::Generate) == Errc::AttributeReadOnly));
    BOOST_TEST(check_making(secret, with(CKA_TRUSTED, encode_flag(true)), Making::Generate, true).ok());
    BOOST_TEST(check_making(secret, with(CKA_TRUSTED, encode_flag(false)), Making::Generate, false).ok());
}

BOOST_AUTO_TEST_CASE(a_usage_is_natural_only_where_the_attribute_exists_or_is_harmless) {
    BOOST_TEST(is_natural_usage({CKO_PRIVATE_KEY, KeyType::Ec}, CKA_DERIVE));
    BOOST_TEST(!is_natural_usage({CKO_PRIVATE_KEY, KeyType::Ec}, CKA_DECRYPT));
    BOOST_TEST(is_natural_usage({CKO_PRIVATE_KEY, KeyType::Rsa}, CKA_UNWRAP));
    BOOST_TEST(!is_natural_usage({CKO_SECRET_KEY, KeyType::GenericSecret}, CKA_ENCRYPT));
}

BOOST_AUTO_TEST_CASE(types_fit_their_classes_only) {
    BOOST_TEST(fits(KeyType::Rsa, CKO_PRIVATE_KEY));
    BOOST_TEST(fits(KeyType::Ec, CKO_PUBLIC_KEY));
    BOOST_TEST(!fits(KeyType::Aes, CKO_PRIVATE_KEY));
    BOOST_TEST(!fits(KeyType::Rsa, CKO_SECRET_KEY));
}

BOOST_AUTO_TEST_SUITE_END()
