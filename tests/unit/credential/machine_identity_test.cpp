// Managed identities: hsm-sim's IMDS and App Service, and what the real ones were seen to answer.
#include <filesystem>

#include "stage.hpp"

using namespace kvp11;
using namespace kvp11::credential;
using namespace kvp11::test;

namespace {

CredentialSettings machine() {
    CredentialSettings settings;
    settings.kind = Kind::ManagedIdentity;
    return settings;
}

http::Response imds_token() {
    return json_answer(200, R"({"access_token":"a.token.here","client_id":"c","expires_in":"86399",)"
                            R"("expires_on":"1795442399","ext_expires_in":"86399","not_before":"1795355700",)"
                            R"("resource":"https://managedhsm.azure.net","token_type":"Bearer"})");
}

http::Response challenge(const std::string& realm) {
    return json_answer(401, "", {{"WWW-Authenticate", "Basic realm=" + realm}});
}

void check_sentence(const Result<Token>& token, Errc code, const std::string& part) {
    CHECK_FAILS(token, code);
    if (!token) BOOST_CHECK_MESSAGE(token.error().message.find(part) != std::string::npos, token.error().message);
}

void check_token(const Result<Token>& token, const char* source) {
    REQUIRE_OK(token);
    BOOST_CHECK_EQUAL(text_of_token(*token), "a.token.here");
    BOOST_CHECK_EQUAL(token->source, std::string("ManagedIdentityCredential (") + source + ")");
}

/// A Stage with Arc's environment and a folder for its keys.
struct ArcStage : Stage {
    ArcStage() {
        environment = {{"IDENTITY_ENDPOINT", plain() + "/metadata/identity/oauth2/token"}, {"IMDS_ENDPOINT", plain()}};
        arc_key_folder = login.folder.path("tokens/");
        std::filesystem::create_directory(arc_key_folder);
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(machine_identities)

BOOST_AUTO_TEST_CASE(hsm_sims_imds_gives_a_token) {
    Stage stage;
    stage.play_authority();
    const auto token = stage.acquire(machine());
    REQUIRE_OK(token);
    BOOST_CHECK_EQUAL(token->source, "ManagedIdentityCredential (IMDS)");
    BOOST_CHECK_EQUAL(std::string(payload_of(text_of_token(*token)).at("appid").as_string().c_str()), machine_id);
}

BOOST_AUTO_TEST_CASE(hsm_sims_imds_finds_identities_by_each_name) {
    Stage stage;
    stage.play_authority();
    CredentialSettings by_client = machine();
    by_client.client_id = machine_id;
    CHECK_OK(stage.acquire(by_client));
    CredentialSettings by_object = machine();
    by_object.object_id = "bbbbbbbb-0000-4000-8000-0000000000ff";
    stage.environment["AZURE_CLIENT_ID"] = admin_id;
    CHECK_OK(stage.acquire(by_object));
    CredentialSettings by_resource = machine();
    by_resource.resource_id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/"
                              "userAssignedIdentities/machine";
    CHECK_OK(stage.acquire(by_resource));
    check_sentence(stage.acquire(machine()), Errc::UserNotLoggedIn, std::string("client id ") + admin_id);
    by_resource.object_id = "x";
    CHECK_FAILS(open_in(std::make_shared<const Surroundings>(stage.surroundings(by_resource))),
                Errc::ConfigurationInvalid);
}

BOOST_AUTO_TEST_CASE(hsm_sims_app_service_gives_a_token) {
    Stage stage;
    stage.play_authority();
    stage.environment = {{"IDENTITY_ENDPOINT", stage.plain() + "/msi/token"}, {"IDENTITY_HEADER", "header secret"}};
    const auto token = stage.acquire(machine());
    REQUIRE_OK(token);
    BOOST_CHECK_EQUAL(token->source, "ManagedIdentityCredential (App Service)");
    stage.environment["IDENTITY_HEADER"] = "another";
    check_sentence(stage.acquire(machine()), Errc::UserNotLoggedIn, "X-IDENTITY-HEADER is missing or wrong");
    stage.environment["IDENTITY_HEADER"] = "a\r\nb";
    check_sentence(stage.acquire(machine()), Errc::UserNotLoggedIn, "IDENTITY_HEADER is nothing that a header could");
}

BOOST_AUTO_TEST_CASE(imds_is_asked_as_it_wants_to_be) {
    Stage stage;
    stage.login.clock->set(1795356000);
    stage.play({imds_token()});
    CredentialSettings settings = machine();
    settings.resource_id = "/a b";
    const auto token = stage.acquire(settings, {.resource = "https://managedhsm.azure.net"});
    check_token(token, "IMDS");
    BOOST_CHECK(token->expires == std::chrono::system_clock::time_point(std::chrono::seconds(1795442399)));
    const Seen seen = stage.seen();
    BOOST_CHECK_EQUAL(seen.method, "GET");
    BOOST_CHECK_EQUAL(seen.target, "/metadata/identity/oauth2/token?api-version=2018-02-01"
                                   "&resource=https%3A%2F%2Fmanagedhsm.azure.net&msi_res_id=%2Fa%20b");
    BOOST_CHECK_EQUAL(seen.headers.find("Metadata").value_or(""), "true");
}

BOOST_AUTO_TEST_CASE(imds_that_is_being_updated_is_asked_again) {
    Stage stage;
    stage.login.clock->set(1795356000);
    stage.play({json_answer(410, ""), json_answer(404, "<html>"), json_answer(429, R"({"error":"too many"})"),
                json_answer(500, ""), imds_token()});
    check_token(stage.acquire(machine(), {.resource = local_resource}), "IMDS");
    BOOST_CHECK_EQUAL(stage.count(), 5);
    BOOST_REQUIRE_EQUAL(stage.pauses.size(), 4);
    BOOST_CHECK(stage.pauses[0] >= std::chrono::seconds(3));
    stage.play({json_answer(404, "")});
    check_sentence(stage.acquire(machine()), Errc::DeviceError, "answered 404 (after 5 tries)");
}

BOOST_AUTO_TEST_CASE(imds_without_the_identity_says_what_to_do) {
    Stage stage;
    stage.play({json_answer(400, R"({"error":"invalid_request","error_description":"Identity not found"})")});
    check_sentence(stage.acquire(machine()), Errc::UserNotLoggedIn,
                   "ManagedIdentityCredential: IMDS gives no token of the system-assigned identity: Identity not found "
                   "(HTTP 400); assign the identity to this machine");
    BOOST_CHECK_EQUAL(stage.count(), 1);
    stage.play({json_answer(200, "no json")});
    check_sentence(stage.acquire(machine()), Errc::DeviceError, "IMDS gave an answer that is no JSON");
}

BOOST_AUTO_TEST_CASE(app_services_times_may_be_american) {
    Stage stage;
    stage.login.clock->set(1795356000);
    stage.environment = {{"MSI_ENDPOINT", stage.plain() + "/msi?x=1"}, {"MSI_SECRET", "s"}};
    stage.play({json_answer(200, R"({"access_token":"a.token.here","expires_on":"11/22/2026 3:00:00 PM +00:00"})")});
    CredentialSettings settings = machine();
    settings.client_id = "c";
    const auto token = stage.acquire(settings, {.resource = "https://r"});
    check_token(token, "Azure ML");
    BOOST_CHECK(token->expires == std::chrono::system_clock::time_point(std::chrono::seconds(1795359600)));
    BOOST_CHECK_EQUAL(stage.seen().target, "/msi?x=1&api-version=2017-09-01&resource=https%3A%2F%2Fr&clientid=c");
    BOOST_CHECK_EQUAL(stage.seen().headers.find("secret").value_or(""), "s");
}

BOOST_AUTO_TEST_CASE(cloud_shell_is_asked_by_a_form) {
    Stage stage;
    stage.environment = {{"MSI_ENDPOINT", stage.plain() + "/oauth2/token"}};
    stage.play({token_answer()});
    check_token(stage.acquire(machine(), {.resource = "https://r"}), "Cloud Shell");
    BOOST_CHECK_EQUAL(stage.seen().method, "POST");
    BOOST_CHECK_EQUAL(stage.seen().target, "/oauth2/token");
    BOOST_CHECK_EQUAL(stage.seen().body, "resource=https%3A%2F%2Fr");
    BOOST_CHECK_EQUAL(stage.seen().headers.find("Metadata").value_or(""), "true");
    CredentialSettings settings = machine();
    settings.client_id = "c";
    check_sentence(stage.acquire(settings), Errc::UserNotLoggedIn, "cannot choose an identity by its client id");
}

BOOST_AUTO_TEST_CASE(service_fabric_is_not_taken_for_app_service) {
    Stage stage;
    stage.environment = {
        {"IDENTITY_ENDPOINT", stage.https()}, {"IDENTITY_HEADER", "h"}, {"IDENTITY_SERVER_THUMBPRINT", "t"}};
    check_sentence(stage.acquire(machine()), Errc::UserNotLoggedIn, "Service Fabric is not supported");
}

BOOST_AUTO_TEST_CASE(arc_wants_the_content_of_its_key_file) {
    ArcStage stage;
    const std::string path = stage.arc_key_folder + "one.key";
    write_file(path, "file content\n");
    stage.play({challenge(path), token_answer()});
    check_token(stage.acquire(machine(), {.resource = "https://r"}), "Azure Arc");
    BOOST_CHECK_EQUAL(stage.seen(0).target,
                      "/metadata/identity/oauth2/token?api-version=2020-06-01&resource=https%3A%2F%2Fr");
    BOOST_CHECK_EQUAL(stage.seen(0).headers.find("Metadata").value_or(""), "true");
    BOOST_CHECK(!stage.seen(0).headers.find("Authorization"));
    BOOST_CHECK_EQUAL(stage.seen(1).headers.find("Authorization").value_or(""), "Basic file content");
    BOOST_CHECK_EQUAL(stage.seen(1).headers.find("Metadata").value_or(""), "true");
}

BOOST_AUTO_TEST_CASE(arc_gets_no_other_file) {
    ArcStage stage;
    const std::string outside = stage.login.folder.path("outside.key");
    write_file(outside, "not for you");
    write_file(stage.arc_key_folder + "x.txt", "not for you");
    write_file(stage.arc_key_folder + "large.key", std::string(4097, 'x'));
    std::filesystem::create_directory(stage.arc_key_folder + "deep");
    write_file(stage.arc_key_folder + "deep/x.key", "not for you");
    for (const std::string& path :
         {outside, stage.arc_key_folder + "../outside.key", stage.arc_key_folder + "x.txt",
          stage.arc_key_folder + ".key", stage.arc_key_folder + "deep/x.key", stage.arc_key_folder + "large.key",
          stage.arc_key_folder + "none.key", std::string("/etc/passwd"), std::string()}) {
        BOOST_TEST_CONTEXT(path) {
            stage.play({challenge(path), token_answer()});
            check_sentence(stage.acquire(machine()), Errc::UserNotLoggedIn, "Azure Arc: ");
            BOOST_CHECK_EQUAL(stage.count(), 1);
        }
    }
    stage.play({json_answer(401, "")});
    check_sentence(stage.acquire(machine()), Errc::UserNotLoggedIn, "its 401 names no key file");
}

BOOST_AUTO_TEST_SUITE_END()
