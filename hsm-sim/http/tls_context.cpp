#include "http/tls_context.hpp"

#include <array>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "crypto/library.hpp"

namespace kvp11::http {
namespace {

constexpr const char* ciphers_1_2 = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr const char* ciphers_1_3 = "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256";
constexpr std::string_view session_context = "kvp11";

/// A key with a passphrase is refused instead of asking for it on the terminal.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*user*/) { return 0; }

/// HTTP/1.1 where the client offers it. One that offers other protocols only is told nothing, and may try.
int choose_protocol(SSL* /*ssl*/, const unsigned char** out, unsigned char* size, const unsigned char* offered,
                    unsigned offered_size, void* /*user*/) {
    constexpr std::string_view wanted = "http/1.1";
    for (unsigned at = 0; at < offered_size; at += 1U + offered[at]) {
        const std::string_view name(reinterpret_cast<const char*>(offered + at + 1), offered[at]);
        if (at + 1U + name.size() > offered_size || name != wanted) continue;
        *out = offered + at + 1;
        *size = offered[at];
        return SSL_TLSEXT_ERR_OK;
    }
    return SSL_TLSEXT_ERR_NOACK;
}

Result<TlsContext> context_for(const SSL_METHOD* method) {
    TlsContext context(SSL_CTX_new_ex(crypto::library_context(), nullptr, method), &SSL_CTX_free);
    if (!context) return crypto::openssl_failure("making a TLS context");
    SSL_CTX* const raw = context.get();
    if (SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION) != 1 || SSL_CTX_set_cipher_list(raw, ciphers_1_2) != 1 ||
        SSL_CTX_set_ciphersuites(raw, ciphers_1_3) != 1) {
        return crypto::openssl_failure("setting TLS versions and ciphers");
    }
    SSL_CTX_set_options(raw, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                 SSL_OP_PRIORITIZE_CHACHA | SSL_OP_CLEANSE_PLAINTEXT);
    // An idle connection holds no buffers. Reading ahead takes a record with one system call instead of two.
    SSL_CTX_set_mode(raw,
                     SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(raw, 1);
    SSL_CTX_set_default_passwd_cb(raw, &no_passphrase);
    return context;
}

/// What OpenSSL says last about a file, as a half sentence.
std::string reason_of_openssl() {
    std::array<char, 256> text{};
    const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
    if (reason != nullptr) return reason;
    ERR_error_string_n(ERR_peek_last_error(), text.data(), text.size());
    return text.data();
}

}  // namespace

Result<TlsContext> server_context(const TlsFiles& files) {
    const crypto::ErrorMark mark;
    auto context = TRY(context_for(TLS_server_method()));
    SSL_CTX* const raw = context.get();
    if (SSL_CTX_use_certificate_chain_file(raw, files.certificate_chain.c_str()) != 1) {
        return fail(Errc::FileUnreadable,
                    "cannot take the certificate chain from " + files.certificate_chain + ": " + reason_of_openssl());
    }
    // OpenSSL itself refuses a key that is not the certificate's.
    if (SSL_CTX_use_PrivateKey_file(raw, files.private_key.c_str(), SSL_FILETYPE_PEM) != 1) {
        return fail(Errc::FileUnreadable, "cannot take the private key of " + files.certificate_chain + " from " +
                                              files.private_key + ": " + reason_of_openssl());
    }
    SSL_CTX_set_alpn_select_cb(raw, &choose_protocol, nullptr);
    // Sessions live in tickets with the client, not in a cache that threads would share.
    SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_session_id_context(raw, reinterpret_cast<const unsigned char*>(session_context.data()),
                                   static_cast<unsigned>(session_context.size()));
    return context;
}

Result<TlsContext> client_context(const std::string& ca_file) {
    const crypto::ErrorMark mark;
    auto context = TRY(context_for(TLS_client_method()));
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    const int loaded = ca_file.empty() ? SSL_CTX_set_default_verify_paths(context.get())
                                       : SSL_CTX_load_verify_file(context.get(), ca_file.c_str());
    if (loaded == 1) return context;
    return fail(Errc::FileUnreadable, "cannot take CA certificates from " +
                                          (ca_file.empty() ? std::string("the system") : ca_file) + ": " +
                                          reason_of_openssl());
}

}  // namespace kvp11::http
