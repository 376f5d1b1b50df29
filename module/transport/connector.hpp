// Connector: a new connection: route, addresses, TCP, proxy, TLS. Belongs to one process. Thread-safe.
#pragma once

#include <atomic>
#include <variant>

#include "transport/address_book.hpp"
#include "transport/connection.hpp"
#include "transport/dial.hpp"
#include "transport/proxy.hpp"
#include "transport/tls_context.hpp"

namespace kvp11::transport {

class Connector {
public:
    Connector(const TransportSettings& settings, const ProxyRules& proxies, const Trust& trust, SocketRoll& roll)
        : settings_(settings), proxies_(proxies), trust_(trust), roll_(roll), book_(settings.addresses) {}
    ~Connector() { SSL_CTX_free(context_.load()); }
    Connector(const Connector&) = delete;
    Connector& operator=(const Connector&) = delete;

    using Made = std::variant<std::unique_ptr<Connection>, Trouble>;
    /// An address that takes the connection and then fails is followed by the others. `ticket` may be null.
    Made open(const Endpoint& endpoint, Clock::time_point deadline, SSL_SESSION* ticket);
    [[nodiscard]] std::variant<Addresses, Trouble> addresses_of(const Endpoint& endpoint);

private:
    /// One request's way to its connection.
    struct Way {
        const Endpoint& endpoint;
        const Proxy* proxy;
        Clock::time_point deadline;
        SSL_SESSION* ticket;
        /// Where the connection goes first.
        [[nodiscard]] const Endpoint& first() const { return proxy != nullptr ? proxy->endpoint : endpoint; }
    };

    [[nodiscard]] Way way_to(const Endpoint& endpoint, Clock::time_point deadline, SSL_SESSION* ticket) const;
    Made open_one(const Way& way, Addresses& addresses);
    MaybeTrouble prepare(const Way& way, Channel& channel);
    SSL_CTX* context();

    const TransportSettings& settings_;
    const ProxyRules& proxies_;
    const Trust& trust_;
    SocketRoll& roll_;
    AddressBook book_;
    std::atomic<SSL_CTX*> context_{nullptr};
};

/// Asks a proxy for a tunnel; the socket's deadline holds.
MaybeTrouble open_tunnel(Channel& channel, const Proxy& proxy, const Endpoint& endpoint);

}  // namespace kvp11::transport
