#include "client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace kvp11::test {
namespace {

constexpr timeval patience = {20, 0};

int connected_socket(std::uint16_t port, const std::string& host) {
    const bool ipv6 = host.find(':') != std::string::npos;
    const int socket = ::socket(ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    sockaddr_in ipv4_address{AF_INET, htons(port), {}, {}};
    sockaddr_in6 ipv6_address{AF_INET6, htons(port), 0, {}, 0};
    inet_pton(AF_INET, host.c_str(), &ipv4_address.sin_addr);
    inet_pton(AF_INET6, host.c_str(), &ipv6_address.sin6_addr);
    const auto* address =
        ipv6 ? reinterpret_cast<sockaddr*>(&ipv6_address) : reinterpret_cast<sockaddr*>(&ipv4_address);
    if (connect(socket, address, ipv6 ? sizeof ipv6_address : sizeof ipv4_address) == 0) return socket;
    const std::string reason = std::strerror(errno);
    close(socket);
    throw std::runtime_error("cannot connect: " + reason);
}

}  // namespace

std::string Answer::field(const std::string& name) const {
    std::istringstream lines(head);
    for (std::string line; std::getline(lines, line);) {
        if (line.size() <= name.size() || line[name.size()] != ':') continue;
        if (strncasecmp(line.c_str(), name.c_str(), name.size()) != 0) continue;
        const std::size_t begin = line.find_first_not_of(' ', name.size() + 1);
        return line.substr(begin, line.find('\r') - begin);
    }
    return {};
}

Client::Client(std::uint16_t port, const std::optional<ClientTls>& tls, const std::string& host)
    : socket_(connected_socket(port, host)) {
    if (!tls) return;
    context_.reset(SSL_CTX_new(TLS_client_method()));
    SSL_CTX_set_security_level(context_.get(), 0);  // so that the server is the one that refuses old versions
    SSL_CTX_set_min_proto_version(context_.get(), tls->least);
    SSL_CTX_set_max_proto_version(context_.get(), tls->most);
    if (!tls->ca_file.empty()) {
        SSL_CTX_load_verify_file(context_.get(), tls->ca_file.c_str());
        SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    }
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), socket_);
    SSL_set_tlsext_host_name(ssl_.get(), "localhost");
    if (!tls->protocols.empty()) {
        SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(tls->protocols.data()),
                            static_cast<unsigned>(tls->protocols.size()));
    }
    if (tls->session != nullptr) SSL_set_session(ssl_.get(), tls->session);
    if (SSL_connect(ssl_.get()) != 1) {
        close(std::exchange(socket_, -1));
        throw std::runtime_error("the handshake failed");
    }
}

Client::~Client() {
    ssl_.reset();
    if (socket_ >= 0) close(socket_);
}

bool Client::send(std::string_view text) {
    while (!text.empty()) {
        const auto sent = ssl_ ? SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size()))
                               : static_cast<int>(::send(socket_, text.data(), text.size(), MSG_NOSIGNAL));
        if (sent <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool Client::read_some() {
    std::array<char, 16384> bytes{};
    errno = 0;
    const auto got = ssl_ ? SSL_read(ssl_.get(), bytes.data(), bytes.size())
                          : static_cast<int>(recv(socket_, bytes.data(), bytes.size(), 0));
    if (got > 0) {
        unread_.append(bytes.data(), static_cast<std::size_t>(got));
        return true;
    }
    reset_ = errno == ECONNRESET;
    if (errno == EAGAIN) throw std::runtime_error("the server neither answers nor ends the connection");
    goodbye_ = ssl_ && SSL_get_error(ssl_.get(), got) == SSL_ERROR_ZERO_RETURN;
    return false;
}

std::optional<Answer> Client::answer(bool has_body) {
    std::size_t end = 0;
    while ((end = unread_.find("\r\n\r\n")) == std::string::npos) {
        if (!read_some()) return std::nullopt;
    }
    Answer answer;
    answer.head = unread_.substr(0, end + 2);
    unread_.erase(0, end + 4);
    answer.status = std::stoi(answer.head.substr(answer.head.find(' ') + 1));
    const std::string length = answer.field("Content-Length");
    const std::size_t size = has_body && !length.empty() ? std::stoul(length) : 0;
    while (unread_.size() < size) {
        if (!read_some()) return std::nullopt;
    }
    answer.body = unread_.substr(0, size);
    unread_.erase(0, size);
    return answer;
}

std::string Client::rest() {
    while (read_some()) {
    }
    return std::exchange(unread_, {});
}

void Client::end_sending() { shutdown(socket_, SHUT_WR); }

void Client::vanish() {
    const linger at_once{1, 0};
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(std::exchange(socket_, -1));
}

std::uint16_t Client::port() const {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
}

}  // namespace kvp11::test
