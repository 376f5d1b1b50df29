#include "authority_workplace.hpp"

#include <sys/stat.h>

#include <fstream>
#include <thread>

using namespace kvp11;
using namespace kvp11::test;
namespace json = boost::json;

namespace {

const std::string token_path = std::string("/") + tenant_id + "/oauth2/v2.0/token";

}  // namespace

BOOST_AUTO_TEST_SUITE(test_authority)

BOOST_AUTO_TEST_CASE(a_secret_gets_a_token_that_a_partition_accepts) {
    const LoginServer server;
    const http::Response response = server.login({});
    BOOST_REQUIRE_EQUAL(response.status, 200);
    BOOST_CHECK_EQUAL(text_of_member(response, "token_type"), "Bearer");
    BOOST_CHECK_EQUAL(body_of(response).at("expires_in").as_int64(), 3599);
    BOOST_CHECK_EQUAL(body_of(response).at("ext_expires_in").as_int64(), 3599);
    BOOST_CHECK_EQUAL(response.headers.find("cache-control").value_or(""), "no-store, no-cache");
    const auto principal = server.judge(text_of_member(response, "access_token"));
    REQUIRE_OK(principal);
    BOOST_CHECK_EQUAL((*principal)->object_id, admin_object);
    BOOST_CHECK_EQUAL((*principal)->application, admin_id);
    BOOST_CHECK_EQUAL((*principal)->tenant, tenant_id);
    BOOST_CHECK_EQUAL((*principal)->expires, vector_time() + 3599);
    CHECK_FAILS(server.judge(text_of_member(response, "access_token"), "https://vault.azure.net"),
                Errc::UserNotLoggedIn);
}

BOOST_AUTO_TEST_CASE(a_token_has_the_claims_of_an_application_and_none_is_like_another) {
    const LoginServer server;
    const std::string token = text_of_member(server.login({}), "access_token");
    const json::object payload = payload_of(token);
    for (const auto& [name, value] : std::initializer_list<std::pair<const char*, std::string>>{
             {"aud", "https://managedhsm.localhost:8443"},
             {"iss", std::string("https://localhost:8443/") + tenant_id + "/v2.0"},
             {"idtyp", "app"},
             {"sub", admin_object},
             {"azp", admin_id},
             {"azpacr", "1"},
             {"ver", "2.0"}}) {
        BOOST_CHECK_EQUAL(payload.at(name).as_string().c_str(), value);
    }
    BOOST_CHECK_NE(token, text_of_member(server.login({}), "access_token"));
}

BOOST_AUTO_TEST_CASE(a_token_names_the_groups_of_its_application) {
    const LoginServer server;
    const std::string group = "cccccccc-0000-4000-8000-000000000003";
    const std::string other = "cccccccc-0000-4000-8000-000000000004";
    BOOST_CHECK(!payload_of(text_of_member(server.login({}), "access_token")).contains("groups"));
    identity::AuthoritySettings settings = server.settings();
    settings.applications.front().groups = {group, other};
    LoginServer with_groups;
    with_groups.authority = identity::TestAuthority::open(settings).value();
    const auto principal = server.judge(text_of_member(with_groups.login({}), "access_token"));
    REQUIRE_OK(principal);
    BOOST_TEST((*principal)->groups == std::vector<std::string>({group, other}), boost::test_tools::per_element());
    settings.applications.front().groups = {"admins"};
    CHECK_FAILS(identity::TestAuthority::open(settings), Errc::ConfigurationInvalid);
}

BOOST_AUTO_TEST_CASE(every_form_of_the_token_endpoint_answers_as_its_clients_want) {
    const LoginServer server;
    for (const std::string path :
         {"/common/oauth2/v2.0/token", "/organizations/oauth2/v2.0/token",
          "/11111111-1111-4111-8111-111111111111/oauth2/v2.0/token?client-request-id=7", "/adfs/oauth2/token"}) {
        const http::Response response = server.login({}, path);
        BOOST_REQUIRE_EQUAL(response.status, 200);
        REQUIRE_OK(server.judge(text_of_member(response, "access_token")));
    }
    const http::Response old = server.login({{"scope", ""}, {"resource", "https://managedhsm.localhost:8443"}},
                                            std::string("/") + tenant_id + "/oauth2/token");
    BOOST_REQUIRE_EQUAL(old.status, 200);
    REQUIRE_OK(server.judge(text_of_member(old, "access_token")));
    BOOST_CHECK_EQUAL(text_of_member(old, "expires_in"), "3599");
    BOOST_CHECK_EQUAL(text_of_member(old, "expires_on"), std::to_string(vector_time() + 3599));
    BOOST_CHECK_EQUAL(text_of_member(old, "resource"), "https://managedhsm.localhost:8443");
    const json::object adfs = payload_of(text_of_member(server.login({}, "/adfs/oauth2/token"), "access_token"));
    BOOST_CHECK_EQUAL(adfs.at("iss").as_string().c_str(), "https://localhost:8443/adfs");
}

BOOST_AUTO_TEST_CASE(the_audience_is_the_first_resource_of_the_scope) {
    const LoginServer server;
    const auto audience = [&](const std::string& scope) {
        const http::Response response = server.login({{"scope", scope}});
        if (response.status != 200) return "AADSTS" + std::to_string(aadsts(response));
        return std::string(payload_of(text_of_member(response, "access_token")).at("aud").as_string().c_str());
    };
    BOOST_CHECK_EQUAL(audience("openid profile  https://a/.default offline_access https://b/.default"), "https://a");
    BOOST_CHECK_EQUAL(audience("https://a//.default"), "https://a/");
    BOOST_CHECK_EQUAL(audience("https://a/user_impersonation"), "AADSTS70011");
    BOOST_CHECK_EQUAL(audience("/.default"), "AADSTS70011");
    BOOST_CHECK_EQUAL(audience("openid"), "AADSTS900144");
    BOOST_CHECK_EQUAL(audience(""), "AADSTS900144");
}

BOOST_AUTO_TEST_CASE(refusals_have_the_numbers_and_the_shape_of_entra) {
    const LoginServer server;
    struct Case {
        std::vector<std::pair<std::string, std::string>> changes;
        unsigned status;
        const char* error;
        std::int64_t number;
    };
    for (const Case& wrong : std::initializer_list<Case>{
             {{{"client_secret", "guess"}}, 401, "invalid_client", 7000215},
             {{{"client_secret", std::string(admin_secret) + "x"}}, 401, "invalid_client", 7000215},
             {{{"client_id", "cccccccc-0000-4000-8000-000000000003"}}, 400, "unauthorized_client", 700016},
             {{{"client_id", machine_id}}, 401, "invalid_client", 7000215},  // has no secret at all
             {{{"client_secret", ""}}, 401, "invalid_client", 7000218},
             {{{"client_id", ""}}, 400, "invalid_request", 900144},
             {{{"grant_type", ""}}, 400, "invalid_request", 900144},
             {{{"grant_type", "password"}}, 400, "unsupported_grant_type", 70003},
             {{{"scope", ""}}, 400, "invalid_request", 900144}}) {
        const http::Response response = server.login(wrong.changes);
        BOOST_CHECK_EQUAL(response.status, wrong.status);
        BOOST_CHECK_EQUAL(text_of_member(response, "error"), wrong.error);
        BOOST_CHECK_EQUAL(aadsts(response), wrong.number);
        const std::string description = text_of_member(response, "error_description");
        BOOST_CHECK(description.starts_with("AADSTS" + std::to_string(wrong.number) + ": "));
        BOOST_CHECK(description.find("guess") == std::string::npos);
        for (const char* member : {"timestamp", "trace_id", "correlation_id"}) {
            BOOST_CHECK(!text_of_member(response, member).empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(a_client_finds_its_request_id_in_a_refusal) {
    const LoginServer server;
    const std::string id = "0f0f0f0f-1111-4222-8333-444444444444";
    const http::Response response = server.post(token_path, "", {{"client-request-id", id}});
    BOOST_CHECK_EQUAL(text_of_member(response, "correlation_id"), id);
    const http::Response other = server.post(token_path, "", {{"client-request-id", "x\r\nSet-Cookie: y"}});
    BOOST_CHECK_EQUAL(text_of_member(other, "correlation_id").size(), id.size());
}

BOOST_AUTO_TEST_CASE(malformed_bodies_are_refused) {
    const LoginServer server;
    for (const std::string& body : {std::string("%"), std::string("a=%4"), std::string("grant_type=x&grant_type=y"),
                                    std::string("a=%zz"), std::string(1000, '&')}) {
        BOOST_CHECK_EQUAL(aadsts(server.post(token_path, body)), 9000411);
    }
    BOOST_CHECK_EQUAL(aadsts(server.post(token_path, std::string("\0\xff=\0&", 5))), 900144);
    BOOST_CHECK_EQUAL(aadsts(server.get(std::string("/") + tenant_id + "/discovery/keys?a=%")), 9000411);
}

BOOST_AUTO_TEST_CASE(another_tenant_is_unknown_here) {
    const LoginServer server;
    for (const std::string path : {"/99999999-9999-4999-8999-999999999999/oauth2/v2.0/token", "/x/oauth2/token"}) {
        const http::Response response = server.login({}, path);
        BOOST_CHECK_EQUAL(response.status, 400);
        BOOST_CHECK_EQUAL(aadsts(response), 90002);
    }
    const http::Response discovery = server.get("/contoso.com/v2.0/.well-known/openid-configuration");
    BOOST_CHECK_EQUAL(discovery.status, 400);
    BOOST_CHECK_EQUAL(text_of_member(discovery, "error"), "invalid_tenant");
}

BOOST_AUTO_TEST_CASE(discovery_names_endpoints_that_are_there) {
    const LoginServer server;
    for (const std::string path :
         {"/11111111-1111-4111-8111-111111111111/v2.0", "/11111111-1111-4111-8111-111111111111", "/common/v2.0",
          "/organizations", "/adfs"}) {
        const http::Response response = server.get(path + "/.well-known/openid-configuration");
        BOOST_REQUIRE_EQUAL(response.status, 200);
        const std::string root = "https://localhost:8443";
        const std::string endpoint = text_of_member(response, "token_endpoint");
        const std::string keys = text_of_member(response, "jwks_uri");
        BOOST_REQUIRE(endpoint.starts_with(root) && keys.starts_with(root));
        BOOST_CHECK(server.authority->answers(endpoint.substr(root.size())));
        BOOST_CHECK_EQUAL(server.login({}, endpoint.substr(root.size())).status, 200);
        BOOST_CHECK_EQUAL(server.get(keys.substr(root.size())).body, server.authority->keys());
        const auto issuers = server.authority->issuers();
        BOOST_CHECK(std::find(issuers.begin(), issuers.end(), text_of_member(response, "issuer")) != issuers.end());
        BOOST_CHECK(!text_of_member(response, "authorization_endpoint").empty());
    }
}

BOOST_AUTO_TEST_CASE(instance_discovery_points_to_the_tenant_that_was_asked_for) {
    const LoginServer server;
    const http::Response response =
        server.get("/common/discovery/instance?api-version=1.1&authorization_endpoint="
                   "https%3A%2F%2Flocalhost%3A8443%2Forganizations%2Foauth2%2Fv2.0%2Fauthorize");
    BOOST_CHECK_EQUAL(text_of_member(response, "tenant_discovery_endpoint"),
                      "https://localhost:8443/organizations/v2.0/.well-known/openid-configuration");
    BOOST_CHECK_EQUAL(body_of(response).at("metadata").at(0).at("aliases").at(0).as_string().c_str(), "localhost:8443");
}

BOOST_AUTO_TEST_CASE(az_finds_its_subscription_tenant_and_cloud) {
    const LoginServer server;
    const json::object subscriptions = body_of(server.get("/subscriptions?api-version=2019-11-01"));
    BOOST_CHECK_EQUAL(subscriptions.at("value").at(0).at("tenantId").as_string().c_str(), tenant_id);
    BOOST_CHECK_EQUAL(subscriptions.at("value").at(0).at("state").as_string().c_str(), "Enabled");
    const json::object tenants = body_of(server.get("/tenants?api-version=2019-11-01"));
    BOOST_CHECK_EQUAL(tenants.at("value").at(0).at("tenantId").as_string().c_str(), tenant_id);
    const json::object cloud = body_of(server.get("/metadata/endpoints?api-version=2015-01-01"));
    BOOST_CHECK_EQUAL(cloud.at("authentication").at("loginEndpoint").as_string().c_str(),
                      "https://localhost:8443/adfs");
    const http::Response later = server.get("/metadata/endpoints?api-version=2022-09-01");
    BOOST_CHECK_EQUAL(json::parse(later.body).at(0).at("suffixes").at("mhsmDns").as_string().c_str(),
                      "managedhsm.localhost:8443");
}

// az puts its paths after a resource manager URL that ends with a slash.
BOOST_AUTO_TEST_CASE(slashes_at_the_beginning_of_a_path_are_one) {
    const LoginServer server;
    BOOST_CHECK(server.authority->answers("//metadata/endpoints"));
    BOOST_CHECK_EQUAL(server.get("//metadata/endpoints?api-version=2015-01-01").status, 200);
    BOOST_CHECK_EQUAL(server.get("//subscriptions?api-version=2019-11-01").status, 200);
    BOOST_CHECK_EQUAL(server.login({}, "//common/oauth2/v2.0/token").status, 200);
}

BOOST_AUTO_TEST_CASE(only_its_own_paths_are_answered) {
    const LoginServer server;
    for (const char* path :
         {"/", "/keys", "/keys/a/b", "/oauth2/v2.0/token", "/a/b/oauth2/v2.0/token", "//oauth2/token",
          "/subscriptions/x", "/metadata/instance", "/metadata", "/common/discovery/instance//",
          "/providers/Microsoft.Authorization/roleAssignments", "", "/msi"}) {
        BOOST_CHECK_MESSAGE(!server.authority->answers(path), path);
        BOOST_CHECK_EQUAL(server.get(path).status, 404);
    }
    const http::Response response = server.get(token_path);
    BOOST_CHECK_EQUAL(response.status, 405);
    BOOST_CHECK_EQUAL(response.headers.find("Allow").value_or(""), "POST");
}

BOOST_AUTO_TEST_CASE(tokens_outlive_a_restart_and_the_key_is_nobody_elses) {
    const LoginServer server;
    const std::string token = text_of_member(server.login({}), "access_token");
    const auto reopened = identity::TestAuthority::open(server.settings());
    REQUIRE_OK(reopened);
    BOOST_CHECK_EQUAL((*reopened)->keys(), server.authority->keys());
    struct stat about {};
    BOOST_REQUIRE_EQUAL(stat((server.folder.path("authority") + "/signing-key.p8").c_str(), &about), 0);
    BOOST_CHECK_EQUAL(about.st_mode & 0777, 0600);
    BOOST_REQUIRE_EQUAL(stat(server.folder.path("authority").c_str(), &about), 0);
    BOOST_CHECK_EQUAL(about.st_mode & 0777, 0700);
    const auto files = std::filesystem::directory_iterator(server.folder.path("authority"));
    BOOST_CHECK_EQUAL(std::distance(begin(files), end(files)), 1);
}

BOOST_AUTO_TEST_CASE(authorities_opened_at_once_have_one_key) {
    const LoginServer server;
    identity::AuthoritySettings settings = server.settings();
    settings.folder = server.folder.path("fresh");
    std::array<std::string, 4> keys;
    std::vector<std::thread> threads;
    for (std::string& key : keys) {
        threads.emplace_back([&] { key = identity::TestAuthority::open(settings).value()->keys(); });
    }
    for (std::thread& thread : threads) thread.join();
    for (const std::string& key : keys) BOOST_CHECK_EQUAL(key, keys[0]);
}

BOOST_AUTO_TEST_CASE(a_damaged_key_is_no_reason_to_make_another) {
    const LoginServer server;
    const std::string file = server.folder.path("authority") + "/signing-key.p8";
    for (const std::string& damage : {std::string(), std::string("nonsense"), text_of_file(file).substr(0, 500)}) {
        std::ofstream(file, std::ios::binary) << damage;
        CHECK_FAILS(identity::TestAuthority::open(server.settings()), Errc::FileUnreadable);
        BOOST_CHECK_EQUAL(text_of_file(file), damage);
    }
}

BOOST_AUTO_TEST_CASE(settings_that_cannot_work_are_refused_by_name) {
    const LoginServer server;
    const auto refused = [&](auto change) {
        identity::AuthoritySettings settings = server.settings();
        change(settings);
        const auto result = identity::TestAuthority::open(settings);
        CHECK_FAILS(result, Errc::ConfigurationInvalid);
        return result.ok() ? std::string() : result.error().message;
    };
    refused([](auto& s) { s.tenant = "contoso"; });
    refused([](auto& s) { s.base_url = "localhost"; });
    refused([](auto& s) { s.token_seconds = 0; });
    BOOST_CHECK(refused([](auto& s) { s.applications[0].client_id = "x"; }).find("'admin'") != std::string::npos);
    refused([](auto& s) { s.applications[0].object_id = ""; });
    refused([](auto& s) { s.applications[0].secret_sha256 = "abc"; });
    refused([](auto& s) { s.applications[0].secret_sha256 = std::string(64, 'g'); });
    refused([](auto& s) { s.applications[0].certificates = {"no certificate"}; });
    refused([](auto& s) { s.applications[0].federated_subject.clear(); });
    refused([](auto& s) { s.applications[1].client_id = s.applications[0].client_id; });
}

BOOST_AUTO_TEST_SUITE_END()
