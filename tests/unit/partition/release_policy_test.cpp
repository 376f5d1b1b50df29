#include <boost/test/unit_test.hpp>

#include "partition/release_policy.hpp"
#include "support/results.hpp"

using namespace kvp11;
using namespace kvp11::partition;

namespace {

/// A policy of one authority whose conditions are these.
bool fulfilled(const std::string& conditions, const std::string& claims) {
    ReleasePolicy policy;
    policy.data =
        copy_of(bytes_of(R"({"version":"1.0.0","anyOf":[{"authority":"https://a.example",)" + conditions + "}]}"));
    const auto verdict = require_fulfilled(policy, {"https://a.example", claims, {}});
    if (!verdict.ok()) BOOST_CHECK(verdict.code() == Errc::AccessDenied);
    return verdict.ok();
}

std::string claim(const std::string& path, const std::string& value) {
    return R"({"claim":")" + path + R"(","equals":)" + value + "}";
}
std::string all(const std::string& conditions) { return R"("allOf":[)" + conditions + "]"; }
std::string any(const std::string& conditions) { return R"("anyOf":[)" + conditions + "]"; }

}  // namespace

BOOST_AUTO_TEST_SUITE(release_policies)

BOOST_AUTO_TEST_CASE(a_claim_has_the_wanted_value) {
    struct Row {
        const char* wanted;
        const char* said;
        bool is_same;
    };
    for (const Row& row : {Row{"\"x\"", "\"x\"", true},
                           Row{"\"x\"", "\"X\"", false},
                           Row{"true", "true", true},
                           Row{"true", "false", false},
                           Row{"true", "\"true\"", false},
                           Row{"\"true\"", "true", true},
                           Row{"true", "1", false},
                           Row{"1", "1", true},
                           Row{"1", "2", false},
                           Row{"1", "\"1\"", false},
                           Row{"-7", "-7", true},
                           Row{"18446744073709551615", "18446744073709551615", true},
                           Row{"1.5", "1.5", true},
                           Row{"0", "null", false},
                           Row{"\"x\"", "[\"x\"]", false},
                           Row{"\"x\"", "{\"x\":\"x\"}", false},
                           Row{"\"\"", "\"\"", true},
                           Row{"\"false\"", "false", true},
                           Row{"\"false\"", "true", false},
                           Row{"\"False\"", "false", false},
                           Row{"\"true\"", "1", false},
                           Row{"\"\"", "false", false},
                           Row{"\"1\"", "1", true},
                           Row{"\"1\"", "2", false},
                           Row{"\"01\"", "1", false},
                           Row{"\"-7\"", "-7", true},
                           Row{"\"1.5\"", "1.5", true},
                           Row{"1", "1.0", true},
                           Row{"\"18446744073709551615\"", "18446744073709551615", true},
                           Row{"\"null\"", "null", false},
                           Row{"\"[]\"", "[]", false},
                           Row{"\"0\"", "false", false}}) {
        BOOST_TEST_CONTEXT(row.wanted << " and " << row.said) {
            BOOST_TEST(fulfilled(all(claim("c", row.wanted)), std::string(R"({"c":)") + row.said + "}") == row.is_same);
        }
    }
}

// As in Microsoft's text on policies of key release: every value is written as a string.
BOOST_AUTO_TEST_CASE(policies_written_as_azures_examples_are_fulfilled) {
    const std::string conditions =
        all(claim("x-ms-sgx-is-debuggable", "\"false\"") + "," + claim("x-ms-sgx-product-id", "\"4711\"") + "," +
            claim("x-ms-attestation-type", "\"sgx\""));
    BOOST_TEST(fulfilled(conditions, R"({"x-ms-sgx-is-debuggable":false,"x-ms-sgx-product-id":4711,)"
                                     R"("x-ms-attestation-type":"sgx"})"));
    BOOST_TEST(!fulfilled(conditions, R"({"x-ms-sgx-is-debuggable":true,"x-ms-sgx-product-id":4711,)"
                                      R"("x-ms-attestation-type":"sgx"})"));
}

BOOST_AUTO_TEST_CASE(a_path_goes_through_objects) {
    const std::string wanted = all(claim("a.b.c", "1"));
    BOOST_TEST(fulfilled(wanted, R"({"a":{"b":{"c":1,"d":2}},"c":3})"));
    for (const char* claims : {R"({"a":{"b":{"c":2}}})", R"({"a":{"b":1}})", R"({"a":[{"b":{"c":1}}]})",
                               R"({"a.b.c":1})", R"({"a":{"b.c":1}})", R"({"b":{"c":1}})", "{}"}) {
        BOOST_TEST(!fulfilled(wanted, claims), claims);
    }
    for (const char* path : {"", ".", "a.", ".a", "a..b"}) {
        BOOST_TEST(!fulfilled(all(claim(path, "1")), R"({"a":1})"), path);
    }
}

BOOST_AUTO_TEST_CASE(groups_are_nested) {
    const std::string a = claim("a", "1");
    const std::string b = claim("b", "1");
    const std::string c = claim("c", "1");
    const std::string only_a = R"({"a":1})";
    const std::string a_and_c = R"({"a":1,"c":1})";
    BOOST_TEST(fulfilled(any(a + "," + b), only_a));
    BOOST_TEST(!fulfilled(all(a + "," + b), only_a));
    BOOST_TEST(!fulfilled(any(b + "," + c), only_a));
    const std::string either_and_c = all("{" + any(a + "," + b) + "}," + c);
    BOOST_TEST(fulfilled(either_and_c, a_and_c));
    BOOST_TEST(!fulfilled(either_and_c, only_a));
    const std::string both_or_c = any("{" + all(a + "," + b) + "}," + c);
    BOOST_TEST(fulfilled(both_or_c, a_and_c));
    BOOST_TEST(!fulfilled(both_or_c, only_a));
}

BOOST_AUTO_TEST_CASE(each_authority_answers_for_its_own_conditions) {
    ReleasePolicy policy;
    policy.data = copy_of(bytes_of(R"({"version":"1.0.0","anyOf":[)"
                                   R"({"authority":"https://a.example/","allOf":[{"claim":"c","equals":1}]},)"
                                   R"({"authority":"https://b.example","allOf":[{"claim":"c","equals":2}]},)"
                                   R"({"authority":"https://b.example","allOf":[{"claim":"d","equals":3}]}]})"));
    CHECK_OK(require_fulfilled(policy, {"https://a.example", R"({"c":1})", {}}));
    CHECK_OK(require_fulfilled(policy, {"https://b.example/", R"({"c":2})", {}}));
    CHECK_OK(require_fulfilled(policy, {"https://b.example", R"({"d":3})", {}}));
    CHECK_FAILS(require_fulfilled(policy, {"https://a.example", R"({"c":2})", {}}), Errc::AccessDenied);
    CHECK_FAILS(require_fulfilled(policy, {"https://b.example", R"({"c":1})", {}}), Errc::AccessDenied);
    CHECK_FAILS(require_fulfilled(policy, {"https://c.example", R"({"c":1,"d":3})", {}}), Errc::AccessDenied);
}

BOOST_AUTO_TEST_CASE(what_is_no_policy_or_no_claims_releases_nothing) {
    const AttestedEnvironment environment{"https://a.example", R"({"c":1})", {}};
    for (const char* text : {"", "{}", R"({"version":"2.0.0","anyOf":[]})"}) {
        ReleasePolicy policy;
        policy.data = copy_of(bytes_of(text));
        CHECK_FAILS(require_fulfilled(policy, environment), Errc::ReleasePolicyInvalid);
    }
    const std::string deep = std::string(100'000, '[');
    for (const std::string& claims :
         {std::string("[]"), std::string("1"), deep, R"({"c":)" + deep, std::string(1 << 20, ' ')}) {
        BOOST_TEST(!fulfilled(all(claim("c", "1")), claims));
    }
}

BOOST_AUTO_TEST_SUITE_END()
