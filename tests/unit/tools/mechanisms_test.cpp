// docs/mechanisms.md shows what kvp11 mechanisms prints.
#include "unit/tools/command_run.hpp"

namespace kvp11 {
namespace {

using namespace kvp11::test;

BOOST_AUTO_TEST_SUITE(mechanisms)

BOOST_AUTO_TEST_CASE(the_page_has_the_table_that_the_command_prints) {
    const Outcome printed = kvp11::test::kvp11({"mechanisms", "--markdown"});
    EXPECT_DONE(printed);
    BOOST_TEST(holds(content(KVP11_DOCS "/mechanisms.md"), printed.out),
               "docs/mechanisms.md differs; put this into it:\n"
                   << printed.out);
}

BOOST_AUTO_TEST_CASE(without_the_option_it_is_for_a_terminal) {
    const Outcome printed = kvp11::test::kvp11({"mechanisms"});
    EXPECT_DONE(printed);
    BOOST_TEST(holds(printed.out, "CKM_EDDSA"));
    BOOST_TEST(!holds(printed.out, "|"));
}

BOOST_AUTO_TEST_CASE(keys_of_a_managed_hsm_do_what_the_service_does) {
    const std::string table = kvp11::test::kvp11({"mechanisms", "--markdown"}).out;
    const auto ends_with = [&](const std::string& name, const std::string& end) {
        const auto at = table.find("| " + name + " |");
        BOOST_REQUIRE((at != std::string::npos));
        const std::string row = table.substr(at, table.find('\n', at) - at);
        BOOST_TEST(row.ends_with("| " + end + " |"), row);
    };
    ends_with("CKM_SHA256_RSA_PKCS", "yes");
    ends_with("CKM_SHA256", "yes");
    ends_with("CKM_EC_EDWARDS_KEY_PAIR_GEN", "no");
    ends_with("CKM_CHACHA20_KEY_GEN", "no");
    ends_with("CKM_ECDH1_DERIVE", "no");
    ends_with("CKM_HKDF_DERIVE", "no");
    ends_with("CKM_AES_XTS", "no");
    ends_with("CKM_AES_GCM", "encrypt, decrypt");
    ends_with("CKM_AES_CMAC", "no");
    ends_with("CKM_SHA1_RSA_PKCS", "verify");
    ends_with("CKM_SHA3_256_RSA_PKCS_PSS", "verify");
    ends_with("CKM_RSA_X_509", "verify, encrypt");
    ends_with("CKM_ECDSA_SHA3_256", "yes");
    ends_with("CKM_SHA512_HMAC", "yes");
    ends_with("CKM_SHA3_256_HMAC", "no");
    ends_with("CKM_SHA512_HMAC_GENERAL", "no");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11
