#include "http/listening_socket.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

namespace kvp11::http {
namespace {

Failure socket_failure(const ListenerSettings& settings, const std::string& reason) {
    return fail(Errc::DeviceError,
                "cannot listen on " + settings.address + " port " + std::to_string(settings.port) + ": " + reason);
}

Result<Descriptor> inherited(int number) {
    int listening = 0;
    socklen_t size = sizeof listening;
    if (getsockopt(number, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0 || listening == 0) {
        return fail(Errc::DeviceError,
                    "the inherited descriptor " + std::to_string(number) + " is no listening socket");
    }
    const int flags = fcntl(number, F_GETFL);
    if (flags < 0 || fcntl(number, F_SETFL, flags | O_NONBLOCK) != 0 || fcntl(number, F_SETFD, FD_CLOEXEC) != 0) {
        return fail(Errc::DeviceError,
                    "cannot use the inherited descriptor " + std::to_string(number) + ": " + std::strerror(errno));
    }
    return Descriptor(number);
}

using Addresses = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

Result<Addresses> addresses_of(const ListenerSettings& settings) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE;
    addrinfo* found = nullptr;
    const int error = getaddrinfo(settings.address.c_str(), std::to_string(settings.port).c_str(), &hints, &found);
    if (error != 0) return socket_failure(settings, gai_strerror(error));
    return Addresses(found, &freeaddrinfo);
}

}  // namespace

Result<Descriptor> listening_socket(const ListenerSettings& settings) {
    if (settings.inherited_socket) return inherited(*settings.inherited_socket);
    const auto addresses = TRY(addresses_of(settings));
    const addrinfo& address = *addresses;
    Descriptor socket(::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const int on = 1;
    const int off = 0;
    if (socket.number() < 0 || setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        (address.ai_family == AF_INET6 &&
         setsockopt(socket.number(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off) != 0) ||
        bind(socket.number(), address.ai_addr, address.ai_addrlen) != 0 || listen(socket.number(), SOMAXCONN) != 0) {
        return socket_failure(settings, std::strerror(errno));
    }
    return socket;
}

std::uint16_t port_of(const Descriptor& socket) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (getsockname(socket.number(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
    return peer_of(address).port;
}

Peer peer_of(const sockaddr_storage& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (address.ss_family == AF_INET) {
        const auto& ipv4 = reinterpret_cast<const sockaddr_in&>(address);
        inet_ntop(AF_INET, &ipv4.sin_addr, text.data(), text.size());
        return {text.data(), ntohs(ipv4.sin_port), false};
    }
    if (address.ss_family != AF_INET6) return {};
    const auto& ipv6 = reinterpret_cast<const sockaddr_in6&>(address);
    const bool mapped = IN6_IS_ADDR_V4MAPPED(&ipv6.sin6_addr);
    const void* const bytes = mapped ? &ipv6.sin6_addr.s6_addr[12] : &ipv6.sin6_addr.s6_addr[0];
    inet_ntop(mapped ? AF_INET : AF_INET6, bytes, text.data(), text.size());
    return {text.data(), ntohs(ipv6.sin6_port), !mapped};
}

}  // namespace kvp11::http
