// What a service sees of a process that begins: it is asked which token it wants only where its answer could matter.
#include <stdlib.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <mutex>

#include "http/server.hpp"
#include "pipeline/pipeline.hpp"
#include "support/process.hpp"
#include "support/results.hpp"

namespace kvp11::pipeline {
namespace {

namespace fs = std::filesystem;

const std::string known_host = "contoso.managedhsm.azure.net";
const std::string lab_host = "lab.managedhsm.localhost";

/// Service and login server at once. The token of a tenant is "of-TENANT".
class Cloud final : public http::Handler {
public:
    void handle(http::Request request, http::Respond respond) override {
        const std::lock_guard lock(mutex);
        const std::size_t end = request.target.find("/oauth2/v2.0/token");
        http::Response response;
        if (end != std::string::npos) {
            logins.push_back(request.target.substr(1, end - 1));
            response.body = R"({"access_token":"of-)" + logins.back() + R"(","expires_in":3599})";
        } else {
            seen.emplace_back(request.headers.find("Authorization").value_or("nobody"));
            if (seen.back() != "Bearer of-" + tenant) refuse_token(response);
        }
        respond(std::move(response));
    }
    http::Response refuse(unsigned status, std::string_view /*why*/, const http::Peer& /*peer*/) override {
        http::Response response;
        response.status = status;
        return response;
    }

    std::string tenant = "ours";
    std::string resource = "https://managedhsm.azure.net";
    std::vector<std::string> seen;    // who asked the service: the value of Authorization
    std::vector<std::string> logins;  // at which tenant
    std::mutex mutex;                 // all of these

private:
    void refuse_token(http::Response& response) const {
        response.status = 401;
        response.headers.add("WWW-Authenticate", "Bearer authorization=\"https://login.microsoftonline.com/" + tenant +
                                                     "\", resource=\"" + resource + "\"");
    }
};

/// Sets a variable while it lives.
struct Variable {
    Variable(const char* of, const char* value) : name(of) { setenv(name, value, 1); }
    ~Variable() { unsetenv(name); }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;
    const char* name;
};

struct Beginning {
    Beginning() {
        std::string pattern = "/tmp/kvp11-first-call-XXXXXX";
        BOOST_REQUIRE(mkdtemp(pattern.data()) != nullptr);
        folder = pattern;
        const std::string certificate = folder / "server.pem", key = folder / "server.key";
        const test::Ended made = test::run(
            {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-subj", "/CN=test", "-addext", "subjectAltName=DNS:" + known_host + ",DNS:" + lab_host + ",DNS:localhost",
             "-keyout", key, "-out", certificate});
        BOOST_REQUIRE_EQUAL(made.exit_code, 0);
        http::ServerSettings server_settings;
        http::ListenerSettings listener;
        listener.handler = &cloud;
        listener.tls = http::TlsFiles{certificate, key};
        server_settings.listeners.push_back(listener);
        server_settings.threads = 1;
        server = http::Server::start(std::move(server_settings)).value();
        port = std::to_string(server->port(0));
        std::ofstream(folder / "secret") << "a secret";
        fs::permissions(folder / "secret", fs::perms(0600));
        settings.members = {"https://" + known_host + ":" + port};
        settings.transport.ca_file = certificate;
        settings.transport.proxy = "none";
        settings.transport.addresses = {{known_host, "127.0.0.1"}, {lab_host, "127.0.0.1"}, {"localhost", "127.0.0.1"}};
        settings.credential.kind = credential::Kind::ClientSecret;
        settings.credential.tenant = "ours";
        settings.credential.client_id = "00000000-0000-4000-8000-000000000001";
        settings.credential.client_secret_file = folder / "secret";
        settings.credential.authority_host = "https://localhost:" + port;
    }
    ~Beginning() {
        server->stop(std::chrono::milliseconds(0));
        fs::remove_all(folder);
    }
    Beginning(const Beginning&) = delete;
    Beginning& operator=(const Beginning&) = delete;

    void use_lab() {
        settings.members = {"https://" + lab_host + ":" + port};
        cloud.resource = "https://managedhsm.localhost:" + port;
    }
    /// The slot's first call, after a login where that is by PIN.
    Result<transport::Answer> first_call(std::string_view pin = "a secret") {
        pipeline = Pipeline::open(settings).value();
        TRY(pipeline->log_in(SecretBytes::copy_of(bytes_of(pin))));
        return pipeline->call({.method = "GET", .path = "/keys", .query = {}, .body = {}});
    }

    fs::path folder;
    Cloud cloud;
    std::unique_ptr<http::Server> server;
    std::string port;
    PipelineSettings settings;
    std::unique_ptr<Pipeline> pipeline;
};

using Texts = std::vector<std::string>;
const Texts at_once{"Bearer of-ours"};
const Texts after_a_question{"nobody", "Bearer of-ours"};

BOOST_FIXTURE_TEST_SUITE(first_calls, Beginning)

BOOST_AUTO_TEST_CASE(a_host_of_a_known_cloud_sees_one_request) {
    CHECK_OK(first_call());
    BOOST_TEST(cloud.seen == at_once, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_host_of_an_unknown_cloud_is_asked_first) {
    use_lab();
    CHECK_OK(first_call());
    BOOST_TEST(cloud.seen == after_a_question, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(so_is_one_whose_tenant_is_not_known) {
    settings.credential.tenant.clear();
    CHECK_OK(first_call());
    BOOST_TEST(cloud.seen == after_a_question, boost::test_tools::per_element());
    BOOST_TEST(cloud.logins == Texts{"ours"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_token_of_the_wrong_tenant_is_replaced_after_the_401) {
    const Variable allowed("AZURE_ADDITIONALLY_ALLOWED_TENANTS", "*");
    settings.credential.tenant = "another";
    CHECK_OK(first_call());
    const Texts wanted{"Bearer of-another", "Bearer of-ours"};
    BOOST_TEST(cloud.seen == wanted, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_token_from_a_file_needs_no_question) {
    settings.credential = {};
    settings.credential.kind = credential::Kind::TokenFile;
    settings.credential.token_file = folder / "secret";
    std::ofstream(folder / "secret") << "of-ours";
    CHECK_OK(first_call());
    BOOST_TEST(cloud.seen == at_once, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_login_by_pin_asks_nothing_that_is_known) {
    settings.credential_by_pin = true;
    CHECK_OK(first_call());
    BOOST_TEST(cloud.seen == at_once, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_pin_may_hold_the_tenant) {
    settings.credential_by_pin = true;
    settings.credential.tenant.clear();
    CHECK_OK(first_call("ours:00000000-0000-4000-8000-000000000001:a secret"));
    BOOST_TEST(cloud.seen == at_once, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_login_by_pin_without_a_tenant_asks_for_it) {
    settings.credential_by_pin = true;
    settings.credential.tenant.clear();
    CHECK_OK(first_call());
    BOOST_TEST(cloud.seen == after_a_question, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_login_by_pin_that_may_be_in_other_tenants_asks_in_which) {
    const Variable allowed("AZURE_ADDITIONALLY_ALLOWED_TENANTS", "ours");
    settings.credential_by_pin = true;
    settings.credential.tenant = "another";
    CHECK_OK(first_call());
    BOOST_TEST(cloud.seen == after_a_question, boost::test_tools::per_element());
    BOOST_TEST(cloud.logins == Texts{"ours"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(so_does_one_at_a_host_of_an_unknown_cloud) {
    use_lab();
    settings.credential_by_pin = true;
    CHECK_OK(first_call());
    BOOST_TEST(cloud.seen == after_a_question, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::pipeline
