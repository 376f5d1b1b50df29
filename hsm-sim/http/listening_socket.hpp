// Listening sockets and the addresses of those who come. Thread-safe.
#pragma once

#include <sys/socket.h>

#include "http/descriptor.hpp"
#include "http/message.hpp"
#include "http/server.hpp"
#include "kvp11/result.hpp"

namespace kvp11::http {

/// Non-blocking and listening; inherited or opened. DeviceError with the address.
Result<Descriptor> listening_socket(const ListenerSettings& settings);
/// 0 for what is no socket of IP.
std::uint16_t port_of(const Descriptor& socket);
Peer peer_of(const sockaddr_storage& address);

}  // namespace kvp11::http
