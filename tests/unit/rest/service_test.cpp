// What every request meets before its handler: the challenge, the route, the version, the body.
#include <boost/test/unit_test.hpp>

#include "rest/exchange.hpp"
#include "rest/request_id.hpp"
#include "service_case.hpp"

using namespace kvp11::test;

BOOST_AUTO_TEST_SUITE(service)

BOOST_AUTO_TEST_CASE(the_first_request_is_challenged_whatever_it_is) {
    ServiceCase hsm;
    for (const auto& [method, target] : {std::pair("GET", "/keys"), std::pair("POST", "/rng"),
                                         std::pair("POST", "/keys/k/create"), std::pair("GET", "/no/such/thing")}) {
        const Answer answer = hsm.ask({.method = method, .target = target, .token = ""});
        BOOST_TEST(answer.status == 401U);
        BOOST_TEST(answer.text == (std::string_view(method) == "GET" ? "OK" : ""));
        BOOST_TEST(std::string(answer.headers.find("WWW-Authenticate").value_or("")) ==
                   "Bearer authorization=\"https://localhost:8443/tenant\", "
                   "resource=\"https://managedhsm.localhost:8443\"");
        BOOST_TEST(answer.headers.find("x-ms-request-id").value_or("").size() == 36U);
    }
}

BOOST_AUTO_TEST_CASE(a_token_that_is_not_valid_is_challenged_again) {
    ServiceCase hsm;
    const Answer answer = hsm.get("/keys", "stranger");
    BOOST_TEST(answer.status == 401U);
    BOOST_TEST(answer.headers.find("www-authenticate").value_or("").ends_with("error=\"invalid_token\""));
}

BOOST_AUTO_TEST_CASE(random_bytes_come_in_the_number_asked_for) {
    ServiceCase hsm;
    const Answer answer = hsm.post("/rng", R"({"count":32})");
    BOOST_TEST(answer.status == 200U);
    BOOST_TEST(answer.json().at("value").as_string().size() == 43U);
}

BOOST_AUTO_TEST_CASE(errors_have_the_services_shape) {
    ServiceCase hsm;
    const Answer answer = hsm.post("/rng", R"({"count":129})");
    BOOST_TEST(answer.status == 400U);
    BOOST_TEST(answer.code() == "BadParameter");
    const std::string id(answer.headers.find("x-ms-request-id").value_or(""));
    BOOST_TEST(answer.message() == "Property 'count' must be from 1 to 128 (Activity ID: " + id + ")");
}

BOOST_AUTO_TEST_CASE(who_has_no_role_is_told_the_data_action) {
    ServiceCase hsm;
    const Answer answer = hsm.post("/rng", R"({"count":1})", "nobody");
    BOOST_TEST(answer.status == 403U);
    BOOST_TEST(answer.code() == "AccessDenied");
    BOOST_TEST(answer.message().find("Microsoft.KeyVault/managedHsm/rng/action") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_no_route_method_version_or_body_is_said) {
    ServiceCase hsm;
    BOOST_TEST(hsm.get("/no/such/thing").status == 404U);
    BOOST_TEST(hsm.get("/rng").status == 405U);
    BOOST_TEST(hsm.ask({.method = "BREW", .target = "/rng"}).status == 405U);
    BOOST_TEST(hsm.post("/rng?x=y", R"({"count":1})").status == 400U);
    BOOST_TEST(hsm.post("/rng", "").code() == "BadParameter");
    BOOST_TEST(hsm.post("/rng", "[]").code() == "BadParameter");
    BOOST_TEST(hsm.post("/rng", R"({"count":"1"})").code() == "BadParameter");
    BOOST_TEST(hsm.post("/%zz", "{}").status == 400U);
}

BOOST_AUTO_TEST_CASE(the_urls_of_real_clients_are_taken) {
    ServiceCase hsm;
    BOOST_TEST(hsm.post("///rng//?api%2Dversion=2025-07-01", R"({"count":1})").status == 200U);
    BOOST_TEST(hsm.ask({.method = "POST",
                        .target = "/rng?api-version=7.4",
                        .body = R"({"count":1})",
                        .headers = {{"X-HTTP-METHOD", "POST"}}})
                   .status == 200U);
}

BOOST_AUTO_TEST_CASE(request_ids_differ) {
    std::string before;
    for (int i = 0; i < 1000; ++i) {
        std::string id = kvp11::rest::new_request_id();
        BOOST_REQUIRE(id != before);
        before = std::move(id);
    }
}

// A value of another memory would be a copy where nothing is wiped.
BOOST_AUTO_TEST_CASE(a_body_stays_in_memory_that_is_wiped) {
    ServiceCase hsm;
    kvp11::rest::Exchange exchange(hsm.site());
    for (const std::size_t size : {40U, 4000U}) {
        auto parsed = kvp11::rest::parse_json("{\"value\":\"" + std::string(size, 'k') + "\"}", &exchange.memory);
        BOOST_REQUIRE(parsed.ok());
        const char* const text = parsed->at("value").get_string().data();
        exchange.body = std::move(*parsed);
        BOOST_TEST((exchange.members().at("value").get_string().data() == text));
        BOOST_TEST(exchange.members().at("value").get_string().size() == size);
    }
}

BOOST_AUTO_TEST_SUITE_END()
