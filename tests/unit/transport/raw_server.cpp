#include "raw_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>

namespace kvp11::test {
namespace {

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

std::size_t body_size(const std::string& head) {
    constexpr std::string_view name = "Content-Length: ";
    const std::size_t at = head.find(name);
    return at == std::string::npos ? 0 : std::stoul(head.substr(at + name.size()));
}

/// False at the end.
bool pass_on(int from, int to) {
    std::array<char, 16384> bytes{};
    const ssize_t got = recv(from, bytes.data(), bytes.size(), 0);
    return got > 0 && send(to, bytes.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL) == got;
}

}  // namespace

Peer::~Peer() = default;

bool Peer::accept_tls(SSL_CTX* context) {
    ssl_.reset(SSL_new(context));
    SSL_set_fd(ssl_.get(), socket_);
    return SSL_accept(ssl_.get()) == 1;
}

void Peer::send_ticket() {
    SSL_new_session_ticket(ssl_.get());
    SSL_do_handshake(ssl_.get());
}

void Peer::say_good_bye() { SSL_shutdown(ssl_.get()); }

bool Peer::read_some(std::string& text) {
    std::array<char, 16384> bytes{};
    const auto got = ssl_ ? SSL_read(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()))
                          : static_cast<int>(recv(socket_, bytes.data(), bytes.size(), 0));
    if (got <= 0) return false;
    text.append(bytes.data(), static_cast<std::size_t>(got));
    return true;
}

std::string Peer::request() {
    std::string text;
    std::size_t wanted = std::string::npos;
    while (text.size() < wanted) {
        if (!read_some(text)) return {};
        const std::size_t end = text.find("\r\n\r\n");
        if (end != std::string::npos) wanted = end + 4 + body_size(text);
    }
    return text;
}

bool Peer::write(std::string_view text) {
    if (ssl_) return SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size())) > 0;
    return send(socket_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

void Peer::wait_for_end() {
    std::array<char, 16384> bytes{};
    while (recv(socket_, bytes.data(), bytes.size(), 0) > 0) {
    }
}

bool Peer::gone_within(int milliseconds) const {
    pollfd ready{socket_, POLLRDHUP, 0};
    return poll(&ready, 1, milliseconds) > 0;
}

void Peer::reset() {
    const linger at_once{1, 0};
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

void Peer::relay_to(std::uint16_t port) {
    const int other = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port);
    bool open = connect(other, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    while (open) {
        std::array<pollfd, 2> ready = {pollfd{socket_, POLLIN, 0}, pollfd{other, POLLIN, 0}};
        if (poll(ready.data(), ready.size(), -1) < 0) break;
        if (ready[0].revents != 0) open = pass_on(socket_, other);
        if (open && ready[1].revents != 0) open = pass_on(other, socket_);
    }
    close(other);
}

int listen_on_loopback(std::uint16_t& port, int backlog) {
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    BOOST_REQUIRE_EQUAL(bind(listener, reinterpret_cast<const sockaddr*>(&address), size), 0);
    BOOST_REQUIRE_EQUAL(listen(listener, backlog), 0);
    BOOST_REQUIRE_EQUAL(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port = ntohs(address.sin_port);
    return listener;
}

RawServer::RawServer(Script script) : script_(std::move(script)), listener_(listen_on_loopback(port_, 64)) {
    acceptor_ = std::thread([this] { accept_all(); });
}

RawServer::~RawServer() {
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
        const std::lock_guard lock(mutex_);
        for (const Played& played : played_) {
            if (played.socket >= 0) shutdown(played.socket, SHUT_RDWR);
        }
    }
    for (Played& played : played_) played.thread.join();
    close(listener_);
}

void RawServer::accept_all() {
    for (;;) {
        const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) return;
        const std::size_t index = accepted_++;
        const std::lock_guard lock(mutex_);
        Played& played = played_.emplace_back();
        played.socket = socket;
        played.thread = std::thread([this, &played, socket, index] { play(played, socket, index); });
    }
}

void RawServer::play(Played& played, int socket, std::size_t index) {
    {
        Peer peer(socket, index);
        script_(peer);
    }
    const std::lock_guard lock(mutex_);
    close(socket);
    played.socket = -1;
    ++ended_;
    changed_.notify_all();
}

void RawServer::wait_for_ended(std::size_t count) {
    std::unique_lock lock(mutex_);
    BOOST_REQUIRE(changed_.wait_for(lock, std::chrono::seconds(20), [&] { return ended_ >= count; }));
}

std::shared_ptr<SSL_CTX> server_tls(const Identity& identity, int most) {
    std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
    SSL_CTX_use_certificate(context.get(), identity.certificate.get());
    SSL_CTX_use_PrivateKey(context.get(), identity.key.get());
    SSL_CTX_set_max_proto_version(context.get(), most);
    if (most < TLS1_2_VERSION) SSL_CTX_set_security_level(context.get(), 0);
    return context;
}

}  // namespace kvp11::test
