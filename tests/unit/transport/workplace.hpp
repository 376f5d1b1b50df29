// What the transport's tests work with: a server with a handler that does as it is told, and short words for requests.
#pragma once

#include <boost/test/unit_test.hpp>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "certificates.hpp"
#include "http/server.hpp"
#include "raw_server.hpp"
#include "support/results.hpp"
#include "transport/transport.hpp"

namespace kvp11::test {

using transport::Answer;
using transport::Endpoint;
using transport::Outcome;
using transport::Request;
using transport::Timing;
using transport::Transport;
using transport::TransportSettings;
using transport::Trouble;

/// Echoes method, target and body, unless it has a reply or holds: then requests wait for the test.
class TestHandler final : public http::Handler {
public:
    void handle(http::Request request, http::Respond respond) override;
    http::Response refuse(unsigned status, std::string_view why, const http::Peer& peer) override;

    std::function<http::Response(const http::Request&)> reply;
    void hold();
    /// Waits until so many requests are held.
    void wait_for_held(std::size_t count);
    /// Answers one of them.
    void let_one_go();
    /// Answers all, and holds no more.
    void let_go();

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<http::Respond> held_;
    bool holds_ = false;
};

/// A server on loopback, in the clear (index 0) and over TLS (index 1), with a certificate for localhost, 127.0.0.1
/// and hsm.example from an authority of its own.
class Workplace {
public:
    Workplace();
    ~Workplace();

    void start(std::uint16_t tls_port = 0);
    void stop();
    [[nodiscard]] Endpoint plain() const { return {"127.0.0.1", server->port(0), false}; }
    [[nodiscard]] Endpoint tls(const std::string& host = "localhost") const { return {host, server->port(1), true}; }
    /// That trust the authority and use no proxy.
    [[nodiscard]] TransportSettings settings() const;

    CertificateFolder folder;
    Identity authority;
    Identity identity;
    http::TlsFiles files;
    std::string ca_file;
    TestHandler handler;
    std::unique_ptr<http::Server> server;
};

http::Response text_response(std::string text);
std::unique_ptr<Transport> open_transport(const TransportSettings& settings);
/// Settings without anything, not even a proxy.
TransportSettings bare_settings();
Endpoint clear_endpoint(const RawServer& server);

/// Far away: a test that waits for it is stopped by CTest.
transport::Clock::time_point whenever();
transport::Clock::time_point within(std::chrono::milliseconds time);

Outcome get(Transport& transport, const Endpoint& endpoint, std::string_view target = "/",
            transport::Clock::time_point deadline = whenever(), Timing* timing = nullptr);
Outcome post(Transport& transport, const Endpoint& endpoint, std::string_view body,
             transport::Clock::time_point deadline = whenever());

/// Status and body, "200 text"; or the trouble's name and message.
std::string told(const Outcome& outcome);
const Answer& answer_of(const Outcome& outcome);
const Trouble& trouble_of(const Outcome& outcome);
std::string name_of(Trouble::Kind kind);
/// "Closed, may have happened"
std::string summary(const Outcome& outcome);

}  // namespace kvp11::test

#define CHECK_CONTAINS(text, part)                                                                                     \
    BOOST_TEST(std::string(text).find(part) != std::string::npos, std::string(text) << " does not contain " << (part))
