#include <boost/test/unit_test.hpp>

#include "credential/token_answer.hpp"
#include "credential/wiped_text.hpp"
#include "stage.hpp"

using namespace kvp11;
using namespace kvp11::credential;
using namespace kvp11::test;

namespace {

constexpr std::int64_t now = 1795356000;

std::int64_t end_of(const std::string& members) {
    const auto token = token_in(R"({"access_token":"a.b.c",)" + members + "}", now);
    if (!token) return 0;
    return std::chrono::duration_cast<std::chrono::seconds>(token->expires.time_since_epoch()).count();
}

// As recorded from Microsoft Entra ID, with ids of nobody.
constexpr const char* wrong_secret =
    R"({"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided. Ensure the )"
    R"(secret being sent in the request is the client secret value, not the client secret ID, for a secret added to )"
    R"(app '00000000-0000-0000-0000-000000000000'. Trace ID: 11111111-0000-0000-0000-000000000000 Correlation ID: )"
    R"(22222222-0000-0000-0000-000000000000 Timestamp: 2026-11-22 14:00:00Z","error_codes":[7000215],)"
    R"("timestamp":"2026-11-22 14:00:00Z","trace_id":"11111111-0000-0000-0000-000000000000",)"
    R"("correlation_id":"22222222-0000-0000-0000-000000000000"})";

}  // namespace

BOOST_AUTO_TEST_SUITE(token_answers)

BOOST_AUTO_TEST_CASE(the_end_of_a_token_is_read_in_all_its_forms) {
    BOOST_CHECK_EQUAL(end_of(R"("expires_in":3599)"), now + 3599);
    BOOST_CHECK_EQUAL(end_of(R"("expires_in":"3599")"), now + 3599);
    BOOST_CHECK_EQUAL(end_of(R"("expires_in":3599.0)"), now + 3599);
    BOOST_CHECK_EQUAL(end_of(R"("expires_on":1795359599)"), now + 3599);
    BOOST_CHECK_EQUAL(end_of(R"("expires_on":"1795359599")"), now + 3599);
    BOOST_CHECK_EQUAL(end_of(R"("expires_on":"2026-11-22T14:59:59Z")"), now + 3599);
    BOOST_CHECK_EQUAL(end_of(R"("expires_on":"11/22/2026 14:59:59 +00:00")"), now + 3599);
    // This machine's clock may be wrong: durations count before times.
    BOOST_CHECK_EQUAL(end_of(R"("expires_in":3599,"expires_on":1795450000)"), now + 3599);
}

BOOST_AUTO_TEST_CASE(answers_without_a_token_end_in_a_sentence) {
    const std::pair<const char*, const char*> cases[] = {
        {"", "gave an answer that is empty"},
        {"<html>", "gave an answer that is no JSON"},
        {"{\"access_token\":", "gave an answer that is no JSON"},
        {"[1]", "gave an answer that is no JSON object"},
        {"null", "gave an answer that is no JSON object"},
        {"{}", "gave an answer without an access_token"},
        {R"({"access_token":7,"expires_in":1})", "gave an answer without an access_token"},
        {R"({"access_token":"a\r\nX-Evil: 1","expires_in":3599})", "gave an access_token that is none"},
        {R"({"access_token":"abc"})", "gave a token and did not say when it ends"},
        {R"({"access_token":"abc","expires_in":"soon","expires_on":{}})", "gave a token and did not say when it ends"},
        {R"({"access_token":"abc","expires_on":1600000000})",
         "gave a token that has already ended: look at this machine's clock"}};
    for (const auto& [json, sentence] : cases) {
        const auto token = token_in(json, now);
        CHECK_FAILS(token, Errc::DeviceError);
        if (!token) BOOST_CHECK_EQUAL(token.error().message, sentence);
    }
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += "[";
    CHECK_FAILS(token_in(deep, now), Errc::DeviceError);
}

BOOST_AUTO_TEST_CASE(a_refusal_of_entra_is_told_with_number_and_advice) {
    const IssuerRefusal refusal = refusal_in(wrong_secret);
    BOOST_CHECK_EQUAL(refusal.code, "invalid_client");
    BOOST_CHECK_EQUAL(refusal.number, 7000215);
    BOOST_CHECK_EQUAL(
        sentence_of(refusal),
        "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client "
        "secret value, not the client secret ID, for a secret added to app '00000000-0000-0000-0000-000000000000'. "
        "(correlation id 22222222-0000-0000-0000-000000000000); want the secret's value, not its id, of this "
        "application");
}

BOOST_AUTO_TEST_CASE(other_refusals_are_told_as_they_come) {
    const std::pair<const char*, const char*> cases[] = {
        {R"({"error":"invalid_request","error_description":"Identity not found"})", "Identity not found"},
        {R"({"statusCode":400,"message":"No managed identity"})", "No managed identity"},
        {R"({"error":{"code":"Throttled","message":"Too\tmany\r\nrequests"}})", "Too many"},
        {R"({"error":{"code":"Throttled"}})", "Throttled"},
        {R"({"error_codes":[90002]})",
         "AADSTS90002; no such tenant at this login server: look at tenant and authority_host"},
        {R"({"error_description":"AADSTS700024: Client assertion is not within its valid time range."})",
         "AADSTS700024: Client assertion is not within its valid time range.; look at this machine's clock"},
        {"{}", "no reason was given"},
        {"<html>", "no reason was given"},
        {R"({"error_codes":{}, "error":[], "message":1})", "no reason was given"}};
    for (const auto& [json, sentence] : cases) BOOST_CHECK_EQUAL(sentence_of(refusal_in(json)), sentence);
    BOOST_CHECK_EQUAL(one_line(std::string(1'000, 'x')).size(), 300);
}

BOOST_AUTO_TEST_CASE(a_secret_that_an_answer_repeats_is_not_told) {
    const IssuerRefusal refusal = refusal_in(
        R"({"error":"invalid_client","error_description":"AADSTS7000215: 'top-secret' is wrong"})", "top-secret");
    BOOST_CHECK_EQUAL(sentence_of(refusal), "AADSTS7000215; want the secret's value, not its id, of this application");
}

BOOST_AUTO_TEST_CASE(values_in_forms_are_encoded) {
    WipedText text;
    text.append("a=");
    text.append_encoded("x y+&%~-._/ü");
    BOOST_CHECK_EQUAL(text.expose_text(), "a=x%20y%2B%26%25~-._%2F%C3%BC");
    for (int i = 0; i < 1'000; ++i) text.append("0123456789");
    BOOST_CHECK_EQUAL(text.size(), 10'029);
    BOOST_CHECK(text.expose_text().ends_with("0123456789"));
    BOOST_CHECK(!is_header_value("a\r\nb"));
    BOOST_CHECK(!is_header_value(""));
    BOOST_CHECK(is_header_value("a b=~"));
}

BOOST_AUTO_TEST_SUITE_END()
