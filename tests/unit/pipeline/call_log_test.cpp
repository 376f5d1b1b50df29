// What a failed call leaves in the log.
#include "stage.hpp"

namespace kvp11::test {
namespace {

bool holds(const std::string& line, const std::string& text) { return line.find(text) != std::string::npos; }

BOOST_AUTO_TEST_SUITE(call_log)

BOOST_AUTO_TEST_CASE(a_failed_call_is_one_line_with_everything_to_find_it_by) {
    const LoggedLines log(log::Level::Warn);
    Stage stage;
    stage.surroundings.play(503);
    stage.surroundings.play([](const Seen&) {
        return answer(403,
                      R"({"error":{"code":"Forbidden","message":"no way","innererror":{"code":"ForbiddenByRbac"}}})",
                      {{"x-ms-request-id", "request-7"}});
    });
    CHECK_FAILS(stage.call(sign_call), Errc::AccessDenied);
    BOOST_REQUIRE_EQUAL(log.lines().size(), 1U);
    const std::string line = log.lines()[0];
    const std::string& head = stage.surroundings.seen[0].head;
    const std::string name = "x-ms-client-request-id: ";
    const std::string id = head.substr(head.find(name) + name.size(), 36);
    BOOST_TEST(line == "warn: POST /keys/web/0123456789abcdef0123456789abcdef/sign at contoso.managedhsm.azure.net: no "
                       "role assignment allows this: 403 Forbidden (ForbiddenByRbac), 'no way'; request id request-7; "
                       "client request id " +
                           id + ", 2 attempts, 110 ms");
}

BOOST_AUTO_TEST_CASE(a_call_without_an_answer_says_what_happened) {
    const LoggedLines log(log::Level::Warn);
    Stage stage;
    stage.surroundings.play([](const Seen&) { return trouble(Trouble::Kind::Closed, true, "the connection ended"); });
    CHECK_FAILS(stage.call(create_call), Errc::DeviceError);
    BOOST_REQUIRE_EQUAL(log.lines().size(), 1U);
    BOOST_TEST(holds(log.lines()[0], "POST /keys/web/create at contoso.managedhsm.azure.net: no answer"));
    BOOST_TEST(holds(log.lines()[0], "the connection ended; it may have been done all the same; client request id "));
}

BOOST_AUTO_TEST_CASE(a_key_that_is_not_there_is_no_warning) {
    const LoggedLines log(log::Level::Warn);
    Stage stage;
    stage.surroundings.play(404);
    CHECK_FAILS(stage.call(), Errc::KeyNotFound);
    BOOST_TEST(log.lines().empty());
}

BOOST_AUTO_TEST_CASE(each_attempt_is_a_line_for_those_who_look_for_a_fault) {
    const LoggedLines log(log::Level::Trace);
    Stage stage;
    stage.surroundings.play(503);
    stage.surroundings.play([](const Seen&) { return trouble(Trouble::Kind::Connect, false, "refused"); });
    REQUIRE_OK(stage.call(sign_call));
    const auto lines = log.lines();
    BOOST_REQUIRE_EQUAL(lines.size(), 3U);
    BOOST_TEST(holds(lines[0], ", attempt 1: 503; client request id "));
    BOOST_TEST(holds(lines[1], ", attempt 2: refused; "));
    BOOST_TEST(holds(lines[2], ", attempt 3: 200; "));
    BOOST_TEST(holds(lines[2], " us, of which connecting "));
}

// A server that sends back what it got, and a body with material in it.
BOOST_AUTO_TEST_CASE(no_line_holds_a_token_or_a_body) {
    const LoggedLines log(log::Level::Trace);
    const std::string secret(200, 'S');
    Stage stage;
    stage.surroundings.otherwise = [&](const Seen& seen) {
        return service_error(403, "Forbidden", "you sent " + secret + " " + std::to_string(seen.head.size()));
    };
    pipeline::Call call = sign_call;
    call.body = R"({"value":"the-body-of-the-call"})";
    CHECK_FAILS(stage.call(call), Errc::AccessDenied);
    stage.surroundings.otherwise = [](const Seen& seen) { return answer(403, "<pre>" + seen.head + "</pre>"); };
    CHECK_FAILS(stage.call(call), Errc::DeviceError);
    stage.surroundings.otherwise = [](const Seen&) { return challenge("resource=\"https://managedhsm.azure.net\""); };
    CHECK_FAILS(stage.call(call), Errc::UserNotLoggedIn);
    BOOST_TEST(log.lines().size() >= 6U);
    for (const std::string& line : log.lines()) {
        BOOST_TEST(!holds(line, "token-"));
        BOOST_TEST(!holds(line, secret));
        BOOST_TEST(!holds(line, "the-body-of-the-call"));
        BOOST_TEST(!holds(line, "Authorization"));
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::test
