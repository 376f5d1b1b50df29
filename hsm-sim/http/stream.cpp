#include "http/stream.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <climits>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "crypto/handles.hpp"
#include "http/wiping.hpp"

namespace kvp11::http {
namespace {

using Outcome = Transfer::Outcome;

// What a record of TLS has beside its content, with room to spare; a longer text has several and grows.
constexpr std::size_t around_record = 64;

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

ssize_t receive(int socket, char* bytes, std::size_t size) {
    for (;;) {
        const ssize_t got = recv(socket, bytes, size, 0);
        if (got >= 0 || errno != EINTR) return got;
    }
}

ssize_t send_quietly(int socket, const char* bytes, std::size_t size) {
    for (;;) {
        const ssize_t sent = send(socket, bytes, size, MSG_NOSIGNAL);
        if (sent >= 0 || errno != EINTR) return sent;
    }
}

class PlainStream final : public Stream {
public:
    explicit PlainStream(int socket) : socket_(socket) {}

    Transfer handshake() override { return {}; }
    Transfer read(std::span<char> bytes) override {
        const ssize_t got = receive(socket_, bytes.data(), bytes.size());
        if (got > 0) return {Outcome::Done, static_cast<std::size_t>(got)};
        if (got == 0) return {Outcome::Closed};
        return {would_block(errno) ? Outcome::WantRead : Outcome::Failed};
    }
    Transfer write(std::string_view bytes) override { return send_wire(socket_, bytes); }
    [[nodiscard]] bool encode(std::string_view bytes, std::string& wire) override {
        append_wiping(wire, bytes);
        return true;
    }
    [[nodiscard]] bool is_pending() const override { return false; }
    void end() override { shutdown(socket_, SHUT_WR); }

private:
    int socket_;
};

// A BIO over a socket like OpenSSL's own, but for the signal that write() raises when the peer has gone, and for the
// text that takes what is written instead while there is one.
struct Wire {
    int socket;
    std::string* collected = nullptr;
};

Wire& wire_of(BIO* bio) { return *static_cast<Wire*>(BIO_get_data(bio)); }

int bio_read(BIO* bio, char* bytes, int size) {
    const ssize_t got = receive(wire_of(bio).socket, bytes, static_cast<std::size_t>(size));
    BIO_clear_retry_flags(bio);
    if (got < 0 && would_block(errno)) BIO_set_retry_read(bio);
    if (got == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    return static_cast<int>(got);
}

int bio_write(BIO* bio, const char* bytes, int size) {
    BIO_clear_retry_flags(bio);
    const Wire& wire = wire_of(bio);
    if (wire.collected != nullptr) {
        wire.collected->append(bytes, static_cast<std::size_t>(size));
        return size;
    }
    const ssize_t sent = send_quietly(wire.socket, bytes, static_cast<std::size_t>(size));
    if (sent < 0 && would_block(errno)) BIO_set_retry_write(bio);
    return static_cast<int>(sent);
}

long bio_control(BIO* bio, int command, long /*number*/, void* /*pointer*/) {
    if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
    return command == BIO_CTRL_FLUSH || command == BIO_CTRL_DUP ? 1 : 0;
}

/// Never freed, like everything of OpenSSL that the process shares.
const BIO_METHOD* socket_method() {
    static const BIO_METHOD* const method = [] {
        BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "a socket without signals");
        if (made == nullptr) return made;
        BIO_meth_set_read(made, &bio_read);
        BIO_meth_set_write(made, &bio_write);
        BIO_meth_set_ctrl(made, &bio_control);
        return made;
    }();
    return method;
}

using Ssl = crypto::Handle<SSL, SSL_free>;

class TlsStream final : public Stream {
public:
    TlsStream(std::unique_ptr<Wire> wire, Ssl ssl) : wire_(std::move(wire)), ssl_(std::move(ssl)) {}

    Transfer handshake() override {
        ERR_clear_error();
        const int done = SSL_do_handshake(ssl_.get());
        return done == 1 ? Transfer{} : outcome_of(done);
    }
    Transfer read(std::span<char> bytes) override {
        ERR_clear_error();
        const int got =
            SSL_read(ssl_.get(), bytes.data(), static_cast<int>(std::min<std::size_t>(bytes.size(), INT_MAX)));
        return got > 0 ? Transfer{Outcome::Done, static_cast<std::size_t>(got)} : outcome_of(got);
    }
    Transfer write(std::string_view bytes) override {
        ERR_clear_error();
        const int sent =
            SSL_write(ssl_.get(), bytes.data(), static_cast<int>(std::min<std::size_t>(bytes.size(), INT_MAX)));
        return sent > 0 ? Transfer{Outcome::Done, static_cast<std::size_t>(sent)} : outcome_of(sent);
    }
    [[nodiscard]] bool encode(std::string_view bytes, std::string& wire) override {
        wire.reserve(wire.size() + bytes.size() + around_record);
        wire_->collected = &wire;
        Transfer written;
        while (!bytes.empty() && written.outcome == Outcome::Done) {
            written = write(bytes);
            bytes.remove_prefix(written.bytes);
        }
        wire_->collected = nullptr;
        return written.outcome == Outcome::Done;
    }
    [[nodiscard]] bool is_pending() const override { return SSL_has_pending(ssl_.get()) == 1; }
    void end() override {
        // After a fatal error, or during a handshake, there is nothing that could be said.
        if (!failed_ && SSL_is_init_finished(ssl_.get()) == 1) {
            ERR_clear_error();
            SSL_shutdown(ssl_.get());
        }
        shutdown(wire_->socket, SHUT_WR);
    }
    [[nodiscard]] std::string reason() const override {
        const long verified = SSL_get_verify_result(ssl_.get());
        if (verified != X509_V_OK) return X509_verify_cert_error_string(verified);
        const char* const text = ERR_reason_error_string(ERR_peek_last_error());
        return text == nullptr ? "the connection was closed" : text;
    }

private:
    Transfer outcome_of(int result) {
        switch (SSL_get_error(ssl_.get(), result)) {
            case SSL_ERROR_WANT_READ: return {Outcome::WantRead};
            case SSL_ERROR_WANT_WRITE: return {Outcome::WantWrite};
            case SSL_ERROR_ZERO_RETURN: return {Outcome::Closed};
            default: failed_ = true; return {Outcome::Failed};
        }
    }

    const std::unique_ptr<Wire> wire_;  // the BIO points to it
    Ssl ssl_;
    bool failed_ = false;
};

/// Null when there is no memory.
Ssl ssl_over(Wire& wire, const TlsContext& context) {
    Ssl ssl(SSL_new(context.get()));
    crypto::Bio bio(BIO_new(socket_method()));
    if (!ssl || !bio) return nullptr;
    BIO_set_data(bio.get(), &wire);
    BIO_set_init(bio.get(), 1);
    BIO* const raw = bio.release();
    SSL_set_bio(ssl.get(), raw, raw);  // takes the one reference
    return ssl;
}

bool is_address(const std::string& host) {
    in6_addr ignored{};
    return inet_pton(AF_INET, host.c_str(), &ignored) == 1 || inet_pton(AF_INET6, host.c_str(), &ignored) == 1;
}

bool expect_host(SSL* ssl, const std::string& host) {
    if (is_address(host)) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1;
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set_tlsext_host_name(ssl, host.c_str()) == 1 && SSL_set1_host(ssl, host.c_str()) == 1;
}

}  // namespace

Transfer send_wire(int socket, std::string_view wire) {
    const ssize_t sent = send_quietly(socket, wire.data(), wire.size());
    if (sent > 0) return {Outcome::Done, static_cast<std::size_t>(sent)};
    return {would_block(errno) ? Outcome::WantWrite : Outcome::Failed};
}

std::unique_ptr<Stream> Stream::plain(int socket) { return std::make_unique<PlainStream>(socket); }

std::unique_ptr<Stream> Stream::tls_server(int socket, const TlsContext& context) {
    auto wire = std::make_unique<Wire>(Wire{socket});
    auto ssl = ssl_over(*wire, context);
    if (!ssl) return nullptr;
    SSL_set_accept_state(ssl.get());
    return std::make_unique<TlsStream>(std::move(wire), std::move(ssl));
}

std::unique_ptr<Stream> Stream::tls_client(int socket, const TlsContext& context, const std::string& host) {
    auto wire = std::make_unique<Wire>(Wire{socket});
    auto ssl = ssl_over(*wire, context);
    if (!ssl || !expect_host(ssl.get(), host)) return nullptr;
    SSL_set_connect_state(ssl.get());
    return std::make_unique<TlsStream>(std::move(wire), std::move(ssl));
}

}  // namespace kvp11::http
