#include "transport/tls_context.hpp"

#include <dirent.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <system_error>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "crypto/library.hpp"
#include "transport/certificate_check.hpp"
#include "transport/channel.hpp"

namespace kvp11::transport {
namespace {

constexpr const char* ciphers_1_2 = "ECDHE+AESGCM:ECDHE+CHACHA20";
// The shortest key first: it is the fastest, and what is protected here has no need of a longer one.
constexpr const char* ciphers_1_3 = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr std::array<unsigned char, 9> http_1_1 = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
// Where systems keep their certificates: a folder with a link per certificate, or one file.
constexpr std::array system_folders = {"/etc/ssl/certs", "/etc/pki/ca-trust/extracted/pem/directory-hash"};
constexpr std::array system_bundles = {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                                       "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"};

int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*user*/) { return 0; }

/// "5ed36f99.0": the name's hash, for OpenSSL to find a certificate by.
bool is_hashed_name(std::string_view name) {
    constexpr std::size_t hash_digits = 8;
    return name.size() == hash_digits + 2 && name[hash_digits] == '.' &&
           name.find_first_not_of("0123456789abcdef") == hash_digits;
}

bool has_hashed_names(const char* folder) {
    const std::unique_ptr<DIR, int (*)(DIR*)> listing(opendir(folder), &closedir);
    if (!listing) return false;
    while (const dirent* const entry = readdir(listing.get())) {
        if (is_hashed_name(entry->d_name)) return true;
    }
    return false;
}

// A folder is looked at when a server's certificate is there to be verified; all of a file would be read, which takes
// longer than a handshake.
bool fill_from_system(SSL_CTX* context) {
    const bool told = secure_getenv(X509_get_default_cert_file_env()) != nullptr ||
                      secure_getenv(X509_get_default_cert_dir_env()) != nullptr;
    if (told) return SSL_CTX_set_default_verify_paths(context) == 1;
    for (const char* folder : system_folders) {
        if (has_hashed_names(folder)) return SSL_CTX_load_verify_dir(context, folder) == 1;
    }
    for (const char* bundle : system_bundles) {
        if (access(bundle, R_OK) == 0) return SSL_CTX_load_verify_file(context, bundle) == 1;
    }
    return SSL_CTX_set_default_verify_paths(context) == 1;
}

bool set_up(SSL_CTX* context) {
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CLEANSE_PLAINTEXT);
    // Reading ahead takes a record with one system call instead of two.
    SSL_CTX_set_read_ahead(context, 1);
    // Tickets are kept by us, per endpoint; OpenSSL's own cache would have a lock for all.
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    Channel::collect_tickets(context);
    CertificateCheck::install(context);
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
           SSL_CTX_set_cipher_list(context, ciphers_1_2) == 1 && SSL_CTX_set_ciphersuites(context, ciphers_1_3) == 1 &&
           SSL_CTX_set_alpn_protos(context, http_1_1.data(), http_1_1.size()) == 0;
}

}  // namespace

Result<Trust> Trust::read(const std::string& ca_file) {
    const crypto::ErrorMark mark;
    Trust trust;
    if (ca_file.empty()) return trust;
    trust.is_system_ = false;
    OSSL_LIB_CTX* const library = crypto::library_context();
    const crypto::Bio file(BIO_new_file(ca_file.c_str(), "r"));
    if (!file) return fail(Errc::ConfigurationInvalid, "cannot read ca_file " + ca_file + ": " + reason_of_openssl());
    for (;;) {
        crypto::X509Cert certificate(X509_new_ex(library, nullptr));
        X509* raw = certificate.get();
        if (raw == nullptr) return crypto::openssl_failure("reading ca_file");
        if (PEM_read_bio_X509(file.get(), &raw, &no_passphrase, nullptr) == nullptr) {
            // What it cannot read it has freed.
            if (raw == nullptr) (void)certificate.release();
            break;
        }
        trust.certificates_.push_back(std::move(certificate));
    }
    if (trust.certificates_.empty() || ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) {
        return fail(Errc::ConfigurationInvalid, "ca_file " + ca_file + " is not a file of certificates in PEM");
    }
    return trust;
}

Result<TlsContext> Trust::make_context() const {
    const crypto::ErrorMark mark;
    TlsContext context(SSL_CTX_new_ex(crypto::library_context(), nullptr, TLS_client_method()));
    if (!context || !set_up(context.get()) || !fill(context.get())) {
        return crypto::openssl_failure("making a TLS context");
    }
    return context;
}

bool Trust::fill(SSL_CTX* context) const {
    if (is_system_) return fill_from_system(context);
    X509_STORE* const store = SSL_CTX_get_cert_store(context);
    // What the file names is trusted, be it an authority below another one or the server's own certificate.
    X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
    for (const crypto::X509Cert& certificate : certificates_) {
        if (X509_STORE_add_cert(store, certificate.get()) != 1) return false;
    }
    return true;
}

std::string reason_of_openssl() {
    const unsigned long error = ERR_peek_last_error();
    if (ERR_SYSTEM_ERROR(error)) return std::generic_category().message(ERR_GET_REASON(error));
    const char* const reason = ERR_reason_error_string(error);
    return reason == nullptr ? "no reason given" : reason;
}

}  // namespace kvp11::transport
