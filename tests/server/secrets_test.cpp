#include <boost/test/unit_test.hpp>

#include "scratch_folder.hpp"
#include "server_process.hpp"

using namespace kvp11::test;

BOOST_AUTO_TEST_SUITE(secrets)

// Everything that a server writes is looked through for everything that must stay with those who know it.
BOOST_AUTO_TEST_CASE(no_log_record_or_metric_has_a_token_a_secret_or_a_pin) {
    const ScratchFolder scratch;
    std::vector<std::string> options = dev_options(scratch / "dev");
    for (const char* more : {"--log-level", "debug", "--log-format", "json", "--record"}) options.emplace_back(more);
    options.push_back(scratch / "record");
    ServerProcess server(options, scratch / "log");
    DevClient client(scratch / "dev", server.port());
    client.must("POST", "/keys/k/create", R"({"kty":"EC-HSM","crv":"P-256"})");
    client.sign("k");
    (void)client.ask("POST", "/keys/k//sign?api-version=7.4&access_token=" + client.token(), "{}");
    (void)client.ask("GET", "/no/such/path?access_token=" + client.token());
    Client monitor(server.port_of("metrics"));
    const std::string metrics = monitor.ask("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")->body;
    BOOST_TEST(server.stop().is_clean());

    const std::string log = content_of(scratch / "log");
    BOOST_TEST(log.find("\"operation\":\"KeySign\"") != std::string::npos);
    std::string pin = content_of(scratch / "dev/so-pin");
    pin.pop_back();
    const std::string signature_of_token = client.token().substr(client.token().rfind('.') + 1);
    for (const std::string& secret :
         {client.token(), signature_of_token, pin, client.variables().at("AZURE_CLIENT_SECRET")}) {
        BOOST_REQUIRE(secret.size() > 16U);
        BOOST_TEST(log.find(secret) == std::string::npos);
        BOOST_TEST(metrics.find(secret) == std::string::npos);
    }
    const std::string record = content_of(scratch / "record");
    BOOST_TEST(record.find("\"operation\":\"KeySign\"") != std::string::npos);
    BOOST_TEST(record.find(pin) == std::string::npos);
    BOOST_TEST(record.find(client.variables().at("AZURE_CLIENT_SECRET")) == std::string::npos);
    BOOST_TEST(record.find("Authorization") == std::string::npos);
    BOOST_TEST(log.find("for development only") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
