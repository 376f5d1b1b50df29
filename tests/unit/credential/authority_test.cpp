// Where secrets may be sent. Each of these would fail if a server that answers in the place of the service could name
// the login server.
#include "credential/authority.hpp"

#include "stage.hpp"

using namespace kvp11;
using namespace kvp11::credential;
using namespace kvp11::test;

namespace {

struct Case {
    std::string configured;
    TokenRequest request;
    std::map<std::string, std::string> environment = {};

    [[nodiscard]] Surroundings surroundings(const std::string& tenant = {}) const {
        CredentialSettings settings;
        settings.authority_host = configured;
        settings.tenant = tenant;
        const auto variable = [this](const char* name) -> const char* {
            const auto found = environment.find(name);
            return found == environment.end() ? nullptr : found->second.c_str();
        };
        // Nothing is sent here, so any address will do for a transport that is never used.
        static auto transport = transport::Transport::open({}).value();
        return surroundings_of(settings, Environment::read_by(variable), *transport);
    }
    [[nodiscard]] Result<std::string> authority() const { return authority_for(surroundings(), request); }
    [[nodiscard]] Result<std::string> tenant(const std::string& own = {}) const {
        return tenant_for(surroundings(own), request);
    }
};

TokenRequest from(const std::string& resource, const std::string& authority, const std::string& tenant = {}) {
    return {.resource = resource, .tenant = tenant, .claims = {}, .authority = authority};
}

constexpr const char* public_service = "https://managedhsm.azure.net";
constexpr const char* local_service = "https://managedhsm.localhost:8443";

}  // namespace

BOOST_AUTO_TEST_SUITE(authorities)

BOOST_AUTO_TEST_CASE(clouds_are_known_by_the_names_of_services) {
    const std::tuple<const char*, const char*, const char*> rows[] = {
        {"contoso.managedhsm.azure.net", "https://managedhsm.azure.net", "https://login.microsoftonline.com"},
        {"Contoso.VAULT.azure.net", "https://vault.azure.net", "https://login.microsoftonline.com"},
        {"contoso.managedhsm.azure.cn", "https://managedhsm.azure.cn", "https://login.chinacloudapi.cn"},
        {"contoso.vault.azure.cn", "https://vault.azure.cn", "https://login.chinacloudapi.cn"},
        {"c.managedhsm.usgovcloudapi.net", "https://managedhsm.usgovcloudapi.net", "https://login.microsoftonline.us"},
        {"c.vault.usgovcloudapi.net", "https://vault.usgovcloudapi.net", "https://login.microsoftonline.us"},
        {"lab.managedhsm.localhost", "", ""},
        {"managedhsm.azure.net.evil.example", "", ""},
        {"evilmanagedhsm.azure.net", "", ""}};
    for (const auto& [host, resource, authority] : rows) {
        BOOST_CHECK_EQUAL(cloud_of(host).resource, resource);
        BOOST_CHECK_EQUAL(cloud_of(host).authority_host, authority);
    }
}

BOOST_AUTO_TEST_CASE(what_is_configured_comes_first) {
    const Case by_settings{"https://login.example/adfs/", from(public_service, "https://login.microsoftonline.us")};
    BOOST_CHECK_EQUAL(by_settings.authority().value(), "https://login.example/adfs");
    const Case by_environment{"", from(public_service, ""), {{"AZURE_AUTHORITY_HOST", "https://localhost:8443"}}};
    BOOST_CHECK_EQUAL(by_environment.authority().value(), "https://localhost:8443");
    const Case in_the_clear{"http://login.example", from(public_service, "")};
    CHECK_FAILS(in_the_clear.authority(), Errc::ConfigurationInvalid);
    const Case no_url{"login.example", from(public_service, "")};
    CHECK_FAILS(no_url.authority(), Errc::ConfigurationInvalid);
}

BOOST_AUTO_TEST_CASE(a_known_cloud_has_its_own_login_server_whatever_the_service_says) {
    const Case evil{"", from(public_service, "https://login.evil.example/tenant")};
    BOOST_CHECK_EQUAL(evil.authority().value(), "https://login.microsoftonline.com");
    const Case china{"", from("https://managedhsm.azure.cn", "https://login.microsoftonline.com")};
    BOOST_CHECK_EQUAL(china.authority().value(), "https://login.chinacloudapi.cn");
}

BOOST_AUTO_TEST_CASE(the_service_may_name_a_login_server_of_azure) {
    const Case named{"", from("https://managedhsm.new-cloud.example", "https://LOGIN.microsoftonline.us/some-tenant")};
    BOOST_CHECK_EQUAL(named.authority().value(), "https://login.microsoftonline.us");
}

BOOST_AUTO_TEST_CASE(the_service_may_name_no_other_login_server) {
    for (const char* authority :
         {"https://login.evil.example", "https://login.microsoftonline.com.evil.example",
          "https://login.microsoftonline.com@evil.example/", "http://login.microsoftonline.com",
          "https://login.microsoftonline.com:8443", "https://evil.example/login.microsoftonline.com", "nonsense"}) {
        BOOST_TEST_CONTEXT(authority) {
            const auto got = Case{"", from(local_service, authority)}.authority();
            CHECK_FAILS(got, Errc::ConfigurationInvalid);
            if (!got) BOOST_CHECK(got.error().message.find("nothing was sent to it") != std::string::npos);
        }
    }
    const auto nothing = Case{"", from(local_service, "")}.authority();
    CHECK_FAILS(nothing, Errc::ConfigurationInvalid);
}

BOOST_AUTO_TEST_CASE(the_own_tenant_stays_unless_others_are_allowed) {
    const TokenRequest request = from(public_service, "", "their-tenant");
    BOOST_CHECK_EQUAL((Case{"", request}.tenant().value()), "their-tenant");
    BOOST_CHECK_EQUAL((Case{"", request}.tenant("own.example").value()), "own.example");
    const char* const list = "AZURE_ADDITIONALLY_ALLOWED_TENANTS";
    BOOST_CHECK_EQUAL((Case{"", request, {{list, "other;Their-Tenant"}}}.tenant("own").value()), "their-tenant");
    BOOST_CHECK_EQUAL((Case{"", request, {{list, "*"}}}.tenant("own").value()), "their-tenant");
    BOOST_CHECK_EQUAL((Case{"", request, {{list, "other;"}}}.tenant("own").value()), "own");
    CHECK_FAILS((Case{"", from(public_service, "")}.tenant()), Errc::ConfigurationInvalid);
    for (const char* tenant : {"a/b", "..", "--help", "a b", "a?b", "a\r\nb"}) {
        CHECK_FAILS((Case{"", from(public_service, "", tenant)}.tenant()), Errc::ConfigurationInvalid);
    }
}

BOOST_AUTO_TEST_SUITE_END()
