// Certificates that one key signs for another: a small authority for development. Thread-safe functions.
#pragma once

#include <string>
#include <vector>

#include "crypto/x509.hpp"
#include "kvp11/secret.hpp"

namespace kvp11::crypto {

/// What a certificate is to say. It is valid from an hour ago, for clocks that differ.
struct CertificateWish {
    std::string common_name;
    std::vector<std::string> dns_names;  // "*.managedhsm.localhost" too
    std::vector<std::string> addresses;  // "127.0.0.1", "::1"
    int days = 365;
    /// Another certificate may be signed with its key, for the names in `dns_names` and `addresses` and those below
    /// them only (RFC 5280 §4.2.1.10); an address then stands with its mask: "127.0.0.0/255.0.0.0".
    bool is_authority = false;
};

/// Signed by `issuer_key`, whose certificate is `issuer`; null: `subject` is its own issuer. SHA-256.
/// ArgumentsBad for names that no certificate can have.
Result<Certificate> issue_certificate(const CertificateWish& wish, const PrivateHalf& subject,
                                      const PrivateHalf& issuer_key, const Certificate* issuer);
/// PKCS#8 in PEM, not encrypted.
Result<SecretBytes> expose_private_key_pem(const PrivateHalf& key);

}  // namespace kvp11::crypto
