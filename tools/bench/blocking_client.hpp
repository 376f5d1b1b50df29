// The least that can ask a server over TLS: one connection, one request at a time, nothing prepared per request but its
// bytes. What a bare request costs, for comparisons. One thread's.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <openssl/ssl.h>

namespace kvp11::bench {

class BlockingClient {
public:
    /// Connects to 127.0.0.1; the certificate must be `host`'s. Throws Failure.
    BlockingClient(const std::string& host, std::uint16_t port, const std::string& ca_file);
    ~BlockingClient();
    BlockingClient(const BlockingClient&) = delete;
    BlockingClient& operator=(const BlockingClient&) = delete;

    /// Sends the request as it is and reads the whole answer; its status.
    int ask(std::string_view request);

private:
    struct Free {
        void operator()(SSL* ssl) const { SSL_free(ssl); }
        void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    };
    int socket_ = -1;
    std::unique_ptr<SSL_CTX, Free> context_;
    std::unique_ptr<SSL, Free> ssl_;
    std::string answer_;
};

}  // namespace kvp11::bench
