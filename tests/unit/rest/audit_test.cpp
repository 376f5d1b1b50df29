// What the audit log says of requests that fail: one record of each, wherever they fail.
#include "administration.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

/// How many records more this request left.
std::size_t records_of(ServiceCase& hsm, const Ask& ask, unsigned status) {
    const std::size_t before = recorded(hsm, "", "");
    const Answer answer = hsm.ask(ask);
    BOOST_TEST(answer.status == status, answer.text);
    return recorded(hsm, "", "") - before;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(audit_of_requests)

BOOST_AUTO_TEST_CASE(what_a_handler_itself_refuses_is_recorded_once) {
    ServiceCase hsm;
    make_key(hsm, "k");
    const Ask without_alg{.method = "POST", .target = "/keys/k/sign", .body = R"({"value":"AAAA"})"};
    BOOST_TEST(records_of(hsm, without_alg, 400) == 1U);
    BOOST_TEST(recorded(hsm, "KeySign", "BadParameter") == 1U);
    BOOST_TEST(records_of(hsm, {.method = "POST", .target = "/keys/k/create", .body = "{}"}, 400) == 1U);
    BOOST_TEST(records_of(hsm, {.method = "POST", .target = "/rng", .body = R"({"count":129})"}, 400) == 1U);
    BOOST_TEST(records_of(hsm, {.target = "/keys/no_such_name!"}, 400) == 1U);
    BOOST_TEST(records_of(hsm, {.target = "/keys?api-version=7.4&maxresults=0"}, 400) == 1U);
    const Ask bad_token{.method = "POST", .target = "/backup", .body = "{}", .token = "admin"};
    BOOST_TEST(records_of(hsm, bad_token, 400) == 1U);
    BOOST_TEST(records_of(hsm, {.target = "/backup/0123/pending", .token = "admin"}, 404) == 1U);
    BOOST_TEST(recorded(hsm, "", ServiceCase::object_id("user")) >= 5U);
}

BOOST_AUTO_TEST_CASE(what_the_partition_or_the_service_refuses_is_recorded_once) {
    ServiceCase hsm;
    make_key(hsm, "k");
    BOOST_TEST(records_of(hsm, {.target = "/keys/none"}, 404) == 1U);
    BOOST_TEST(records_of(hsm, {.target = "/keys/k", .token = "nobody"}, 403) == 1U);
    const Ask wrong_algorithm{.method = "POST", .target = "/keys/k/sign", .body = R"({"alg":"RS256","value":"AAAA"})"};
    BOOST_TEST(records_of(hsm, wrong_algorithm, 400) == 1U);
    BOOST_TEST(records_of(hsm, {.target = "/nothing/here"}, 404) == 1U);
    BOOST_TEST(records_of(hsm, {.method = "POST", .target = "/rng", .body = "{"}, 400) == 1U);
}

BOOST_AUTO_TEST_CASE(what_traffic_refuses_in_a_handler_is_recorded_once) {
    ServiceCase hsm;
    REQUIRE_OK(hsm.site().traffic.set_rules(R"({"throttle":{"requests_per_10s":1}})"));
    BOOST_TEST(hsm.post("/rng", R"({"count":1})").status == 200U);
    BOOST_TEST(records_of(hsm, {.method = "POST", .target = "/rng", .body = R"({"count":1})"}, 429) == 1U);
    BOOST_TEST(recorded(hsm, "RandomGet", "Throttled") == 1U);
}

BOOST_AUTO_TEST_CASE(who_was_not_authenticated_leaves_no_record) {
    ServiceCase hsm;
    BOOST_TEST(records_of(hsm, {.target = "/keys", .token = ""}, 401) == 0U);
    BOOST_TEST(records_of(hsm, {.target = "/keys", .token = "stranger"}, 401) == 0U);
}

BOOST_AUTO_TEST_CASE(what_succeeds_has_no_record_of_a_refusal) {
    ServiceCase hsm;
    make_key(hsm, "k");
    BOOST_TEST(records_of(hsm, {.target = "/keys/k"}, 200) == 1U);
    BOOST_TEST(records_of(hsm, {.method = "POST", .target = "/rng", .body = R"({"count":1})"}, 200) == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
