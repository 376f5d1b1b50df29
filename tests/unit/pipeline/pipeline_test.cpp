// The whole pipeline over sockets and TLS: a server that plays answers, and tokens from a file.
#include "pipeline/pipeline.hpp"

#include <stdlib.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "http/server.hpp"
#include "support/process.hpp"
#include "support/results.hpp"

namespace kvp11::pipeline {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using test::fails_with;

const std::string host = "lab.managedhsm.localhost";

/// A Managed HSM that takes a token and answers as it is told.
class Service final : public http::Handler {
public:
    void handle(http::Request request, http::Respond respond) override {
        http::Response response = answer_to(request);
        response.headers.add("x-ms-request-id", "request-" + std::to_string(++requests));
        respond(std::move(response));
    }
    http::Response refuse(unsigned status, std::string_view why, const http::Peer& /*peer*/) override {
        http::Response response;
        response.status = status;
        response.body = why;
        return response;
    }

    std::string resource;
    std::string token = "the-first-token";
    std::function<http::Response(const http::Request&)> answer = [](const http::Request& request) {
        http::Response response;
        response.body = request.method + " " + request.target + " " + std::string(request.body.expose_text());
        return response;
    };
    std::atomic<int> requests{0};
    std::atomic<int> challenges{0};
    std::mutex mutex;  // token, answer

private:
    http::Response answer_to(const http::Request& request) {
        const std::lock_guard lock(mutex);
        if (request.headers.find("Authorization") == "Bearer " + token) return answer(request);
        ++challenges;
        http::Response response;
        response.status = 401;
        response.headers.add("WWW-Authenticate",
                             "Bearer authorization=\"https://login.microsoftonline.com/t\", resource=\"" + resource +
                                 "\"");
        return response;
    }
};

struct Workplace {
    Workplace() {
        std::string pattern = "/tmp/kvp11-pipeline-XXXXXX";
        BOOST_REQUIRE(mkdtemp(pattern.data()) != nullptr);
        folder = pattern;
        const std::string certificate = folder / "server.pem", key = folder / "server.key";
        const test::Ended made = test::run(
            {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-subj", "/CN=test", "-addext", "subjectAltName=DNS:" + host, "-keyout", key, "-out", certificate});
        BOOST_REQUIRE_EQUAL(made.exit_code, 0);
        http::ServerSettings server_settings;
        http::ListenerSettings listener;
        listener.handler = &service;
        listener.tls = http::TlsFiles{certificate, key};
        server_settings.listeners.push_back(listener);
        server_settings.threads = 2;
        auto started = http::Server::start(std::move(server_settings));
        REQUIRE_OK(started);
        server = std::move(*started);
        const std::string port = std::to_string(server->port(0));
        service.resource = "https://managedhsm.localhost:" + port;
        write_token(service.token);
        settings.members = {"https://" + host + ":" + port};
        settings.transport.ca_file = certificate;
        settings.transport.addresses = {{host, "127.0.0.1"}};
        settings.transport.proxy = "none";
        settings.credential.kind = credential::Kind::TokenFile;
        settings.credential.token_file = folder / "token";
    }
    ~Workplace() {
        server->stop(0ms);
        fs::remove_all(folder);
    }

    void write_token(const std::string& token) const {
        std::ofstream(folder / "token.new") << token;
        fs::permissions(folder / "token.new", fs::perms(0600));
        fs::rename(folder / "token.new", folder / "token");
    }
    std::unique_ptr<Pipeline> open() const {
        auto opened = Pipeline::open(settings);
        REQUIRE_OK(opened);
        return std::move(*opened);
    }

    fs::path folder;
    Service service;
    std::unique_ptr<http::Server> server;
    PipelineSettings settings;
};

const Call sign{.method = "POST", .path = "/keys/web/0/sign", .query = {}, .body = R"({"alg":"ES256"})"};

BOOST_FIXTURE_TEST_SUITE(whole_pipelines, Workplace)

BOOST_AUTO_TEST_CASE(opening_asks_nobody) {
    const auto pipeline = open();
    BOOST_TEST(pipeline->host() == host);
    BOOST_TEST(!pipeline->is_vault());
    BOOST_TEST(pipeline->logged_in());
    BOOST_TEST(service.requests == 0);
}

BOOST_AUTO_TEST_CASE(calls_share_a_connection_and_a_token) {
    const auto pipeline = open();
    for (int i = 0; i < 20; ++i) {
        const auto got = pipeline->call(sign);
        REQUIRE_OK(got);
        BOOST_TEST(got->expose_body() == R"(POST /keys/web/0/sign?api-version=7.6 {"alg":"ES256"})");
    }
    BOOST_TEST(service.challenges == 1);
    BOOST_TEST(service.requests == 21);
    BOOST_TEST(pipeline->transport().connections_made() == 1U);
    BOOST_TEST(pipeline->tokens().fetched() == 1U);
    BOOST_REQUIRE_EQUAL(pipeline->members().size(), 1U);
    BOOST_TEST(pipeline->members()[0].healthy);
    BOOST_TEST(pipeline->members()[0].latency.count() > 0);
}

BOOST_AUTO_TEST_CASE(a_token_that_is_not_taken_any_more_is_read_again) {
    const auto pipeline = open();
    REQUIRE_OK(pipeline->call(sign));
    {
        const std::lock_guard lock(service.mutex);
        service.token = "the-second-token";
    }
    write_token("the-second-token");
    CHECK_OK(pipeline->call(sign));
    {
        const std::lock_guard lock(service.mutex);
        service.token = "one that nobody has";
    }
    CHECK_FAILS(pipeline->call(sign), Errc::UserNotLoggedIn);
}

BOOST_AUTO_TEST_CASE(answers_that_break_are_asked_for_again_where_that_is_safe) {
    std::atomic<int> count{0};
    service.answer = [&](const http::Request&) {
        http::Response response;
        response.body = "whole";
        if (++count % 2 == 1) response.delivery.reset = true;
        return response;
    };
    const auto pipeline = open();
    const auto got = pipeline->call(sign);
    REQUIRE_OK(got);
    BOOST_TEST(got->expose_body() == "whole");
    Call once = sign;
    once.repeat = Repeat::Once;
    const auto broken = pipeline->call(once);
    CHECK_FAILS(broken, Errc::DeviceError);
    BOOST_TEST(broken.error().message.ends_with("it may have been done all the same"));
    BOOST_TEST(count == 3);
}

BOOST_AUTO_TEST_CASE(many_calls_at_once_share_a_token_and_some_connections) {
    std::atomic<int> busy{0};
    service.answer = [&](const http::Request& request) {
        http::Response response;
        response.body = request.target;
        if (request.target.starts_with("/keys/7?") && busy++ == 0) response.status = 503;
        return response;
    };
    const auto pipeline = open();
    std::vector<std::string> paths;
    for (int i = 0; i < 100; ++i) paths.push_back("/keys/" + std::to_string(i));
    std::vector<Call> calls(paths.size());
    for (std::size_t i = 0; i < calls.size(); ++i) calls[i].path = paths[i];
    const auto results = pipeline->call_many(calls);
    BOOST_REQUIRE_EQUAL(results.size(), calls.size());
    for (std::size_t i = 0; i < calls.size(); ++i) {
        REQUIRE_OK(results[i]);
        BOOST_TEST(results[i]->expose_body() == paths[i] + "?api-version=7.6");
    }
    BOOST_TEST(service.challenges == 1);
    BOOST_TEST(service.requests == 102);
    BOOST_TEST(pipeline->tokens().fetched() == 1U);
    BOOST_TEST(pipeline->transport().connections_made() == 16U);
}

BOOST_AUTO_TEST_CASE(threads_share_everything) {
    const auto pipeline = open();
    std::atomic<int> good{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            for (int n = 0; n < 50; ++n) good += pipeline->call(sign).ok() ? 1 : 0;
        });
    }
    for (auto& thread : threads) thread.join();
    BOOST_TEST(good == 400);
    BOOST_TEST(pipeline->tokens().fetched() == 1U);
    BOOST_TEST(pipeline->transport().connections_made() <= 8U);
}

BOOST_AUTO_TEST_CASE(a_child_of_fork_goes_on_by_itself) {
    const auto pipeline = open();
    REQUIRE_OK(pipeline->call(sign));
    const test::Ended ended = test::in_child([&] {
        for (int i = 0; i < 5; ++i) {
            if (!pipeline->call(sign).ok()) return 1;
        }
        return 0;
    });
    BOOST_TEST(ended.exit_code == 0);
    CHECK_OK(pipeline->call(sign));
    BOOST_TEST(service.challenges == 1);
}

BOOST_AUTO_TEST_CASE(with_a_pin_nothing_is_asked_before_the_login) {
    settings.credential_by_pin = true;
    const auto pipeline = open();
    BOOST_TEST(!pipeline->logged_in());
    CHECK_FAILS(pipeline->call(sign), Errc::UserNotLoggedIn);
    BOOST_TEST(service.requests == 0);
    settings.credential_by_pin = false;
    CHECK_OK(open()->log_in(SecretBytes::copy_of(bytes_of("whatever"))));
}

BOOST_AUTO_TEST_CASE(settings_that_cannot_be_used_are_refused) {
    const auto refused = [&](const std::function<void(PipelineSettings&)>& change) {
        PipelineSettings changed = settings;
        change(changed);
        const auto opened = Pipeline::open(changed);
        CHECK_FAILS(opened, Errc::ConfigurationInvalid);
    };
    refused([](PipelineSettings& changed) { changed.members.clear(); });
    refused([](PipelineSettings& changed) { changed.members = {"http://contoso.managedhsm.azure.net"}; });
    refused([](PipelineSettings& changed) {
        changed.members = {"https://contoso.managedhsm.azure.net", "https://contoso.vault.azure.net"};
    });
    refused([](PipelineSettings& changed) { changed.pace_share = 0; });
    refused([](PipelineSettings& changed) { changed.pace_share = 1.5; });
    refused([](PipelineSettings& changed) { changed.retry.most_attempts = 0; });
    refused([](PipelineSettings& changed) { changed.retry.total = 0ms; });
}

BOOST_AUTO_TEST_CASE(vaults_are_known_by_their_names_and_paced) {
    settings.pace_file = folder / "pace";
    for (const char* name : {"contoso.vault.azure.net", "contoso.vault.azure.cn", "contoso.vault.usgovcloudapi.net"}) {
        settings.members = {"https://" + std::string(name)};
        BOOST_TEST(open()->is_vault());
    }
    BOOST_TEST(fs::exists(folder / "pace"));
    for (const char* name : {"contoso.managedhsm.azure.net", "vault.azure.net", "localhost"}) {
        settings.members = {"https://" + std::string(name)};
        BOOST_TEST(!open()->is_vault());
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::pipeline
