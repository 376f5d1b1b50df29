// Server: HTTP/1.1 over TLS 1.2 and 1.3 (or in the clear, for metrics and IMDS) on any number of addresses.
//
// One I/O thread per core; a connection stays on its thread. Keep-alive; pipelined requests are answered one after
// the other in their order. Owns its threads and sockets; handlers are the caller's and outlive it. Thread-safe.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/handler.hpp"
#include "kvp11/result.hpp"

namespace kvp11::http {

struct TlsFiles {
    std::string certificate_chain;  // PEM, the server's own first
    std::string private_key;        // PEM
};

struct ListenerSettings {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;               // 0: the system chooses
    std::optional<int> inherited_socket;  // a listening socket from systemd instead of address and port
    std::optional<TlsFiles> tls;          // absent: in the clear
    Handler* handler = nullptr;
};

struct Limits {
    std::size_t header_bytes = 32U << 10U;
    std::size_t body_bytes = 4U << 20U;
    std::size_t connections = 4096;  // over all listeners
    std::chrono::milliseconds handshake{10'000};
    std::chrono::milliseconds header{10'000};  // from a request's first byte to the end of its headers
    std::chrono::milliseconds body{30'000};
    std::chrono::milliseconds idle{120'000};  // between requests
    std::chrono::milliseconds write{30'000};  // for a client that does not read
};

struct ServerSettings {
    std::vector<ListenerSettings> listeners;
    Limits limits;
    unsigned threads = 0;  // 0: one per core
};

/// Since the start; read without a lock.
struct Counters {
    std::atomic<std::uint64_t> accepted{0};
    std::atomic<std::uint64_t> open{0};
    std::atomic<std::uint64_t> refused{0};  // too many connections
    std::atomic<std::uint64_t> handshakes_failed{0};
    std::atomic<std::uint64_t> timed_out{0};
    std::atomic<std::uint64_t> malformed{0};
    std::atomic<std::uint64_t> requests{0};
};

class Server {
public:
    virtual ~Server() = default;
    /// Listens when it returns. FileUnreadable for certificates and keys, DeviceError with the address for sockets.
    static Result<std::unique_ptr<Server>> start(ServerSettings settings);
    /// The port of the listener with this index.
    [[nodiscard]] virtual std::uint16_t port(std::size_t listener) const = 0;
    /// New connections use the files as they are now; those that are open go on. On failure the old ones stay.
    virtual Result<void> reload_certificates() = 0;
    /// Accepts nobody more, lets requests that have begun end within `grace`, then closes what is left. Idempotent.
    virtual void stop(std::chrono::milliseconds grace) = 0;
    [[nodiscard]] virtual const Counters& counters() const noexcept = 0;
};

}  // namespace kvp11::http
