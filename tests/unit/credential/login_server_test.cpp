// Applications that log in by themselves, against hsm-sim's login server and against answers that were written down.
#include "stage.hpp"

#include "crypto/jose.hpp"

using namespace kvp11;
using namespace kvp11::credential;
using namespace kvp11::test;

namespace {

std::string key_pem(std::size_t number) {
    const SecretBytes der = rsa_key(number)->expose_pkcs8().value();
    std::string text = crypto::base64url(der.expose_bytes());
    for (char& c : text) c = c == '-' ? '+' : c == '_' ? '/' : c;
    text.append((4 - text.size() % 4) % 4, '=');
    std::string pem = "-----BEGIN PRIVATE KEY-----\n";
    for (std::size_t at = 0; at < text.size(); at += 64) pem += text.substr(at, 64) + "\n";
    return pem + "-----END PRIVATE KEY-----\n";
}

CredentialSettings by_certificate(const Stage& stage, std::size_t number = 0) {
    CredentialSettings settings;
    settings.kind = Kind::ClientCertificate;
    settings.tenant = tenant_id;
    settings.client_id = admin_id;
    settings.client_certificate = stage.login.folder.path("client.pem");
    write_file(settings.client_certificate, certificate_of(number) + key_pem(number));
    return settings;
}

CredentialSettings by_federated_token(const Stage& stage) {
    CredentialSettings settings;
    settings.kind = Kind::WorkloadIdentity;
    settings.tenant = tenant_id;
    settings.client_id = admin_id;
    settings.federated_token_file = stage.login.folder.path("federated");
    return settings;
}

std::string federated_token(const Stage& stage, const std::string& subject = "system:serviceaccount:default:app") {
    const std::int64_t now = stage.login.clock->now();
    return signed_token({{"iss", "https://cluster.example.org"},
                         {"sub", subject},
                         {"aud", "api://AzureADTokenExchange"},
                         {"iat", now},
                         {"nbf", now},
                         {"exp", now + 3600}},
                        "cluster", 2);
}

void check_sentence(const Result<Token>& token, Errc code, const std::string& part) {
    CHECK_FAILS(token, code);
    if (token) return;
    BOOST_CHECK_MESSAGE(token.error().message.find(part) != std::string::npos, token.error().message);
    BOOST_CHECK(token.error().message.find(admin_secret) == std::string::npos);
}

/// The token is the one that a partition would take.
void check_admins(const Stage& stage, const Result<Token>& token) {
    REQUIRE_OK(token);
    const auto payload = payload_of(text_of_token(*token));
    BOOST_CHECK_EQUAL(std::string(payload.at("oid").as_string().c_str()), admin_object);
    BOOST_CHECK_EQUAL(std::string(payload.at("aud").as_string().c_str()), local_resource);
    const auto life =
        token->expires - std::chrono::system_clock::time_point(std::chrono::seconds(stage.login.clock->now()));
    BOOST_CHECK(life == std::chrono::seconds(3599));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(login_servers)

BOOST_AUTO_TEST_CASE(a_client_secret_gets_a_token) {
    Stage stage;
    stage.play_authority();
    const auto token = stage.acquire(by_secret(stage));
    check_admins(stage, token);
    BOOST_CHECK(token->source.starts_with("ClientSecretCredential (localhost:"));
}

BOOST_AUTO_TEST_CASE(the_secret_may_come_from_the_environment) {
    Stage stage;
    stage.play_authority();
    stage.environment = {{"AZURE_CLIENT_SECRET", admin_secret},
                         {"AZURE_CLIENT_ID", admin_id},
                         {"AZURE_TENANT_ID", tenant_id},
                         {"AZURE_AUTHORITY_HOST", stage.https() + "/"}};
    CredentialSettings settings;
    settings.kind = Kind::ClientSecret;
    check_admins(stage, stage.acquire(settings));
}

BOOST_AUTO_TEST_CASE(a_rotated_secret_is_taken_up) {
    Stage stage;
    stage.play_authority();
    const CredentialSettings settings = by_secret(stage);
    const auto credential = stage.open(settings);
    write_file(settings.client_secret_file, "old secret");
    const TokenRequest request{.resource = local_resource};
    check_sentence(credential->acquire(request, soon()), Errc::UserNotLoggedIn, "AADSTS7000215");
    write_file(settings.client_secret_file, admin_secret);
    check_admins(stage, credential->acquire(request, soon()));
}

BOOST_AUTO_TEST_CASE(a_certificate_gets_a_token) {
    Stage stage;
    stage.play_authority();
    check_admins(stage, stage.acquire(by_certificate(stage)));
    check_sentence(stage.acquire(by_certificate(stage, 1)), Errc::UserNotLoggedIn, "AADSTS700027");
    stage.environment["AZURE_CLIENT_SEND_CERTIFICATE_CHAIN"] = "true";
    check_admins(stage, stage.acquire(by_certificate(stage)));
}

BOOST_AUTO_TEST_CASE(a_federated_token_gets_a_token_and_is_read_again) {
    Stage stage;
    stage.play_authority();
    const CredentialSettings settings = by_federated_token(stage);
    const auto credential = stage.open(settings);
    const TokenRequest request{.resource = local_resource};
    check_sentence(credential->acquire(request, soon()), Errc::UserNotLoggedIn, "cannot read");
    write_file(settings.federated_token_file, federated_token(stage, "somebody else"));
    check_sentence(credential->acquire(request, soon()), Errc::UserNotLoggedIn, "AADSTS700213");
    write_file(settings.federated_token_file, federated_token(stage) + "\n");
    check_admins(stage, credential->acquire(request, soon()));
}

BOOST_AUTO_TEST_CASE(refusals_name_the_issuers_number) {
    Stage stage;
    stage.play_authority();
    CredentialSettings settings = by_secret(stage);
    settings.client_id = "00000000-0000-4000-8000-00000000dead";
    check_sentence(stage.acquire(settings), Errc::UserNotLoggedIn, "AADSTS700016");
    settings = by_secret(stage);
    settings.tenant = "00000000-0000-4000-8000-00000000dead";
    check_sentence(stage.acquire(settings), Errc::UserNotLoggedIn, "AADSTS90002");
    settings.tenant = "no tenant/at all";
    check_sentence(stage.acquire(settings), Errc::UserNotLoggedIn, "is no tenant's id or domain");
    settings = by_secret(stage);
    write_file(settings.client_secret_file, "\n");
    check_sentence(stage.acquire(settings), Errc::UserNotLoggedIn, "it is empty");
    settings.client_secret_file.clear();
    check_sentence(stage.acquire(settings), Errc::UserNotLoggedIn, "no client_secret_file and no AZURE_CLIENT_SECRET");
}

BOOST_AUTO_TEST_CASE(the_form_is_what_entra_wants) {
    Stage stage;
    stage.play({token_answer()});
    REQUIRE_OK(stage.acquire(by_secret(stage)));
    const Seen seen = stage.seen();
    BOOST_CHECK_EQUAL(seen.method, "POST");
    BOOST_CHECK_EQUAL(seen.target, std::string("/") + tenant_id + "/oauth2/v2.0/token");
    BOOST_CHECK_EQUAL(seen.headers.find("Content-Type").value_or(""), "application/x-www-form-urlencoded");
    BOOST_CHECK_EQUAL(seen.body, std::string("client_id=") + admin_id +
                                     "&scope=https%3A%2F%2Fmanagedhsm.localhost%3A8443%2F.default"
                                     "&grant_type=client_credentials"
                                     "&client_secret=a%20secret%3A%20with%20%2B%2C%20%26%20and%20%25");
}

BOOST_AUTO_TEST_CASE(claims_of_a_challenge_go_along) {
    Stage stage;
    stage.play({token_answer()});
    const std::string claims = R"({"access_token":{"nbf":{"essential":true,"value":"1795356000"}}})";
    REQUIRE_OK(stage.acquire(by_secret(stage), {.resource = local_resource, .claims = claims}));
    BOOST_CHECK(
        stage.seen().body.ends_with("&claims=%7B%22access_token%22%3A%7B%22nbf%22%3A%7B%22essential%22%3Atrue%2C"
                                    "%22value%22%3A%221795356000%22%7D%7D%7D"));
}

BOOST_AUTO_TEST_CASE(the_challenges_tenant_serves_where_there_is_no_own) {
    Stage stage;
    stage.play_authority();
    CredentialSettings settings = by_secret(stage);
    settings.tenant.clear();
    check_admins(stage, stage.acquire(settings, {.resource = local_resource, .tenant = tenant_id}));
    check_sentence(stage.acquire(settings), Errc::UserNotLoggedIn, "no tenant is known");
}

BOOST_AUTO_TEST_CASE(a_login_server_in_trouble_is_asked_again) {
    Stage stage;
    stage.play({json_answer(503, "", {{"Retry-After", "3"}}),
                json_answer(429, R"({"error":"temporarily_unavailable"})", {{"Retry-After", "7"}}),
                json_answer(500, "<html>"), token_answer()});
    REQUIRE_OK(stage.acquire(by_secret(stage)));
    BOOST_CHECK_EQUAL(stage.count(), 4);
    BOOST_REQUIRE_EQUAL(stage.pauses.size(), 3);
    BOOST_CHECK(stage.pauses[0] == std::chrono::seconds(3));
    BOOST_CHECK(stage.pauses[1] == std::chrono::seconds(7));
    // The third doubling of 800 ms, a quarter more or less.
    BOOST_CHECK(stage.pauses[2] >= std::chrono::milliseconds(2400) &&
                stage.pauses[2] <= std::chrono::milliseconds(4000));
}

BOOST_AUTO_TEST_CASE(a_date_in_retry_after_counts_from_the_clock) {
    Stage stage;
    stage.login.clock->set(1795356000);
    stage.play({json_answer(429, "", {{"Retry-After", "Sun, 22 Nov 2026 14:00:09 GMT"}}), token_answer()});
    REQUIRE_OK(stage.acquire(by_secret(stage)));
    BOOST_REQUIRE_EQUAL(stage.pauses.size(), 1);
    BOOST_CHECK(stage.pauses[0] == std::chrono::seconds(9));
}

BOOST_AUTO_TEST_CASE(no_wait_goes_beyond_the_deadline) {
    Stage stage;
    stage.play({json_answer(429, R"({"error":"slow_down"})", {{"Retry-After", "3600"}}), token_answer()});
    check_sentence(stage.acquire(by_secret(stage)), Errc::DeviceError, "answered 429: slow_down (after 1 try)");
    BOOST_CHECK(stage.pauses.empty());
}

BOOST_AUTO_TEST_CASE(a_login_server_that_stays_in_trouble_is_an_error_of_the_device) {
    Stage stage;
    stage.play({json_answer(500, "")});
    check_sentence(stage.acquire(by_secret(stage)), Errc::DeviceError, "answered 500 (after 5 tries)");
    BOOST_CHECK_EQUAL(stage.count(), 5);
}

BOOST_AUTO_TEST_CASE(a_connection_that_ends_is_tried_again) {
    Stage stage;
    http::Response reset = token_answer();
    reset.delivery.reset = true;
    http::Response half = token_answer();
    half.delivery.truncate_after = 10;
    stage.play({reset, half, token_answer()});
    REQUIRE_OK(stage.acquire(by_secret(stage)));
}

BOOST_AUTO_TEST_CASE(answers_that_are_none_end_in_a_sentence) {
    Stage stage;
    stage.play({json_answer(200, "{\"access_token\":")});
    check_sentence(stage.acquire(by_secret(stage)), Errc::DeviceError, "gave an answer that is no JSON");
    stage.play({json_answer(401, "<html>proxy</html>")});
    check_sentence(stage.acquire(by_secret(stage)), Errc::DeviceError, "said nothing that a login server says");
    stage.play({json_answer(401, std::string(R"({"error":"x","error_description":"not: )") + admin_secret + "\"}")});
    check_sentence(stage.acquire(by_secret(stage)), Errc::UserNotLoggedIn, "refused the client secret");
}

BOOST_AUTO_TEST_CASE(nobody_at_the_authority_host_is_an_error_of_the_device) {
    Stage stage;
    CredentialSettings settings = by_secret(stage);
    settings.authority_host = "https://localhost:1";
    check_sentence(stage.acquire(settings), Errc::DeviceError, "localhost:1 cannot be asked");
    settings.authority_host = stage.plain();
    check_sentence(stage.acquire(settings), Errc::UserNotLoggedIn, "is no https:// URL");
}

BOOST_AUTO_TEST_CASE(no_secret_goes_to_a_server_that_the_service_names) {
    Stage stage;
    stage.play({token_answer()});
    stage.environment["AZURE_AUTHORITY_HOST"] = "";
    check_sentence(stage.acquire(by_secret(stage), {.resource = local_resource, .authority = stage.https()}),
                   Errc::UserNotLoggedIn, "nothing was sent to it");
    BOOST_CHECK_EQUAL(stage.count(), 0);
}

BOOST_AUTO_TEST_SUITE_END()
