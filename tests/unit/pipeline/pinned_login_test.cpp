// A slot that pins the key of its service, and logs in at a server that has another one.
#include <stdlib.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "http/server.hpp"
#include "pipeline/pipeline.hpp"
#include "support/process.hpp"
#include "support/results.hpp"

namespace kvp11::pipeline {
namespace {

namespace fs = std::filesystem;

const std::string host = "lab.managedhsm.localhost";

/// Login server and service at once: they differ by the listener's certificate.
class Both final : public http::Handler {
public:
    void handle(http::Request request, http::Respond respond) override {
        http::Response response;
        if (request.target == "/t/oauth2/v2.0/token") {
            response.body = R"({"access_token":"a-token","expires_in":3599})";
        } else if (request.headers.find("Authorization") != "Bearer a-token") {
            response.status = 401;
            response.headers.add("WWW-Authenticate", "Bearer authorization=\"https://login.microsoftonline.com/t\", "
                                                     "resource=\"" +
                                                         resource + "\"");
        }
        respond(std::move(response));
    }
    http::Response refuse(unsigned status, std::string_view /*why*/, const http::Peer& /*peer*/) override {
        http::Response response;
        response.status = status;
        return response;
    }
    std::string resource;
};

std::string shell(const std::string& script) {
    const test::Ended ended = test::run({"sh", "-c", script});
    BOOST_REQUIRE(ended.is_clean());
    return ended.output;
}

struct Servers {
    Servers() {
        std::string pattern = "/tmp/kvp11-pinned-XXXXXX";
        BOOST_REQUIRE(mkdtemp(pattern.data()) != nullptr);
        folder = pattern;
        http::ServerSettings server_settings;
        for (const std::string& name : {host, std::string("localhost")}) {
            http::ListenerSettings listener;
            listener.handler = &handler;
            listener.tls = make_certificate(name);
            server_settings.listeners.push_back(listener);
        }
        server_settings.threads = 1;
        server = http::Server::start(std::move(server_settings)).value();
        const std::string port = std::to_string(server->port(0));
        handler.resource = "https://managedhsm.localhost:" + port;
        std::ofstream(folder / "secret") << "a secret";
        settings.members = {"https://" + host + ":" + port};
        settings.transport.ca_file = folder / "all.pem";
        settings.transport.proxy = "none";
        settings.transport.pins = {pin_of(host)};
        settings.credential.tenant = "t";
        settings.credential.client_id = "00000000-0000-4000-8000-000000000001";
        settings.credential.authority_host = "https://localhost:" + std::to_string(server->port(1));
    }
    ~Servers() {
        server->stop(std::chrono::milliseconds(0));
        fs::remove_all(folder);
    }
    Servers(const Servers&) = delete;
    Servers& operator=(const Servers&) = delete;

    [[nodiscard]] http::TlsFiles make_certificate(const std::string& name) const {
        http::TlsFiles files{folder / (name + ".pem"), folder / (name + ".key")};
        shell("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=" + name +
              " -addext subjectAltName=DNS:" + name + " -keyout " + files.private_key + " -out " +
              files.certificate_chain + " 2>/dev/null; cat " + files.certificate_chain + " >>" +
              (folder / "all.pem").string());
        return files;
    }
    [[nodiscard]] std::string pin_of(const std::string& name) const {
        std::string pin = shell("openssl x509 -in " + (folder / (name + ".pem")).string() +
                                " -noout -pubkey | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | "
                                "openssl base64");
        while (pin.ends_with('\n')) pin.pop_back();
        return pin;
    }

    fs::path folder;
    Both handler;
    std::unique_ptr<http::Server> server;
    PipelineSettings settings;
};

const Call list{.method = "GET", .path = "/keys", .query = {}, .body = {}};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(pinned_logins, Servers)

BOOST_AUTO_TEST_CASE(pins_of_the_service_do_not_keep_its_login_server_out) {
    settings.credential.kind = credential::Kind::ClientSecret;
    settings.credential.client_secret_file = folder / "secret";
    const auto pipeline = Pipeline::open(settings);
    REQUIRE_OK(pipeline);
    CHECK_OK((*pipeline)->call(list));
}

BOOST_AUTO_TEST_CASE(nor_at_a_login_by_pin) {
    settings.credential_by_pin = true;
    const auto pipeline = Pipeline::open(settings);
    REQUIRE_OK(pipeline);
    CHECK_OK((*pipeline)->log_in(SecretBytes::copy_of(bytes_of("a secret"))));
    CHECK_OK((*pipeline)->call(list));
}

BOOST_AUTO_TEST_CASE(the_service_itself_is_pinned) {
    settings.credential.kind = credential::Kind::ClientSecret;
    settings.credential.client_secret_file = folder / "secret";
    settings.transport.pins = {pin_of("localhost")};
    const auto pipeline = Pipeline::open(settings);
    REQUIRE_OK(pipeline);
    CHECK_FAILS((*pipeline)->call(list), Errc::DeviceError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::pipeline
