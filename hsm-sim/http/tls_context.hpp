// TlsContext: what all TLS connections of one side share. TLS 1.2 with forward secrecy and authenticated ciphers, and
// 1.3; made in our own library context, so that no configuration file has a say. Thread-safe.
#pragma once

#include <memory>
#include <string>

#include <openssl/types.h>

#include "http/server.hpp"
#include "kvp11/result.hpp"

namespace kvp11::http {

using TlsContext = std::shared_ptr<SSL_CTX>;

/// FileUnreadable for a certificate or key that cannot be read, or that do not belong to each other.
Result<TlsContext> server_context(const TlsFiles& files);
/// Verifies servers by the certificates in `ca_file`; empty: by the system's.
Result<TlsContext> client_context(const std::string& ca_file);

}  // namespace kvp11::http
