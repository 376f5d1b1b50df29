#include "transport/connector.hpp"

#include "crypto/library.hpp"

namespace kvp11::transport {
namespace {

std::string host_line_of(const Endpoint& endpoint) {
    constexpr std::uint16_t https_port = 443;
    constexpr std::uint16_t http_port = 80;
    const std::string name = name_of(endpoint);
    const bool usual = endpoint.port == (endpoint.tls ? https_port : http_port);
    return usual ? name.substr(0, name.rfind(':')) : name;
}

/// Another address of the same host may do better.
bool may_be_the_address(const Trouble& trouble) {
    return trouble.kind == Trouble::Kind::Connect || trouble.kind == Trouble::Kind::Closed;
}

Trouble not_dialled(const Endpoint& to, const NotDialled& why, bool deadline_passed) {
    if (why.in_time) {
        return trouble(Trouble::Kind::Connect, "cannot connect to " + name_of(to) + ": " + why.reason);
    }
    return trouble(deadline_passed ? Trouble::Kind::Deadline : Trouble::Kind::Connect,
                   name_of(to) + " did not take a connection in time");
}

}  // namespace

// Who gives a host an address of its own means that one, and not a proxy's idea of it.
Connector::Way Connector::way_to(const Endpoint& endpoint, Clock::time_point deadline, SSL_SESSION* ticket) const {
    const Proxy* const proxy = book_.is_overridden(endpoint.host) ? nullptr : proxies_.proxy_for(endpoint);
    return {endpoint, proxy, deadline, ticket};
}

std::variant<Addresses, Trouble> Connector::addresses_of(const Endpoint& endpoint) {
    const Way way = way_to(endpoint, Clock::time_point::max(), nullptr);
    return book_.find(way.first().host, way.first().port);
}

Connector::Made Connector::open(const Endpoint& endpoint, Clock::time_point deadline, SSL_SESSION* ticket) {
    const Way way = way_to(endpoint, deadline, ticket);
    auto found = book_.find(way.first().host, way.first().port);
    if (auto* const bad = std::get_if<Trouble>(&found)) return std::move(*bad);
    auto& addresses = std::get<Addresses>(found);
    std::optional<Trouble> first;  // the others are mostly addresses that are not in use
    for (;;) {
        Made made = open_one(way, addresses);
        auto* const bad = std::get_if<Trouble>(&made);
        if (bad == nullptr) return made;
        const bool last = addresses.empty() || !may_be_the_address(*bad) || Clock::now() >= deadline;
        if (!first) first = std::move(*bad);
        if (last) return std::move(*first);
    }
}

// Takes from `addresses` those that are of no more use.
Connector::Made Connector::open_one(const Way& way, Addresses& addresses) {
    const auto until = std::min(way.deadline, Clock::now() + settings_.connect_timeout);
    const auto dialled = dial(addresses, until);
    if (const auto* const why = std::get_if<NotDialled>(&dialled)) {
        addresses.clear();
        return not_dialled(way.first(), *why, until == way.deadline);
    }
    const auto [descriptor, index] = std::get<Dialled>(dialled);
    const std::string address = text_of(addresses[index]);
    addresses.erase(addresses.begin() + static_cast<std::ptrdiff_t>(index));
    auto channel = std::make_unique<Channel>(std::make_unique<Socket>(roll_, descriptor));
    channel->socket().set_deadline(until);
    if (auto bad = prepare(way, *channel)) {
        // Time was up for this connection, not for the request.
        if (bad->kind == Trouble::Kind::Deadline && until != way.deadline) bad->kind = Trouble::Kind::Connect;
        return std::move(*bad);
    }
    return std::make_unique<Connection>(std::move(channel), name_of({address, way.first().port, way.endpoint.tls}),
                                        name_of(way.endpoint), host_line_of(way.endpoint), settings_.most_bytes);
}

MaybeTrouble Connector::prepare(const Way& way, Channel& channel) {
    if (way.proxy != nullptr) {
        if (auto bad = open_tunnel(channel, *way.proxy, way.endpoint)) return bad;
    }
    if (!way.endpoint.tls) return std::nullopt;
    SSL_CTX* const tls = context();
    if (tls == nullptr) return trouble(Trouble::Kind::Setup, "cannot make a TLS context");
    return channel.secure(tls, way.endpoint, settings_.pins, way.ticket);
}

// Made with the first connection, because the system's certificates are many. Of two threads one's is used.
SSL_CTX* Connector::context() {
    SSL_CTX* made = context_.load(std::memory_order_acquire);
    if (made != nullptr) return made;
    auto fresh = trust_.make_context();
    if (!fresh) return nullptr;
    if (context_.compare_exchange_strong(made, fresh->get())) return fresh->release();
    return made;
}

}  // namespace kvp11::transport
