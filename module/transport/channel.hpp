// Channel: the bytes of one connection, in the clear or through TLS, over a Socket.
//
// Owns the socket. Transfers wait until the socket's deadline. Not thread-safe; never destroyed in a forked child.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "transport/socket.hpp"
#include "transport/tls_context.hpp"
#include "transport/trouble.hpp"

namespace kvp11::transport {

class Channel {
public:
    explicit Channel(std::unique_ptr<Socket> socket) : socket_(std::move(socket)) {}
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;
    /// Says good-bye where that takes no waiting.
    ~Channel();

    /// Has the contexts' connections hand their tickets to their channels.
    static void collect_tickets(SSL_CTX* context);
    /// From here on through TLS, with the certificate that `endpoint` must have; `ticket`, which may be null, spares
    /// both sides work.
    MaybeTrouble secure(SSL_CTX* context, const Endpoint& endpoint, const std::vector<std::string>& pins,
                        SSL_SESSION* ticket);

    [[nodiscard]] Socket& socket() noexcept { return *socket_; }
    Moved read(char* bytes, std::size_t size) noexcept;
    /// All of it, or why not.
    End write(const char* bytes, std::size_t size) noexcept;
    /// Without waiting: the other side has neither closed the connection nor said anything unasked.
    [[nodiscard]] bool is_quiet() noexcept;
    /// There is something that read() has not given yet.
    [[nodiscard]] bool has_pending() const noexcept { return ssl_ && SSL_has_pending(ssl_.get()) == 1; }
    [[nodiscard]] bool is_tls() const noexcept { return ssl_ != nullptr; }
    /// "TLSv1.3 TLS_AES_128_GCM_SHA256"; empty without TLS.
    [[nodiscard]] std::string tls_description() const;
    /// The newest ticket since the last time; may be null.
    [[nodiscard]] TlsTicket take_ticket() noexcept { return std::move(ticket_); }

private:
    using Ssl = crypto::Handle<SSL, SSL_free>;

    bool prepare(SSL_CTX* context);
    [[nodiscard]] Trouble handshake_trouble(const Endpoint& endpoint, const std::string& complaint) const;
    [[nodiscard]] End end_of_tls() const noexcept;

    std::unique_ptr<Socket> socket_;
    Ssl ssl_;
    TlsTicket ticket_;
    bool broken_ = false;
};

}  // namespace kvp11::transport
