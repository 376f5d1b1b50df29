#include "pipeline/challenge.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "support/results.hpp"

namespace kvp11::pipeline {
namespace {

using test::fails_with;

BOOST_AUTO_TEST_SUITE(challenges)

// Recorded: what a Managed HSM sends.
BOOST_AUTO_TEST_CASE(that_of_a_managed_hsm_is_read) {
    const auto got = parse_challenge(
        R"(Bearer authorization="https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47", )"
        R"(resource="https://managedhsm.azure.net")");
    BOOST_REQUIRE(got.has_value());
    BOOST_TEST(got->tenant == "72f988bf-86f1-41af-91ab-2d7cd011db47");
    BOOST_TEST(got->authority == "https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47");
    BOOST_TEST(got->resource == "https://managedhsm.azure.net");
    BOOST_TEST(got->error == "");
    BOOST_TEST(got->claims == "");
}

BOOST_AUTO_TEST_CASE(a_scope_is_a_resource_with_a_default) {
    const auto got = parse_challenge(
        R"(Bearer authorization_uri="https://login.windows.net/common/", scope="https://vault.azure.net/.default")");
    BOOST_REQUIRE(got.has_value());
    BOOST_TEST(got->tenant == "common");
    BOOST_TEST(got->resource == "https://vault.azure.net");
}

// Recorded: continuous access evaluation.
BOOST_AUTO_TEST_CASE(claims_are_decoded) {
    const auto got = parse_challenge(
        R"(Bearer realm="", authorization="https://login.microsoftonline.com/t", error="insufficient_claims", )"
        R"(claims="eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwidmFsdWUiOiIxNzI2MDc3NTk1In19fQ==")");
    BOOST_REQUIRE(got.has_value());
    BOOST_TEST(got->error == "insufficient_claims");
    BOOST_TEST(got->claims == R"({"access_token":{"nbf":{"essential":true,"value":"1726077595"}}})");
}

BOOST_AUTO_TEST_CASE(claims_that_are_no_json_object_are_not_handed_on) {
    for (const char* claims : {"", "!!!!", "WzFd", "bm8ganNvbg", "eyJhIjo"}) {
        const auto got = parse_challenge(std::string(R"(Bearer resource="https://a.b", claims=")") + claims + "\"");
        BOOST_REQUIRE(got.has_value());
        BOOST_TEST(got->claims == "");
    }
}

BOOST_AUTO_TEST_CASE(other_schemes_stand_around_bearer) {
    const auto got = parse_challenge(
        R"(Negotiate YII=, PoP resource="https://wrong.net", bearer resource=https://right.net , Basic resource="x")");
    BOOST_REQUIRE(got.has_value());
    BOOST_TEST(got->resource == "https://right.net");
}

BOOST_AUTO_TEST_CASE(quotes_may_hold_quotes_and_commas) {
    const auto got = parse_challenge(R"(Bearer error="a \"b\", c", resource = "https://a.b/")");
    BOOST_REQUIRE(got.has_value());
    BOOST_TEST(got->error == R"(a "b", c)");
    BOOST_TEST(got->resource == "https://a.b");
}

BOOST_AUTO_TEST_CASE(a_tenant_that_could_leave_its_place_is_none) {
    for (const char* path : {"%2e%2e", "a@b", "a b", "a\\\\b"}) {
        const auto got = parse_challenge(std::string("Bearer authorization=\"https://login.net/") + path + "/x\"");
        BOOST_REQUIRE(got.has_value());
        BOOST_TEST(got->tenant == "");
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_bearer_challenge_is_none) {
    for (const char* text : {"", "Basic realm=\"x\"", ",,,", "=", "\"", "Bearertoken a=b", "\x80\xff", "a=Bearer"}) {
        BOOST_TEST(!parse_challenge(text).has_value());
    }
}

BOOST_AUTO_TEST_CASE(any_cut_of_a_challenge_is_read_without_harm) {
    const std::string whole =
        R"(Bearer authorization="https://login.net/t", error="x\"y", claims="e30=", resource="https://a.b" , Basic q)";
    for (std::size_t size = 0; size <= whole.size(); ++size) (void)parse_challenge(whole.substr(0, size));
    BOOST_TEST(parse_challenge(whole)->claims == "{}");
    BOOST_TEST(parse_challenge("Bearer").has_value());
}

BOOST_AUTO_TEST_CASE(the_second_header_may_be_the_one) {
    const transport::Answer answer(401, {{"WWW-Authenticate", "Negotiate"}, {"www-authenticate", "Bearer resource=r"}},
                                   "");
    const auto got = read_challenge(answer);
    BOOST_REQUIRE(got.has_value());
    BOOST_TEST(got->resource == "r");
}

struct Pair {
    const char* resource;
    const char* host;
    std::uint16_t port;
    bool is_good;
};
std::ostream& operator<<(std::ostream& out, const Pair& pair) {
    return out << pair.resource << " at " << pair.host << ":" << pair.port;
}
// What Python and JavaScript clients check; the last good pair is the one that works locally with Azure's clients.
const Pair pairs[] = {
    {"https://managedhsm.azure.net", "contoso.managedhsm.azure.net", 443, true},
    {"https://managedhsm.azure.net/", "contoso.managedhsm.azure.net", 443, true},
    {"https://MANAGEDHSM.azure.net", "Contoso.ManagedHsm.Azure.Net", 443, true},
    {"https://managedhsm.azure.net", "contoso.managedhsm.azure.net", 8443, true},
    {"https://vault.azure.net", "contoso.vault.azure.net", 443, true},
    {"https://managedhsm.localhost:8443", "lab.managedhsm.localhost", 8443, true},
    {"https://managedhsm.localhost:8443", "lab.managedhsm.localhost", 9443, false},
    {"https://managedhsm.azure.net", "contoso.managedhsm.azure.net.evil.com", 443, false},
    {"https://managedhsm.azure.net", "evilmanagedhsm.azure.net", 443, false},
    {"https://managedhsm.azure.net", "managedhsm.azure.net", 443, false},
    {"https://vault.azure.net", "contoso.managedhsm.azure.net", 443, false},
    {"https://graph.microsoft.com", "contoso.evil.com", 443, false},
    {"https://evil.com@vault.azure.net", "x.evil.com", 443, false},
    {"http://managedhsm.azure.net", "contoso.managedhsm.azure.net", 443, false},
    {"managedhsm.azure.net", "contoso.managedhsm.azure.net", 443, false},
    {"", "contoso.managedhsm.azure.net", 443, false},
    {"https://", "contoso.managedhsm.azure.net", 443, false},
};

BOOST_DATA_TEST_CASE(a_resource_must_be_the_hosts_own, boost::unit_test::data::make(pairs), pair) {
    const Result<void> checked = check_resource(pair.resource, {pair.host, pair.port, true});
    if (pair.is_good) {
        CHECK_OK(checked);
    } else {
        CHECK_FAILS(checked, Errc::AccessDenied);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::pipeline
