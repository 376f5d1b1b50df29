#include "trace/attributes.hpp"

#include <boost/test/unit_test.hpp>
#include <cstring>
#include <set>
#include <string>
#include <vector>

using kvp11::trace::constants;
using kvp11::trace::Line;
using kvp11::trace::write_template;
using What = kvp11::trace::Template;

namespace {

std::string written(std::vector<CK_ATTRIBUTE> attributes, What what = What::Given) {
    Line line;
    write_template(line, attributes.data(), attributes.size(), what);
    return line.str();
}

template <class Value>
CK_ATTRIBUTE attribute(CK_ATTRIBUTE_TYPE type, Value& value) {
    return {type, &value, sizeof value};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(attributes)

BOOST_AUTO_TEST_CASE(values_are_written_as_what_they_are) {
    CK_OBJECT_CLASS secret = CKO_SECRET_KEY;
    CK_KEY_TYPE aes = CKK_AES;
    CK_BBOOL yes = CK_TRUE;
    CK_ULONG length = 32;
    char label[] = {'k', 'e', 'y'};
    CK_BYTE id[] = {0xab, 1};
    CK_DATE date;
    std::memcpy(&date, "20261122", sizeof date);
    CK_MECHANISM_TYPE allowed[] = {CKM_AES_GCM, CKM_AES_CBC, 0x80000001};
    CK_PROFILE_ID profile = CKP_BASELINE_PROVIDER;
    BOOST_TEST(written({attribute(CKA_CLASS, secret), attribute(CKA_KEY_TYPE, aes), attribute(CKA_TOKEN, yes),
                        attribute(CKA_VALUE_LEN, length), attribute(CKA_LABEL, label), attribute(CKA_ID, id)}) ==
               "{CKA_CLASS = CKO_SECRET_KEY, CKA_KEY_TYPE = CKK_AES, CKA_TOKEN = CK_TRUE, CKA_VALUE_LEN = 32, "
               "CKA_LABEL = \"key\", CKA_ID = ab01}");
    BOOST_TEST(written({attribute(CKA_START_DATE, date), attribute(CKA_ALLOWED_MECHANISMS, allowed),
                        attribute(CKA_PROFILE_ID, profile)}) ==
               "{CKA_START_DATE = \"2026-11-22\", CKA_ALLOWED_MECHANISMS = {CKM_AES_GCM, CKM_AES_CBC, 0x80000001}, "
               "CKA_PROFILE_ID = CKP_BASELINE_PROVIDER}");
}

// Only what is listed as public is written: this test says for which attributes nothing but the size is.
BOOST_AUTO_TEST_CASE(of_secret_attributes_only_the_size_is_written) {
    const char secret[] = "SECRETSECRETSECRET";
    std::set<std::string> hidden;
    for (const auto& constant : constants()) {
        if (!constant.name.starts_with("CKA_")) continue;
        const std::string text = written({{constant.value, const_cast<char*>(secret), 18}});
        const bool is_shown =
            text.find("SECRET") != std::string::npos || text.find("534543524554") != std::string::npos;
        if (!is_shown) hidden.insert(std::string(constant.name));
    }
    for (const char* name :
         {"CKA_VALUE", "CKA_PRIVATE_EXPONENT", "CKA_PRIME_1", "CKA_PRIME_2", "CKA_EXPONENT_1", "CKA_EXPONENT_2",
          "CKA_COEFFICIENT", "CKA_SEED", "CKA_X2RATCHET_RK", "CKA_X2RATCHET_HKS", "CKA_X2RATCHET_CKS",
          "CKA_X2RATCHET_DHS", "CKA_X2RATCHET_BAG", "CKA_OTP_COUNTER", "CKA_VENDOR_DEFINED"}) {
        BOOST_TEST(hidden.contains(name), name);
    }
    BOOST_TEST(!hidden.contains("CKA_LABEL"));
    BOOST_TEST(!hidden.contains("CKA_MODULUS"));
    BOOST_TEST(written({{CKA_VALUE, const_cast<char*>(secret), 18}}) == "{CKA_VALUE = [18 bytes]}");
    BOOST_TEST(written({{0x80001234, const_cast<char*>(secret), 18}}) == "{0x80001234 = [18 bytes]}");
}

BOOST_AUTO_TEST_CASE(values_of_a_wrong_size_are_sizes) {
    CK_BYTE three[3] = {1, 1, 1};
    BOOST_TEST(written({attribute(CKA_CLASS, three), attribute(CKA_TOKEN, three), attribute(CKA_START_DATE, three),
                        attribute(CKA_ALLOWED_MECHANISMS, three)}) ==
               "{CKA_CLASS = [3 bytes], CKA_TOKEN = [3 bytes], CKA_START_DATE = [3 bytes], "
               "CKA_ALLOWED_MECHANISMS = [3 bytes]}");
}

BOOST_AUTO_TEST_CASE(templates_in_templates_are_written_once_deep) {
    CK_BBOOL yes = CK_TRUE;
    CK_ATTRIBUTE innermost = attribute(CKA_SIGN, yes);
    CK_ATTRIBUTE inner[] = {attribute(CKA_DECRYPT, yes), attribute(CKA_WRAP_TEMPLATE, innermost)};
    BOOST_TEST(written({attribute(CKA_UNWRAP_TEMPLATE, inner)}) ==
               "{CKA_UNWRAP_TEMPLATE = {CKA_DECRYPT = CK_TRUE, CKA_WRAP_TEMPLATE = [24 bytes]}}");
}

BOOST_AUTO_TEST_CASE(what_the_module_does_not_read_is_not_read) {
    void* const nowhere = reinterpret_cast<void*>(8);
    CK_BYTE byte = 0;
    BOOST_TEST(written({{CKA_LABEL, nullptr, 5}, {CKA_LABEL, nullptr, 0}}) ==
               "{CKA_LABEL = NULL [5 bytes], CKA_LABEL = [0 bytes]}");
    BOOST_TEST(written({{CKA_LABEL, nowhere, 1UL << 40}}) == "{CKA_LABEL = [1099511627776 bytes]}");
    BOOST_TEST(written({{CKA_LABEL, nowhere, CK_UNAVAILABLE_INFORMATION}}) ==
               "{CKA_LABEL = CK_UNAVAILABLE_INFORMATION}");
    BOOST_TEST(written({{CKA_WRAP_TEMPLATE, nowhere, 23}}) == "{CKA_WRAP_TEMPLATE = [23 bytes]}");
    Line line;
    write_template(line, static_cast<CK_ATTRIBUTE*>(nowhere), 1001, What::Given);
    line.text(" ");
    write_template(line, nullptr, 2, What::Given);
    line.text(" ");
    write_template(line, nullptr, 0, What::Given);
    BOOST_TEST(line.str() == "0x8 of 1001 NULL of 2 {}");
    // A question: types and room; the buffers hold nothing yet, and a size need not be set where there is none.
    BOOST_TEST(written({{CKA_LABEL, nowhere, 20}, {CKA_ID, nullptr, 0x5a5a}, attribute(CKA_TOKEN, byte)},
                       What::Wanted) == "{CKA_LABEL = [20 bytes], CKA_ID = NULL, CKA_TOKEN = [1 byte]}");
    // Its answer; what is inside of an array belongs to the caller.
    BOOST_TEST(written({{CKA_ID, nullptr, 2}, {CKA_WRAP_TEMPLATE, nowhere, 24}}, What::Filled) ==
               "{CKA_ID = NULL [2 bytes], CKA_WRAP_TEMPLATE = [24 bytes]}");
}

BOOST_AUTO_TEST_CASE(long_arrays_are_cut) {
    std::vector<CK_MECHANISM_TYPE> many(33, CKM_AES_ECB);
    const std::string text = written({{CKA_ALLOWED_MECHANISMS, many.data(), 33 * sizeof(CK_MECHANISM_TYPE)}});
    BOOST_TEST(text.ends_with("CKM_AES_ECB, ...}}"));
}

BOOST_AUTO_TEST_SUITE_END()
