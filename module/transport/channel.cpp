#include "transport/channel.hpp"

#include <algorithm>
#include <array>
#include <climits>

#include <openssl/err.h>

#include "transport/certificate_check.hpp"

namespace kvp11::transport {
namespace {

// A BIO over a Socket. It differs from OpenSSL's own in having a deadline and raising no signal.
Socket& socket_of(BIO* bio) { return *static_cast<Socket*>(BIO_get_data(bio)); }

int bio_read(BIO* bio, char* bytes, int size) {
    const Moved moved = socket_of(bio).receive(bytes, static_cast<std::size_t>(size));
    BIO_clear_retry_flags(bio);
    if (moved.end == End::WouldBlock) BIO_set_retry_read(bio);
    if (moved.end == End::Closed) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    if (moved.end == End::None) return static_cast<int>(moved.bytes);
    return moved.end == End::Closed ? 0 : -1;
}

int bio_write(BIO* bio, const char* bytes, int size) {
    const Moved moved = socket_of(bio).send(bytes, static_cast<std::size_t>(size));
    BIO_clear_retry_flags(bio);
    if (moved.end == End::WouldBlock) BIO_set_retry_write(bio);
    return moved.end == End::None ? static_cast<int>(moved.bytes) : -1;
}

long bio_control(BIO* bio, int command, long /*number*/, void* /*pointer*/) {
    if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
    return command == BIO_CTRL_FLUSH || command == BIO_CTRL_DUP ? 1 : 0;
}

/// Never freed, like everything of OpenSSL that the process shares.
const BIO_METHOD* socket_method() {
    static const BIO_METHOD* const method = [] {
        BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "a socket with a deadline");
        if (made == nullptr) return made;
        BIO_meth_set_read(made, &bio_read);
        BIO_meth_set_write(made, &bio_write);
        BIO_meth_set_ctrl(made, &bio_control);
        return made;
    }();
    return method;
}

/// Where an SSL object keeps the place that its tickets go to.
int ticket_index() {
    static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

int keep_ticket(SSL* ssl, SSL_SESSION* session) {
    auto* const place = static_cast<TlsTicket*>(SSL_get_ex_data(ssl, ticket_index()));
    if (place == nullptr) return 0;
    place->reset(session);
    return 1;  // the reference is ours now
}

struct Sentence {
    int reason;
    const char* text;
};
constexpr std::array sentences = {Sentence{SSL_R_UNSUPPORTED_PROTOCOL, "it speaks no TLS 1.2 or newer"},
                                  Sentence{SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, "it speaks no TLS 1.2 or newer"},
                                  Sentence{SSL_R_WRONG_VERSION_NUMBER, "what it speaks is no TLS; is the port right?"},
                                  Sentence{SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE, "it takes none of our ciphers"},
                                  Sentence{SSL_R_TLSV1_UNRECOGNIZED_NAME, "it does not know this name"}};

std::string reason_of_handshake() {
    const int reason = ERR_GET_REASON(ERR_peek_last_error());
    const auto* const row =
        std::find_if(sentences.begin(), sentences.end(), [&](const Sentence& one) { return one.reason == reason; });
    return row == sentences.end() ? reason_of_openssl() : row->text;
}

int clamped(std::size_t size) { return static_cast<int>(std::min<std::size_t>(size, INT_MAX)); }

}  // namespace

Channel::~Channel() {
    if (!ssl_ || broken_ || SSL_is_init_finished(ssl_.get()) != 1 || !socket_->is_ours()) return;
    socket_->set_waiting(false);
    SSL_shutdown(ssl_.get());
}

void Channel::collect_tickets(SSL_CTX* context) { SSL_CTX_sess_set_new_cb(context, &keep_ticket); }

bool Channel::prepare(SSL_CTX* context) {
    ssl_.reset(SSL_new(context));
    crypto::Bio bio(BIO_new(socket_method()));
    if (!ssl_ || !bio || SSL_set_ex_data(ssl_.get(), ticket_index(), &ticket_) != 1) return false;
    BIO_set_data(bio.get(), socket_.get());
    BIO_set_init(bio.get(), 1);
    BIO* const raw = bio.release();
    SSL_set_bio(ssl_.get(), raw, raw);  // takes the one reference
    SSL_set_connect_state(ssl_.get());
    return true;
}

MaybeTrouble Channel::secure(SSL_CTX* context, const Endpoint& endpoint, const std::vector<std::string>& pins,
                             SSL_SESSION* ticket) {
    CertificateCheck check(endpoint.host, pins);
    if (!prepare(context) || !check.attach(ssl_.get())) {
        return trouble(Trouble::Kind::Setup, "cannot begin TLS with " + name_of(endpoint) + ": out of memory");
    }
    if (ticket != nullptr) SSL_set_session(ssl_.get(), ticket);
    socket_->clear_end();
    const int done = SSL_do_handshake(ssl_.get());
    SSL_set_app_data(ssl_.get(), nullptr);
    if (done == 1) return std::nullopt;
    broken_ = true;
    return handshake_trouble(endpoint, check.complaint());
}

Trouble Channel::handshake_trouble(const Endpoint& endpoint, const std::string& complaint) const {
    if (!complaint.empty()) return trouble(Trouble::Kind::Tls, complaint);
    const End end = socket_->last_end();
    if (end == End::Deadline) {
        return trouble(Trouble::Kind::Deadline, name_of(endpoint) + " did not answer the TLS handshake in time");
    }
    if (end == End::Closed || end == End::Broken) {
        return trouble(Trouble::Kind::Closed, name_of(endpoint) + " closed the connection during the TLS handshake");
    }
    return trouble(Trouble::Kind::Tls, "no TLS with " + name_of(endpoint) + ": " + reason_of_handshake());
}

// Not by SSL_get_error(), which goes by the error queue, and that may be the host's.
End Channel::end_of_tls() const noexcept {
    if ((SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0) return End::Closed;
    const End end = socket_->last_end();
    // Without TLS's own word the end may be anybody's doing.
    return end == End::None || end == End::Closed ? End::Broken : end;
}

Moved Channel::read(char* bytes, std::size_t size) noexcept {
    if (!ssl_) return socket_->receive(bytes, size);
    socket_->clear_end();
    const int got = SSL_read(ssl_.get(), bytes, clamped(size));
    if (got > 0) return {static_cast<std::size_t>(got)};
    const End end = end_of_tls();
    broken_ = end != End::Closed;
    return {0, end};
}

End Channel::write(const char* bytes, std::size_t size) noexcept {
    while (size != 0) {
        std::size_t took = 0;
        if (ssl_) {
            socket_->clear_end();
            const int done = SSL_write(ssl_.get(), bytes, clamped(size));
            if (done <= 0) {
                broken_ = true;
                return end_of_tls();
            }
            took = static_cast<std::size_t>(done);
        } else {
            const Moved moved = socket_->send(bytes, size);
            if (moved.end != End::None) return moved.end;
            took = moved.bytes;
        }
        bytes += took;
        size -= took;
    }
    return End::None;
}

bool Channel::is_quiet() noexcept {
    if (!socket_->is_ours()) return false;
    if (!ssl_) return socket_->look() == End::WouldBlock;
    char byte = 0;
    socket_->clear_end();
    socket_->set_waiting(false);
    const int got = SSL_peek(ssl_.get(), &byte, 1);  // takes tickets that came late, which are no reason to part
    socket_->set_waiting(true);
    const bool quiet = got <= 0 && end_of_tls() == End::WouldBlock;
    if (!quiet) broken_ = true;
    return quiet;
}

std::string Channel::tls_description() const {
    if (!ssl_) return {};
    return std::string(SSL_get_version(ssl_.get())) + " " + SSL_get_cipher_name(ssl_.get());
}

}  // namespace kvp11::transport
