// Certificates for tests, made as wished: by whom, for whom, and when they are valid. In a folder that goes with them.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <openssl/x509.h>

#include "http/server.hpp"

namespace kvp11::test {

/// A key and its certificate.
struct Identity {
    std::shared_ptr<EVP_PKEY> key;
    std::shared_ptr<X509> certificate;
};

struct Wish {
    std::string names = "DNS:localhost,IP:127.0.0.1";  // as subjectAltName has them
    std::string common_name = "server";
    long valid_from_hours = -1;
    long valid_to_hours = 24;
    bool is_authority = false;
};

/// Signed by `issuer`; null: by itself.
Identity make_identity(const Wish& wish, const Identity* issuer = nullptr);
/// As TransportSettings::pins has it.
std::string pin_of(const Identity& identity);

class CertificateFolder {
public:
    CertificateFolder();
    ~CertificateFolder();
    CertificateFolder(const CertificateFolder&) = delete;
    CertificateFolder& operator=(const CertificateFolder&) = delete;

    /// NAME.pem and NAME.key.
    http::TlsFiles write(const std::string& name, const Identity& identity) const;
    /// A file of its own; the path.
    std::string write_text(const std::string& name, const std::string& text) const;

private:
    std::filesystem::path root_;
};

}  // namespace kvp11::test
