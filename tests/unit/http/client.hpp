// A client of the tests, blocking and apart from the code under test: a socket, and OpenSSL where TLS is wanted.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <openssl/ssl.h>

namespace kvp11::test {

struct Answer {
    int status = 0;
    std::string head;  // with the status line
    std::string body;
    /// The value of a header field, empty when there is none.
    [[nodiscard]] std::string field(const std::string& name) const;
};

struct ClientTls {
    std::string ca_file;  // empty: whoever it is
    int least = TLS1_2_VERSION;
    int most = TLS1_3_VERSION;
    std::string protocols;  // ALPN as on the wire
    SSL_SESSION* session = nullptr;
};

/// Everything that waits gives up after twenty seconds.
class Client {
public:
    /// Connects; the handshake too. Throws where that fails.
    explicit Client(std::uint16_t port, const std::optional<ClientTls>& tls = {},
                    const std::string& host = "127.0.0.1");
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    /// False when the server does not take it.
    bool send(std::string_view text);
    /// One response, whose length its head says. Nothing when the connection ends or breaks before.
    std::optional<Answer> answer(bool has_body = true);
    std::optional<Answer> ask(std::string_view request) { return send(request) ? answer() : std::nullopt; }
    /// Everything up to the end.
    std::string rest();

    /// How reading ended.
    [[nodiscard]] bool was_reset() const { return reset_; }
    [[nodiscard]] bool said_goodbye() const { return goodbye_; }  // TLS's close_notify
    [[nodiscard]] SSL* ssl() const { return ssl_.get(); }
    /// Sends no more, but goes on reading.
    void end_sending();
    /// Goes without reading.
    void vanish();
    [[nodiscard]] std::uint16_t port() const;

private:
    bool read_some();

    struct Free {
        void operator()(SSL* ssl) const { SSL_free(ssl); }
        void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    };
    int socket_ = -1;
    std::unique_ptr<SSL_CTX, Free> context_;
    std::unique_ptr<SSL, Free> ssl_;
    std::string unread_;
    bool reset_ = false;
    bool goodbye_ = false;
};

}  // namespace kvp11::test
