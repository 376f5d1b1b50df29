// RawServer: a server on loopback that does to each connection what a test's script says, byte by byte.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include <openssl/ssl.h>

#include "certificates.hpp"

namespace kvp11::test {

/// The server's end of a connection. Waiting ends with the connection or the server.
class Peer {
public:
    Peer(int socket, std::size_t index) : socket_(socket), index_(index) {}
    ~Peer();
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    /// How many connections came before.
    [[nodiscard]] std::size_t index() const { return index_; }
    [[nodiscard]] int socket() const { return socket_; }
    /// From here on through TLS. False when the handshake fails.
    bool accept_tls(SSL_CTX* context);
    [[nodiscard]] bool was_resumed() const { return SSL_session_reused(ssl_.get()) == 1; }
    /// Another ticket for a later connection, at once.
    void send_ticket();
    /// The end that TLS has a message for.
    void say_good_bye();
    /// Head and body of a request; empty when the connection ends.
    std::string request();
    /// False when the other side is gone.
    bool write(std::string_view text);
    /// Waits until the other side has gone.
    void wait_for_end();
    /// The same for at most so long; true: gone. For what is to come slowly.
    [[nodiscard]] bool gone_within(int milliseconds) const;
    /// The connection ends with a reset, when the script ends.
    void reset();
    /// Both ways, until one of them ends.
    void relay_to(std::uint16_t port);

private:
    bool read_some(std::string& text);

    int socket_;
    std::size_t index_;
    std::unique_ptr<SSL, void (*)(SSL*)> ssl_{nullptr, &SSL_free};
};

class RawServer {
public:
    using Script = std::function<void(Peer&)>;
    explicit RawServer(Script script);
    ~RawServer();
    RawServer(const RawServer&) = delete;
    RawServer& operator=(const RawServer&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::size_t accepted() const { return accepted_; }
    /// Waits until so many connections have been played to their end, and closed.
    void wait_for_ended(std::size_t count);

private:
    struct Played {
        std::thread thread;
        int socket = -1;
    };

    void accept_all();
    void play(Played& played, int socket, std::size_t index);

    Script script_;
    std::uint16_t port_ = 0;
    int listener_;  // made with the port
    std::atomic<std::size_t> accepted_{0};
    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t ended_ = 0;
    std::list<Played> played_;
    std::thread acceptor_;
};

/// A context of the tests' own servers.
std::shared_ptr<SSL_CTX> server_tls(const Identity& identity, int most = TLS1_3_VERSION);

/// A listening socket on loopback and its port.
int listen_on_loopback(std::uint16_t& port, int backlog);

}  // namespace kvp11::test
