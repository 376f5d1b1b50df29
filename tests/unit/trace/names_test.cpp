#include "trace/names.hpp"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <regex>
#include <set>
#include <string>

#include "trace/flags.hpp"

using namespace kvp11::trace;

namespace {

/// The names that the header defines and that begin like `family`, read from its text.
std::set<std::string> names_in_header(const std::string& family) {
    std::ifstream header(KVP11_PKCS11_HEADER);
    const std::regex definition("#define (" + family + "[A-Za-z0-9_]+) +\\S.*");
    std::set<std::string> names;
    std::smatch found;
    for (std::string line; std::getline(header, line);) {
        if (std::regex_match(line, found, definition)) names.insert(found[1]);
    }
    return names;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(names)

BOOST_AUTO_TEST_CASE(every_constant_of_the_header_is_there) {
    std::set<std::string> known;
    for (const Constant& constant : constants()) known.insert(std::string(constant.name));
    std::size_t compared = 0;
    for (const char* family : {"CKA_", "CKC_", "CKD_", "CKF_", "CKG_", "CKH_", "CKK_", "CKM_", "CKN_", "CKO_", "CKP_",
                               "CKR_", "CKS_", "CKT_", "CKU_", "CKV_", "CKZ_"}) {
        for (const std::string& name : names_in_header(family)) {
            BOOST_TEST(known.contains(name), name);
            ++compared;
        }
    }
    BOOST_TEST(compared > 1000U);
}

// A number of an attribute, a mechanism, a class, a key type or a return value is never printed bare.
BOOST_AUTO_TEST_CASE(every_number_of_the_header_has_a_name) {
    std::size_t compared = 0;
    for (const Constant& constant : constants()) {
        const std::string_view family = constant.name.substr(0, 4);
        const std::string_view name = name_of(family, constant.value);
        BOOST_TEST(name.starts_with(family), constant.name);
        compared += name == constant.name ? 1 : 0;
    }
    BOOST_TEST(compared > 900U);  // the others are second names
}

BOOST_AUTO_TEST_CASE(of_two_names_the_first_is_given) {
    BOOST_TEST(name_of("CKK_", CKK_ECDSA) == "CKK_EC");
    BOOST_TEST(name_of("CKA_", CKA_ECDSA_PARAMS) == "CKA_EC_PARAMS");
    BOOST_TEST(name_of("CKM_", CKM_RSA_PKCS) == "CKM_RSA_PKCS");
}

BOOST_AUTO_TEST_CASE(several_prefixes_make_one_family) {
    BOOST_TEST(name_of("CKS_RO_ CKS_RW_", CKS_RW_PUBLIC_SESSION) == "CKS_RW_PUBLIC_SESSION");
    BOOST_TEST(name_of("CKS_RO_ CKS_RW_", CKS_RO_PUBLIC_SESSION) == "CKS_RO_PUBLIC_SESSION");
    BOOST_TEST(name_of("CKS_LAST_", CKS_LAST_VALIDATION_OK) == "CKS_LAST_VALIDATION_OK");
}

BOOST_AUTO_TEST_CASE(what_has_no_name_has_none) {
    BOOST_TEST(name_of("CKM_", 0x7ffffff0).empty());
    BOOST_TEST(name_of("", 0x7ffffff0).empty());
    BOOST_TEST(name_of("CKX_", 0).empty());
}

BOOST_AUTO_TEST_CASE(every_flag_of_the_header_is_in_a_list) {
    std::set<std::string> known{"CKF_ARRAY_ATTRIBUTE", "CKF_EC_NAMEDCURVE"};  // a mark, and a second name
    for (const Flags* list : {&initialize_flags, &slot_flags, &token_flags, &session_flags, &mechanism_flags,
                              &waiting_flags, &interface_flags, &message_flags}) {
        CK_FLAGS bits = 0;
        for (const Constant& flag : *list) {
            BOOST_TEST((bits & flag.value) == 0U, flag.name);  // one bit, one name
            bits |= flag.value;
            known.insert(std::string(flag.name));
        }
    }
    // Numbers in mechanism parameters: HKDF's salt, and one-time passwords, whose parameters are not read.
    const std::set<std::string> numbers{"CKF_HKDF_SALT_NULL",    "CKF_HKDF_SALT_DATA", "CKF_HKDF_SALT_KEY",
                                        "CKF_NEXT_OTP",          "CKF_EXCLUDE_TIME",   "CKF_EXCLUDE_COUNTER",
                                        "CKF_EXCLUDE_CHALLENGE", "CKF_EXCLUDE_PIN",    "CKF_USER_FRIENDLY_OTP"};
    for (const std::string& name : names_in_header("CKF_"))
        BOOST_TEST((known.contains(name) || numbers.contains(name)), name);
}

BOOST_AUTO_TEST_SUITE_END()
