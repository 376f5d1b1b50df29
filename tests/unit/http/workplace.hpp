// What the transport's tests work with: a server with a handler that does as it is told, and certificates.
#pragma once

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "client.hpp"
#include "http/server.hpp"
#include "support/results.hpp"

namespace kvp11::test {

/// A folder with certificates that the openssl command made. Removed with everything in it.
class Certificates {
public:
    Certificates();
    Certificates(const Certificates&) = delete;
    Certificates& operator=(const Certificates&) = delete;
    ~Certificates();

    /// Makes NAME.pem and NAME.key: self-signed, for localhost, 127.0.0.1 and ::1 unless said otherwise.
    http::TlsFiles make(const std::string& name, const std::string& names = "DNS:localhost,IP:127.0.0.1,IP:::1") const;
    [[nodiscard]] std::string path(const std::string& name) const { return root_ / name; }

private:
    std::filesystem::path root_;
};

/// Answers at once with method, target and body, unless it holds: then requests wait for the test.
class TestHandler final : public http::Handler {
public:
    struct Held {
        http::Request request;
        http::Respond respond;
    };

    void handle(http::Request request, http::Respond respond) override;
    void gather(http::Request request, http::Respond respond) override;
    bool work_off() override;
    http::Response refuse(unsigned status, std::string_view why, const http::Peer& peer) override;

    /// From now on requests are held.
    void hold();
    /// Waits for the next held request.
    Held next();
    [[nodiscard]] std::size_t handled() const;
    /// Instead of the echo.
    std::function<http::Response(const http::Request&)> reply;
    /// From now on requests are answered by work_off(), the last one first. For servers of one thread.
    std::atomic<bool> puts_off{false};
    std::size_t most_at_once = 100;
    /// How many requests each work_off() answered.
    [[nodiscard]] std::vector<std::size_t> groups() const;
    bool settle() override { return settles ? settles() : true; }
    std::function<bool()> settles;

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Held> held_;
    std::vector<Held> put_off_;
    std::vector<std::size_t> groups_;
    std::size_t handled_ = 0;
    bool holds_ = false;
};

/// A server on loopback, in the clear (index 0) and over TLS (index 1).
class Workplace {
public:
    explicit Workplace(const http::Limits& limits = {}, unsigned threads = 2);
    ~Workplace();

    [[nodiscard]] std::uint16_t plain() const { return server->port(0); }
    [[nodiscard]] std::uint16_t tls() const { return server->port(1); }

    Certificates certificates;
    http::TlsFiles files;
    TestHandler handler;
    std::unique_ptr<http::Server> server;
};

http::Response text_response(std::string text);
std::string get(const std::string& target, const std::string& fields = {});
std::string post(const std::string& target, const std::string& body, const std::string& fields = {});
/// Looks again and again, for at most twenty seconds.
bool comes_true(const std::function<bool()>& condition);

}  // namespace kvp11::test
