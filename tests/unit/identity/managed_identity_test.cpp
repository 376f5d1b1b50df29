#include "authority_workplace.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

const std::string imds = "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=";
const std::string app_service = "/msi/token?api-version=2019-08-01&resource=";
const std::string resource = "https%3A%2F%2Fmanagedhsm.localhost%3A8443";

}  // namespace

BOOST_AUTO_TEST_SUITE(managed_identity)

BOOST_AUTO_TEST_CASE(imds_gives_a_token_for_the_machine) {
    const LoginServer server;
    const http::Response response = server.get(imds + resource, {{"metadata", "true"}});
    BOOST_REQUIRE_EQUAL(response.status, 200);
    BOOST_CHECK_EQUAL(text_of_member(response, "client_id"), machine_id);
    BOOST_CHECK_EQUAL(text_of_member(response, "expires_in"), "3599");
    BOOST_CHECK_EQUAL(text_of_member(response, "expires_on"), std::to_string(vector_time() + 3599));
    BOOST_CHECK_EQUAL(text_of_member(response, "not_before"), std::to_string(vector_time()));
    BOOST_CHECK_EQUAL(text_of_member(response, "resource"), "https://managedhsm.localhost:8443");
    BOOST_CHECK_EQUAL(text_of_member(response, "token_type"), "Bearer");
    const auto principal = server.judge(text_of_member(response, "access_token"));
    REQUIRE_OK(principal);
    BOOST_CHECK_EQUAL((*principal)->object_id, "bbbbbbbb-0000-4000-8000-0000000000ff");
}

// msal-node 5 asks with a slash at the end of the path.
BOOST_AUTO_TEST_CASE(a_slash_at_the_end_of_a_path_does_not_matter) {
    const LoginServer server;
    BOOST_CHECK(server.authority->answers("/metadata/identity/oauth2/token/"));
    BOOST_CHECK_EQUAL(
        server
            .get("/metadata/identity/oauth2/token/?api-version=2018-02-01&resource=" + resource, {{"Metadata", "true"}})
            .status,
        200);
    BOOST_CHECK_EQUAL(
        server.get("/msi/token/?api-version=2019-08-01&resource=" + resource, {{"X-IDENTITY-HEADER", "header secret"}})
            .status,
        200);
}

BOOST_AUTO_TEST_CASE(imds_finds_an_identity_by_each_of_its_names) {
    const LoginServer server;
    for (const std::string name :
         {"client_id=BBBBBBBB-0000-4000-8000-000000000002", "object_id=bbbbbbbb-0000-4000-8000-0000000000ff",
          "msi_res_id=/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/"
          "userAssignedIdentities/machine"}) {
        BOOST_CHECK_EQUAL(server.get(imds + resource + "&" + name, {{"Metadata", "true"}}).status, 200);
    }
    for (const std::string& name :
         {std::string("client_id=") + admin_id, std::string("object_id=x"), std::string("msi_res_id=/x/other"),
          std::string("client_id=") + machine_id + "&object_id=" + admin_object}) {
        const http::Response response = server.get(imds + resource + "&" + name, {{"Metadata", "true"}});
        BOOST_CHECK_EQUAL(response.status, 400);
        BOOST_CHECK_EQUAL(text_of_member(response, "error"), "invalid_request");
    }
}

BOOST_AUTO_TEST_CASE(imds_wants_its_header_and_parameters_as_probes_expect) {
    const LoginServer server;
    BOOST_CHECK_EQUAL(server.get(imds + resource).status, 400);
    BOOST_CHECK_EQUAL(server.get(imds + resource, {{"Metadata", "false"}}).status, 400);
    BOOST_CHECK_EQUAL(server.get(imds, {{"Metadata", "true"}}).status, 400);
    BOOST_CHECK_EQUAL(server.get("/metadata/identity/oauth2/token?resource=a", {{"Metadata", "true"}}).status, 400);
}

BOOST_AUTO_TEST_CASE(imds_answers_only_callers_on_this_machine) {
    const LoginServer server;
    for (const char* address : {"192.168.1.7", "", "10.127.0.0", "fe80::1"}) {
        http::Request request;
        request.target = imds + resource;
        request.headers = {{"Metadata", "true"}};
        request.peer.address = address;
        BOOST_CHECK_EQUAL(server.authority->answer(request).status, 403);
    }
    BOOST_CHECK_EQUAL(server.get(imds + resource, {{"Metadata", "true"}, {"X-Forwarded-For", "10.0.0.1"}}).status, 403);
}

BOOST_AUTO_TEST_CASE(app_service_wants_its_header) {
    const LoginServer server;
    const http::Response response = server.get(app_service + resource, {{"X-IDENTITY-HEADER", "header secret"}});
    BOOST_REQUIRE_EQUAL(response.status, 200);
    BOOST_CHECK_EQUAL(text_of_member(response, "expires_on"), std::to_string(vector_time() + 3599));
    REQUIRE_OK(server.judge(text_of_member(response, "access_token")));
    BOOST_CHECK_EQUAL(server.get(app_service + resource).status, 401);
    BOOST_CHECK_EQUAL(server.get(app_service + resource, {{"X-IDENTITY-HEADER", "header secre"}}).status, 401);
    BOOST_CHECK_EQUAL(server.get(app_service, {{"X-IDENTITY-HEADER", "header secret"}}).status, 400);
    BOOST_CHECK_EQUAL(
        server.get(app_service + resource + "&client_id=x", {{"X-IDENTITY-HEADER", "header secret"}}).status, 400);
}

BOOST_AUTO_TEST_CASE(app_service_without_a_header_of_its_own_refuses_everybody) {
    LoginServer server;
    identity::AuthoritySettings settings = server.settings();
    settings.identity_header.clear();
    server.authority = identity::TestAuthority::open(settings).value();
    BOOST_CHECK_EQUAL(server.get(app_service + resource).status, 401);
    BOOST_CHECK_EQUAL(server.get(app_service + resource, {{"X-IDENTITY-HEADER", ""}}).status, 401);
}

BOOST_AUTO_TEST_SUITE_END()
