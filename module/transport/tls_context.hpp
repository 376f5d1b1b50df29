// TLS for clients: whom to trust, and the context of all connections of one process.
//
// TLS 1.2 with forward secrecy and authenticated ciphers, and 1.3, in the library's private context. Trust is read once
// and survives a fork, where files may be out of reach; a context is made anew in each process, because its locks may
// be held at the fork. Thread-safe.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <openssl/ssl.h>

#include "crypto/handles.hpp"
#include "kvp11/result.hpp"

namespace kvp11::transport {

using TlsContext = crypto::Handle<SSL_CTX, SSL_CTX_free>;
using TlsTicket = crypto::Handle<SSL_SESSION, SSL_SESSION_free>;

class Trust {
public:
    /// Empty: the system's certificates (or SSL_CERT_FILE and SSL_CERT_DIR), which are looked at when a server is
    /// verified. ConfigurationInvalid for a file that cannot be read or has no certificates.
    static Result<Trust> read(const std::string& ca_file);
    [[nodiscard]] Result<TlsContext> make_context() const;

private:
    [[nodiscard]] bool fill(SSL_CTX* context) const;

    bool is_system_ = true;
    std::vector<crypto::X509Cert> certificates_;
};

/// What OpenSSL says last, as a half sentence.
std::string reason_of_openssl();

}  // namespace kvp11::transport
