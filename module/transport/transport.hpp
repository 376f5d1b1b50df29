// Transport: requests of HTTP/1.1 over TLS from inside somebody else's process.
//
// One Transport serves all threads and endpoints of a slot. It owns the connections, which are kept and used again;
// a request has its connection for itself. I/O happens on the calling thread, with a deadline; there are no threads
// here, and no lock is held over I/O. TLS is our own OpenSSL in the library's private context: the host's
// configuration, engines and providers play no part.
//
// Every method may be called from any thread. After a fork the child starts without connections and leaves the
// parent's alone (nothing is sent on them, not even a TLS close).
//
// A Transport neither retries nor follows redirects, with one exception: a kept connection that turns out to have been
// closed by the other side before a byte of the request was accepted is replaced once, because nothing can have
// happened there.
//
// Deadlines hold for everything but the resolution of names, which is the C library's getaddrinfo: its patience is set
// in resolv.conf. Addresses, names with an address in the settings, and localhost with the names below it need no
// resolution; answers are kept for half a minute.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "kvp11/result.hpp"
#include "transport/message.hpp"

namespace kvp11::transport {

using Clock = std::chrono::steady_clock;

struct TransportSettings {
    std::string ca_file;            // PEM; empty: the system's certificates
    std::vector<std::string> pins;  // base64 of SHA-256 over a SubjectPublicKeyInfo, any of the chain's; empty: none
    /// Host → address ("10.0.0.4", "::1"), for private endpoints and tests; names in TLS stay the host's. Connections
    /// to these hosts go through no proxy.
    std::map<std::string, std::string> addresses;
    /// "http://host:port", with user:password@ where the proxy wants it; empty: from HTTPS_PROXY (or ALL_PROXY) and
    /// NO_PROXY of the environment, lower case too; "none": never. Nothing goes through a proxy to this machine, to
    /// link-local addresses, or in the clear.
    std::string proxy;
    std::size_t most_connections = 64;  // kept and in use per endpoint; a request beyond waits within its deadline
    std::chrono::milliseconds connect_timeout{5'000};  // of one address; TCP, proxy and TLS
    std::chrono::milliseconds idle_limit{60'000};      // a connection that nobody used for so long is not used again
    std::size_t most_bytes = 16U << 20U;               // of an answer's body
};

/// What went wrong before there was an answer.
struct Trouble {
    enum class Kind : std::uint8_t {
        Name,      // the host's name is not known
        Connect,   // refused, unreachable, or nothing within the connect timeout
        Proxy,     // the proxy does not let us through
        Tls,       // certificate, name, pin or protocol
        Deadline,  // the request's deadline has passed
        Closed,    // the connection ended before a complete answer
        Protocol,  // what came is no HTTP, or too large
        Setup      // ours: settings that cannot be used
    };
    Kind kind = Kind::Connect;
    /// False: the request cannot have been done: no byte of it was sent, or the other side had closed the connection
    /// before and its machine refused them all. True as soon as that is not certain.
    bool may_have_happened = false;
    std::string message;  // a plain sentence; no tokens, no bodies
};

/// What one exchange took, for `kvp11 doctor` and metrics.
struct Timing {
    bool fresh_connection = false;
    std::string address;  // where the connection goes, with port: "10.0.0.4:443"; a proxy's where one is used
    std::string tls;      // "TLSv1.3 TLS_AES_256_GCM_SHA384"; empty without TLS
    std::chrono::microseconds connecting{0};
    std::chrono::microseconds waiting{0};  // from the last byte sent to the first received
};

using Outcome = std::variant<Answer, Trouble>;

class Transport {
public:
    /// ConfigurationInvalid for files that cannot be read, pins and proxies that are none.
    static Result<std::unique_ptr<Transport>> open(TransportSettings settings);
    ~Transport();
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;

    /// One request, one answer of any status, before `deadline`.
    Outcome exchange(const Endpoint& endpoint, const Request& request, Clock::time_point deadline,
                     Timing* timing = nullptr);
    /// As many exchanges, some of them at once, each on a connection of its own: up to 16, of those that are free, and
    /// new ones only where there is enough to do for them. The outcomes are in the order of the requests, each as
    /// exchange() would have it; when no connection can be made any more, those not sent yet share that trouble.
    std::vector<Outcome> exchange_many(const Endpoint& endpoint, std::span<const Request> requests,
                                       Clock::time_point deadline);

    /// The steps of a connection one by one, for `kvp11 doctor`: the addresses of a host after overrides and proxies.
    /// DeviceError for a name that has none.
    [[nodiscard]] Result<std::vector<std::string>> resolve(const Endpoint& endpoint) const;
    /// Connections of this process that are open now, for tests and metrics.
    [[nodiscard]] std::size_t open_connections() const noexcept;
    /// Connections that were ever made by this process.
    [[nodiscard]] std::uint64_t connections_made() const noexcept;
    /// Closes those that nobody uses.
    void close_idle() noexcept;

private:
    struct State;
    explicit Transport(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// "https://host[:port][/…]" to an endpoint and the rest ("/" when there is none). ArgumentsBad.
struct ParsedUrl {
    Endpoint endpoint;
    std::string target;
};
Result<ParsedUrl> parse_url(std::string_view url);

}  // namespace kvp11::transport
