// az as a script that says what the real one says.
#include <stdlib.h>
#include <sys/stat.h>

#include "stage.hpp"

using namespace kvp11;
using namespace kvp11::credential;
using namespace kvp11::test;

namespace {

/// A folder with an `az` in front of PATH, which notes its arguments.
class FakeAz {
public:
    explicit FakeAz(const std::string& script) {
        const std::string path = folder_.path("az");
        write_file(path, "#!/bin/sh\nprintf '%s\\n' \"$@\" > " + arguments_file() + "\n" + script + "\n");
        BOOST_REQUIRE_EQUAL(chmod(path.c_str(), 0755), 0);
        setenv("PATH", (folder_.path() + ":" + before_).c_str(), 1);
    }
    FakeAz(const FakeAz&) = delete;
    FakeAz& operator=(const FakeAz&) = delete;
    ~FakeAz() { setenv("PATH", before_.c_str(), 1); }
    [[nodiscard]] std::string arguments() const { return text_of_file(arguments_file()); }

private:
    [[nodiscard]] std::string arguments_file() const { return folder_.path("arguments"); }
    TemporaryFolder folder_;
    std::string before_ = getenv("PATH");
};

CredentialSettings by_az(const std::string& tenant = {}) {
    CredentialSettings settings;
    settings.kind = Kind::AzureCli;
    settings.tenant = tenant;
    return settings;
}

Result<Token> ask_az(const std::string& script, const CredentialSettings& settings = by_az()) {
    const FakeAz az(script);
    Stage stage;
    stage.login.clock->set(1795356000);
    return stage.acquire(settings);
}

void check_sentence(const Result<Token>& token, Errc code, const std::string& part) {
    CHECK_FAILS(token, code);
    if (!token) BOOST_CHECK_MESSAGE(token.error().message.find(part) != std::string::npos, token.error().message);
}

constexpr const char* answer = R"(cat <<END
{
  "accessToken": "a.token.here",
  "expiresOn": "2099-01-01 00:00:00.000000",
  "expires_on": 1795359600,
  "subscription": "00000000-0000-0000-0000-000000000000",
  "tenant": "11111111-1111-4111-8111-111111111111",
  "tokenType": "Bearer"
}
END)";

}  // namespace

BOOST_AUTO_TEST_SUITE(azure_cli)

BOOST_AUTO_TEST_CASE(az_is_asked_without_a_shell) {
    const FakeAz az(answer);
    Stage stage;
    stage.login.clock->set(1795356000);
    const auto token = stage.acquire(by_az(), {.resource = "https://managedhsm.localhost:1/$(id)"});
    REQUIRE_OK(token);
    BOOST_CHECK_EQUAL(text_of_token(*token), "a.token.here");
    BOOST_CHECK_EQUAL(token->source, "AzureCliCredential");
    BOOST_CHECK(token->expires == std::chrono::system_clock::time_point(std::chrono::seconds(1795359600)));
    BOOST_CHECK_EQUAL(az.arguments(), "account\nget-access-token\n--output\njson\n--resource\n"
                                      "https://managedhsm.localhost:1/$(id)\n");
    REQUIRE_OK(stage.acquire(by_az("contoso.example"), {.resource = local_resource}));
    BOOST_CHECK(az.arguments().ends_with("--tenant\ncontoso.example\n"));
    REQUIRE_OK(stage.acquire(by_az(), {.resource = local_resource, .tenant = tenant_id}));
    BOOST_CHECK(az.arguments().ends_with(std::string("--tenant\n") + tenant_id + "\n"));
}

BOOST_AUTO_TEST_CASE(older_ones_say_the_end_in_local_time) {
    setenv("TZ", "EST5", 1);
    tzset();
    const auto token = ask_az(R"(echo '{"accessToken":"a.token.here","expiresOn":"2026-11-22 10:00:00.123456"}')");
    unsetenv("TZ");
    tzset();
    REQUIRE_OK(token);
    BOOST_CHECK(token->expires == std::chrono::system_clock::time_point(std::chrono::seconds(1795359600)));
}

BOOST_AUTO_TEST_CASE(what_az_complains_about_is_told) {
    check_sentence(ask_az("echo \"ERROR: Please run 'az login' to setup account.\" >&2; exit 1"), Errc::UserNotLoggedIn,
                   "AzureCliCredential: az: Please run 'az login' to setup account.");
    check_sentence(ask_az("echo WARNING: old >&2; echo 'ERROR: AADSTS700082: The refresh token has expired.' >&2;"
                          "echo 'Trace ID: x' >&2; exit 1"),
                   Errc::UserNotLoggedIn, "az: AADSTS700082: The refresh token has expired.");
    check_sentence(ask_az("exit 1"), Errc::UserNotLoggedIn, "az: no reason was given");
    check_sentence(ask_az("echo '{\"accessToken\":'"), Errc::DeviceError, "az gave an answer that is no JSON");
    check_sentence(ask_az("true"), Errc::DeviceError, "az gave an answer that is empty");
    check_sentence(ask_az("echo '{\"accessToken\":\"a b\"}'"), Errc::DeviceError, "without an accessToken");
    check_sentence(ask_az("echo '{\"accessToken\":\"abc\",\"expires_on\":1}'"), Errc::DeviceError, "has ended");
}

BOOST_AUTO_TEST_CASE(az_that_hangs_is_killed_at_the_deadline) {
    const FakeAz az("sleep 1000");
    Stage stage;
    const auto credential = stage.open(by_az());
    const auto token =
        credential->acquire({.resource = local_resource}, transport::Clock::now() + std::chrono::milliseconds(300));
    check_sentence(token, Errc::DeviceError, "was not done in time");
}

BOOST_AUTO_TEST_CASE(what_would_be_an_option_is_refused) {
    check_sentence(ask_az(answer, by_az("--help")), Errc::UserNotLoggedIn, "is no tenant's id or domain");
    const FakeAz az(answer);
    Stage stage;
    check_sentence(stage.acquire(by_az(), {.resource = "--help"}), Errc::UserNotLoggedIn, "no https:// URL");
}

BOOST_AUTO_TEST_CASE(no_az_is_no_login) {
    Stage stage;
    const std::string before = getenv("PATH");
    setenv("PATH", "/nowhere:.:relative", 1);
    const auto token = stage.acquire(by_az());
    setenv("PATH", before.c_str(), 1);
    check_sentence(token, Errc::UserNotLoggedIn, "no az in PATH");
}

BOOST_AUTO_TEST_SUITE_END()
