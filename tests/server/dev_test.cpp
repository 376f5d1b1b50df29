#include <boost/test/unit_test.hpp>

#include "scratch_folder.hpp"
#include "server_process.hpp"

using namespace kvp11::test;

BOOST_AUTO_TEST_SUITE(dev)

BOOST_AUTO_TEST_CASE(from_nothing_to_a_signature) {
    const ScratchFolder scratch;
    ServerProcess server(dev_options(scratch / "dev"), scratch / "log");
    DevClient client(scratch / "dev", server.port());
    BOOST_TEST(server.said("ready") == client.variables().at("HSM_URL"));
    client.must("POST", "/keys/first/create", R"({"kty":"EC-HSM","crv":"P-256"})");
    BOOST_TEST(client.sign("first").starts_with(client.variables().at("HSM_URL") + "/keys/first/"));
    const Ended ended = server.stop();
    BOOST_TEST(ended.is_clean());
}

BOOST_AUTO_TEST_CASE(a_request_without_a_token_is_told_where_to_log_in) {
    const ScratchFolder scratch;
    ServerProcess server(dev_options(scratch / "dev"), scratch / "log");
    const auto variables = exported_in(scratch / "dev/env");
    ClientTls tls;
    tls.ca_file = scratch / "dev/ca.pem";
    const auto answer = Client(server.port(), tls).ask("GET /keys?api-version=7.4 HTTP/1.1\r\nHost: x\r\n\r\n");
    BOOST_REQUIRE(answer.has_value());
    BOOST_TEST(answer->status == 401);
    const std::string port = std::to_string(server.port());
    BOOST_TEST(answer->field("WWW-Authenticate") == "Bearer authorization=\"https://localhost:" + port + "/" +
                                                        variables.at("AZURE_TENANT_ID") +
                                                        "\", resource=\"https://managedhsm.localhost:" + port + "\"");
}

BOOST_AUTO_TEST_CASE(a_second_start_has_the_same_keys_secrets_and_certificates) {
    const ScratchFolder scratch;
    std::string kid;
    std::map<std::string, std::string> variables;
    std::string authority;
    {
        ServerProcess server(dev_options(scratch / "dev"), scratch / "log");
        DevClient client(scratch / "dev", server.port());
        client.must("POST", "/keys/kept/create", R"({"kty":"EC-HSM","crv":"P-256"})");
        kid = client.sign("kept");
        variables = client.variables();
        authority = content_of(scratch / "dev/ca.pem");
        BOOST_TEST(server.stop().is_clean());
    }
    ServerProcess server(dev_options(scratch / "dev"), scratch / "log");
    DevClient client(scratch / "dev", server.port());
    const auto version = [](const std::string& url) { return url.substr(url.rfind('/')); };
    BOOST_TEST(version(client.sign("kept")) == version(kid));
    for (const char* name : {"AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"}) {
        BOOST_TEST(client.variables().at(name) == variables.at(name));
    }
    BOOST_TEST(content_of(scratch / "dev/ca.pem") == authority);
}

BOOST_AUTO_TEST_CASE(metrics_and_health_tell_what_went_on) {
    const ScratchFolder scratch;
    ServerProcess server(dev_options(scratch / "dev"), scratch / "log");
    DevClient client(scratch / "dev", server.port());
    client.must("POST", "/keys/k/create", R"({"kty":"EC-HSM","crv":"P-256"})");
    client.sign("k");
    client.sign("k");
    Client monitor(server.port_of("metrics"));
    const auto metrics = monitor.ask("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
    BOOST_REQUIRE(metrics.has_value());
    BOOST_TEST(metrics->status == 200);
    BOOST_TEST(metrics->field("Content-Type").starts_with("text/plain; version=0.0.4"));
    BOOST_TEST(metrics->body.find(R"(hsm_sim_request_duration_seconds_count{operation="KeySign",status="2xx"} 2)") !=
               std::string::npos);
    BOOST_TEST(metrics->body.find("\nhsm_sim_connections_open 2\n") != std::string::npos);
    const auto health = monitor.ask("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
    BOOST_REQUIRE(health.has_value());
    BOOST_TEST(health->status == 200);
    BOOST_TEST(boost::json::parse(health->body).at("status").as_string() == "active");
}

BOOST_AUTO_TEST_CASE(one_that_is_not_activated_says_so_until_it_is) {
    const ScratchFolder scratch;
    {
        std::vector<std::string> options = dev_options(scratch / "dev");
        options.emplace_back("--not-activated");
        ServerProcess server(options, scratch / "log");
        Client monitor(server.port_of("metrics"));
        const auto health = monitor.ask("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
        BOOST_REQUIRE(health.has_value());
        BOOST_TEST(health->status == 503);
        BOOST_TEST(boost::json::parse(health->body).at("status").as_string() == "provisioned");
        DevClient client(scratch / "dev", server.port());
        const auto refused = client.ask("POST", "/keys/k/create", R"({"kty":"EC-HSM","crv":"P-256"})");
        BOOST_REQUIRE(refused.has_value());
        BOOST_TEST(refused->status == 403);
        BOOST_TEST(refused->body.find("not activated") != std::string::npos);
        BOOST_TEST(server.stop().is_clean());
    }
    ServerProcess server(dev_options(scratch / "dev"), scratch / "log");
    DevClient client(scratch / "dev", server.port());
    client.must("POST", "/keys/k/create", R"({"kty":"EC-HSM","crv":"P-256"})");
}

BOOST_AUTO_TEST_CASE(the_admin_socket_takes_faults_and_tells_what_goes_on) {
    const ScratchFolder scratch;
    ServerProcess server(dev_options(scratch / "dev"), scratch / "log");
    DevClient client(scratch / "dev", server.port());
    const std::string socket = scratch / "dev.socket";
    BOOST_TEST(admin(socket, "stats").starts_with("partition active, 0 keys\n"));
    BOOST_TEST(admin(socket, R"(fault {"operation":"KeyList","status":503,"times":1})") == "ok\n");
    BOOST_TEST(client.ask("GET", "/keys")->status == 503);
    BOOST_TEST(client.ask("GET", "/keys")->status == 200);
    BOOST_TEST(admin(socket, "nonsense").starts_with("error: "));
    const std::string help = admin(socket, "help");
    BOOST_TEST(help.find("reload ") != std::string::npos);
    BOOST_TEST(help.find("rules ") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_managed_identity_gets_its_token_where_a_virtual_machine_would_ask) {
    const ScratchFolder scratch;
    ServerProcess server(dev_options(scratch / "dev"), scratch / "log");
    BOOST_TEST(
        content_of(scratch / "dev/env").find("AZURE_POD_IDENTITY_AUTHORITY_HOST='" + server.said("imds") + "'") !=
        std::string::npos);
    Client machine(server.port_of("imds"));
    const std::string resource = "https%3A%2F%2Fmanagedhsm.localhost%3A" + std::to_string(server.port());
    const std::string path = "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=" + resource;
    const auto answer = machine.ask("GET " + path + " HTTP/1.1\r\nHost: x\r\nMetadata: true\r\n\r\n");
    BOOST_REQUIRE(answer.has_value());
    BOOST_TEST(answer->status == 200);
    const auto nothing = machine.ask("GET /keys?api-version=7.4 HTTP/1.1\r\nHost: x\r\n\r\n");
    BOOST_REQUIRE(nothing.has_value());
    BOOST_TEST(nothing->status == 404);  // no keys without TLS
}

BOOST_AUTO_TEST_SUITE_END()
