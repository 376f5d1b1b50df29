// Stream: the bytes of a connection, in the clear or through TLS, over a non-blocking socket.
//
// Does not own the socket. Never raises SIGPIPE. Not thread-safe.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "http/tls_context.hpp"

namespace kvp11::http {

struct Transfer {
    enum class Outcome : std::uint8_t { Done, WantRead, WantWrite, Closed, Failed };
    Outcome outcome = Outcome::Done;
    std::size_t bytes = 0;  // with Done: at least one
};

/// Sends what encode() has made.
Transfer send_wire(int socket, std::string_view wire);

class Stream {
public:
    virtual ~Stream() = default;
    static std::unique_ptr<Stream> plain(int socket);
    /// Null when there is no memory.
    static std::unique_ptr<Stream> tls_server(int socket, const TlsContext& context);
    /// Verifies that the server has a certificate for `host`, a name or an address.
    static std::unique_ptr<Stream> tls_client(int socket, const TlsContext& context, const std::string& host);

    /// Done when bytes may flow; at once for what is in the clear.
    virtual Transfer handshake() = 0;
    virtual Transfer read(std::span<char> bytes) = 0;
    virtual Transfer write(std::string_view bytes) = 0;
    /// Appends to `wire` what the socket is to get for `bytes`: it must get it before anything else of this stream.
    /// False: nothing can be written any more.
    [[nodiscard]] virtual bool encode(std::string_view bytes, std::string& wire) = 0;
    /// Bytes have been taken off the socket that read() has not given yet: waiting for the socket would be wrong.
    [[nodiscard]] virtual bool is_pending() const = 0;
    /// Says that nothing more will be written, as far as that goes without waiting.
    virtual void end() = 0;
    /// Why handshake() failed, as a half sentence.
    [[nodiscard]] virtual std::string reason() const { return {}; }
};

}  // namespace kvp11::http
