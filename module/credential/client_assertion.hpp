// Client assertions (RFC 7523): JWTs by which an application shows that it has the key of one of its certificates.
// Thread-safe functions.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "crypto/asymmetric.hpp"
#include "crypto/x509.hpp"
#include "kvp11/result.hpp"
#include "kvp11/secret.hpp"

namespace kvp11::credential {

struct ClientCertificate {
    std::shared_ptr<const crypto::PrivateHalf> key;
    std::vector<crypto::Certificate> chain;  // the key's own first, then the others in the file's order
    /// SHA-1 in upper-case hex, as the portal lists it.
    [[nodiscard]] std::string thumbprint() const;
};

/// PEM with an RSA private key and its certificate, in any order, with others of a chain or without. FileUnreadable
/// with a sentence that names the file.
Result<ClientCertificate> read_client_certificate(const std::string& path, const SecretBytes& password);

struct AssertionClaims {
    std::string audience;  // the token endpoint's URL
    std::string client_id;
    std::int64_t now = 0;
    bool with_chain = false;  // x5c, for applications that trust by subject and issuer
};
/// PS256 with x5t#S256, valid for ten minutes.
Result<SecretBytes> sign_assertion(const ClientCertificate& certificate, const AssertionClaims& claims);

}  // namespace kvp11::credential
