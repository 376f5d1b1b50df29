// Behind somebody's tenant and certificate. The tenant is the login server of a development folder, of which only the
// signing keys are used, as those of a real one would be.
#include <signal.h>
#include <sys/stat.h>

#include <fstream>

#include <boost/test/unit_test.hpp>

#include "scratch_folder.hpp"
#include "server_process.hpp"

using namespace kvp11::test;

namespace {

struct Lab {
    Lab() { begin(); }

    /// A development server, started and stopped: makes partition, tenant and certificate, and a token.
    void begin() {
        ServerProcess server(dev_options(scratch / "dev"), scratch / "dev.log");
        DevClient client(scratch / "dev", server.port());
        variables = client.variables();
        resource = "https://managedhsm.localhost:" + std::to_string(server.port());
        issuer = variables.at("AZURE_AUTHORITY_HOST") + "/" + variables.at("AZURE_TENANT_ID") + "/v2.0";
        token = client.token();
        const auto keys = client.ask("GET", "/" + variables.at("AZURE_TENANT_ID") + "/discovery/v2.0/keys");
        std::ofstream(scratch / "keys.json") << keys->body;
        server.stop();
        put_certificate();
    }
    void put_certificate() const {
        for (const char* name : {"server.pem", "server.key"}) {
            std::filesystem::copy_file(scratch / ("dev/" + std::string(name)), scratch / ("new." + std::string(name)),
                                       std::filesystem::copy_options::overwrite_existing);
            std::filesystem::rename(scratch / ("new." + std::string(name)), scratch / name);
        }
    }
    [[nodiscard]] std::vector<std::string> options() const {
        return {"--partition",   scratch / "dev/partition",
                "--listen",      "127.0.0.1:0",
                "--certificate", scratch / "server.pem",
                "--key",         scratch / "server.key",
                "--authority",   issuer.substr(0, issuer.size() - 5),
                "--issuer",      issuer,
                "--resource",    resource,
                "--keys",        scratch / "keys.json"};
    }

    ScratchFolder scratch;
    std::map<std::string, std::string> variables;
    std::string resource;
    std::string issuer;
    std::string token;
};

std::string serial_of(Client& client) {
    X509* certificate = SSL_get1_peer_certificate(client.ssl());
    BIGNUM* number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr);
    char* text = BN_bn2hex(number);
    std::string serial = text;
    OPENSSL_free(text);
    BN_free(number);
    X509_free(certificate);
    return serial;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tenant)

BOOST_AUTO_TEST_CASE(tokens_of_the_tenant_count_and_others_do_not) {
    const Lab lab;
    std::vector<std::string> options = lab.options();
    options.insert(options.end(), {"--pin-file", lab.scratch / "dev/so-pin"});
    ServerProcess server(options, lab.scratch / "log");
    DevClient client(lab.scratch / "dev", server.port(), lab.token);
    client.must("POST", "/keys/k/create", R"({"kty":"EC-HSM","crv":"P-256"})");
    BOOST_TEST(client.sign("k").find("/keys/k/") != std::string::npos);
    std::string forged = lab.token;
    forged[forged.size() - 20] = forged[forged.size() - 20] == 'A' ? 'B' : 'A';
    BOOST_TEST(DevClient(lab.scratch / "dev", server.port(), forged).ask("GET", "/keys")->status == 401);
    // There is no login server here.
    const auto login =
        client.ask("GET", "/" + lab.variables.at("AZURE_TENANT_ID") + "/v2.0/.well-known/openid-configuration");
    BOOST_TEST(login->status == 404);
}

BOOST_AUTO_TEST_CASE(the_pin_may_be_a_credential_of_systemd) {
    const Lab lab;
    std::filesystem::create_directory(lab.scratch / "credentials");
    std::filesystem::copy_file(lab.scratch / "dev/so-pin", lab.scratch / "credentials/pin");
    ServerProcess server(lab.options(), lab.scratch / "log", {{"CREDENTIALS_DIRECTORY", lab.scratch / "credentials"}});
    BOOST_TEST(DevClient(lab.scratch / "dev", server.port(), lab.token).ask("GET", "/keys")->status == 200);
}

BOOST_AUTO_TEST_CASE(a_wrong_pin_ends_it_without_naming_it) {
    const Lab lab;
    std::vector<std::string> command = {KVP11_HSM_SIM, "serve"};
    for (const std::string& option : lab.options()) command.push_back(option);
    const Ended ended = run(command, {{"KVP11_SO_PIN", "not-the-pin"}});
    BOOST_TEST(ended.exit_code == 1);
    BOOST_TEST(ended.output.find("not-the-pin") == std::string::npos);
    const Ended without = run(command, {{"KVP11_SO_PIN", ""}, {"CREDENTIALS_DIRECTORY", ""}});
    BOOST_TEST(without.exit_code == 2);
    BOOST_TEST(without.output.find("--pin-file") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(sighup_takes_a_new_certificate_and_open_connections_go_on) {
    Lab lab;
    std::vector<std::string> options = lab.options();
    options.insert(options.end(), {"--pin-file", lab.scratch / "dev/so-pin"});
    ServerProcess server(options, lab.scratch / "log");
    const auto connected = [&] {
        ClientTls tls;
        tls.ca_file = lab.scratch / "dev/ca.pem";
        return std::make_unique<Client>(server.port(), tls);
    };
    const auto open = connected();
    const std::string before = serial_of(*open);

    std::ofstream(lab.scratch / "server.pem") << "no certificate";
    server.signal(SIGHUP);
    while (content_of(lab.scratch / "log").find("the old ones stay") == std::string::npos) sched_yield();
    BOOST_TEST(serial_of(*connected()) == before);

    {
        // The folder's next start signs the same key anew; the partition stays with the running server.
        std::filesystem::copy(lab.scratch / "dev", lab.scratch / "other", std::filesystem::copy_options::recursive);
        ServerProcess other(dev_options(lab.scratch / "other"), lab.scratch / "other.log");
        other.stop();
        std::filesystem::copy_file(lab.scratch / "other/server.pem", lab.scratch / "dev/server.pem",
                                   std::filesystem::copy_options::overwrite_existing);
    }
    lab.put_certificate();
    server.signal(SIGHUP);
    while (content_of(lab.scratch / "log").find("certificates reloaded") == std::string::npos) sched_yield();
    BOOST_TEST(serial_of(*connected()) != before);
    const auto answer = open->ask("GET /keys?api-version=7.4 HTTP/1.1\r\nHost: x\r\n\r\n");
    BOOST_REQUIRE(answer.has_value());
    BOOST_TEST(answer->status == 401);
    BOOST_TEST(server.stop().is_clean());
}

BOOST_AUTO_TEST_SUITE_END()
