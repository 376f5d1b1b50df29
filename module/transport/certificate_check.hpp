// CertificateCheck: what a server's certificate must be, and a plain sentence about why one is not that.
//
// One handshake's; the SSL object points to it. The chain and the name are OpenSSL's to verify, pins come on top.
#pragma once

#include <string>
#include <vector>

#include <openssl/types.h>

#include "kvp11/result.hpp"

namespace kvp11::transport {

class CertificateCheck {
public:
    CertificateCheck(const std::string& host, const std::vector<std::string>& pins) : host_(host), pins_(pins) {}

    /// Makes the handshakes of a context call the check that attach() names.
    static void install(SSL_CTX* context);
    /// False when there is no memory.
    [[nodiscard]] bool attach(SSL* ssl);
    /// Why the certificate was refused; empty: it was not.
    [[nodiscard]] const std::string& complaint() const noexcept { return complaint_; }

private:
    static int run(X509_STORE_CTX* context, void* user);
    bool verify(X509_STORE_CTX* context);
    bool has_pin(X509_STORE_CTX* context) const;

    const std::string& host_;
    const std::vector<std::string>& pins_;
    std::string complaint_;
};

/// ConfigurationInvalid for what is not base64 of 32 bytes.
Result<void> check_pins(const std::vector<std::string>& pins);

}  // namespace kvp11::transport
