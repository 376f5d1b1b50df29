#include "server/log.hpp"

#include <regex>
#include <sstream>

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "server/request_log.hpp"
#include "support/results.hpp"

using namespace kvp11;
using namespace kvp11::server;

namespace {

constexpr const char* token = "eyJ0eXAiOiJKV1QifQ.c2VjcmV0.c2lnbmF0dXJl";

/// A request with secrets wherever a client can put them.
struct Seen {
    explicit Seen(unsigned status) {
        request.method = "PUT";
        request.target = "/keys/k?api-version=7.4&sig=" + std::string(token);
        request.headers.add("Authorization", "Bearer " + std::string(token));
        request.body = http::Body(R"({"key":{"k":"c2VjcmV0"}})");
        request.peer.address = "127.0.0.1";
        response.status = status;
        response.body = R"({"value":"c2VjcmV0"})";
    }
    [[nodiscard]] rest::Observation observation() const {
        return {.request_id = "11111111-2222-3333-4444-555555555555",
                .operation = "KeyImport",
                .route = "/keys/{name}",
                .principal = "someone",
                .code = response.status >= 400 ? "Forbidden" : "",
                .message = response.status >= 400 ? "it is not allowed" : "",
                .duration = std::chrono::microseconds(42),
                .request = request,
                .response = response};
    }
    http::Request request;
    http::Response response;
};

std::string logged(LogFormat format, Severity least, unsigned status) {
    std::ostringstream stream;
    const Log log(format, least, &stream);
    RequestLog(log).observed(Seen(status).observation());
    return stream.str();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(logging)

BOOST_AUTO_TEST_CASE(a_json_line_is_one_object) {
    const std::string line = logged(LogFormat::Json, Severity::Debug, 200);
    const auto object = boost::json::parse(line).as_object();
    BOOST_TEST(object.at("message").as_string() == "request");
    BOOST_TEST(object.at("level").as_string() == "debug");
    BOOST_TEST(object.at("operation").as_string() == "KeyImport");
    BOOST_TEST(object.at("status").as_int64() == 200);
    BOOST_TEST(object.at("duration_us").as_int64() == 42);
    BOOST_TEST(object.at("path").as_string() == "/keys/k");
    BOOST_TEST(object.at("principal").as_string() == "someone");
    BOOST_TEST(object.at("peer").as_string() == "127.0.0.1");
    BOOST_TEST(std::regex_match(std::string(object.at("time").as_string()),
                                std::regex(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)")));
}

BOOST_AUTO_TEST_CASE(no_line_holds_a_token_a_query_or_a_body) {
    for (const LogFormat format : {LogFormat::Json, LogFormat::Text}) {
        for (const unsigned status : {200U, 403U, 500U}) {
            const std::string line = logged(format, Severity::Debug, status);
            BOOST_TEST(!line.empty());
            BOOST_TEST(line.find(token) == std::string::npos);
            BOOST_TEST(line.find("c2VjcmV0") == std::string::npos);
            BOOST_TEST(line.find("api-version") == std::string::npos);
        }
    }
}

BOOST_AUTO_TEST_CASE(success_is_for_debugging_and_failure_is_not) {
    BOOST_TEST(logged(LogFormat::Text, Severity::Info, 200).empty());
    BOOST_TEST(logged(LogFormat::Text, Severity::Info, 403).find(" code=Forbidden ") != std::string::npos);
    BOOST_TEST(logged(LogFormat::Text, Severity::Warning, 403).empty());
    BOOST_TEST(logged(LogFormat::Text, Severity::Warning, 500).find("warning request") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_value_cannot_forge_a_line) {
    const Field fields[] = {{"path", std::string_view("/x\n2026 error forged=\"1\" \x1b[0m")}, {"n", std::int64_t{-3}}};
    for (const LogFormat format : {LogFormat::Json, LogFormat::Text}) {
        const std::string line = line_of(format, "request", fields);
        BOOST_TEST(line.find('\n') == std::string::npos);
        BOOST_TEST(line.find('\x1b') == std::string::npos);
    }
    BOOST_TEST(line_of(LogFormat::Text, "request", fields).ends_with(" n=-3"));
}

BOOST_AUTO_TEST_CASE(long_paths_are_cut) { BOOST_TEST(shown_path("/" + std::string(5000, 'k') + "?x").size() == 200U); }

BOOST_AUTO_TEST_CASE(unknown_words_are_refused) {
    CHECK_FAILS(severity_named("loud"), Errc::ArgumentsBad);
    CHECK_FAILS(log_format_named("xml"), Errc::ArgumentsBad);
    BOOST_TEST((severity_named("warning").value() == Severity::Warning));
}

BOOST_AUTO_TEST_SUITE_END()
