// The service's settings over the wire.
#include "administration.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

const std::string target = "/settings/AllowKeyManagementOperationsThroughARM";

Answer patch(ServiceCase& hsm, const std::string& path, const std::string& body, const std::string& token = "admin") {
    return hsm.ask({.method = "PATCH", .target = path, .body = body, .token = token});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(settings)

BOOST_AUTO_TEST_CASE(settings_are_listed_read_and_changed) {
    ServiceCase hsm;
    const std::string off = R"({"name":"AllowKeyManagementOperationsThroughARM","type":"boolean","value":"false"})";
    const std::string on = R"({"name":"AllowKeyManagementOperationsThroughARM","type":"boolean","value":"true"})";
    BOOST_TEST(hsm.get("/settings", "admin").text == R"({"settings":[)" + off + "]}");
    BOOST_TEST(hsm.get(target, "admin").text == off);
    BOOST_TEST(hsm.get("/settings/allowkeymanagementoperationsthrougharm", "admin").text == off);
    const Answer changed = patch(hsm, target, R"({"value":"true"})");
    BOOST_TEST(changed.status == 200U);
    BOOST_TEST(changed.text == on);
    BOOST_TEST(hsm.get(target, "admin").text == on);
}

BOOST_AUTO_TEST_CASE(what_is_no_setting_or_no_value_is_refused) {
    ServiceCase hsm;
    BOOST_TEST(hsm.get("/settings/other", "admin").status == 404U);
    BOOST_TEST(hsm.get("/settings/other", "admin").code() == "SettingNotFound");
    BOOST_TEST(patch(hsm, "/settings/other", R"({"value":"true"})").status == 404U);
    for (const char* wrong : {"{}", R"({"value":true})", R"({"value":"maybe"})", R"({"value":""})"}) {
        BOOST_TEST(patch(hsm, target, wrong).status == 400U, wrong);
    }
    BOOST_TEST(hsm.get(target, "admin").json().at("value").as_string() == "false");
}

BOOST_AUTO_TEST_CASE(settings_are_the_administrators) {
    ServiceCase hsm;
    BOOST_TEST(hsm.get("/settings", "officer").code() == "AccessDenied");
    BOOST_TEST(hsm.get(target, "user").code() == "AccessDenied");
    BOOST_TEST(patch(hsm, target, R"({"value":"true"})", "officer").code() == "AccessDenied");
}

BOOST_AUTO_TEST_SUITE_END()
