#include "blocking_client.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

#include "target.hpp"

namespace kvp11::bench {
namespace {

constexpr std::string_view length_field = "content-length:";

int connected(std::uint16_t port) {
    const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(made, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
        close(made);
        throw Failure("nobody listens on port " + std::to_string(port));
    }
    const int at_once = 1;
    setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof(at_once));
    return made;
}

// Bytes of the answer, head and body; 0 while its head is not complete.
std::size_t whole_size(const std::string& answer) {
    const std::size_t head = answer.find("\r\n\r\n");
    if (head == std::string::npos) return 0;
    for (std::size_t line = answer.find("\r\n"); line < head; line = answer.find("\r\n", line + 2)) {
        const char* field = answer.c_str() + line + 2;
        if (strncasecmp(field, length_field.data(), length_field.size()) == 0) {
            return head + 4 + std::strtoul(field + length_field.size(), nullptr, 10);
        }
    }
    throw Failure("an answer without a length");
}

}  // namespace

BlockingClient::BlockingClient(const std::string& host, std::uint16_t port, const std::string& ca_file)
    : socket_(connected(port)), context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    if (SSL_CTX_load_verify_locations(context_.get(), ca_file.c_str(), nullptr) != 1) {
        throw Failure("cannot read " + ca_file);
    }
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_tlsext_host_name(ssl_.get(), host.c_str());
    SSL_set1_host(ssl_.get(), host.c_str());
    SSL_set_fd(ssl_.get(), socket_);
    if (SSL_connect(ssl_.get()) != 1) throw Failure("no TLS with " + host);
}

BlockingClient::~BlockingClient() { close(socket_); }

int BlockingClient::ask(std::string_view request) {
    if (SSL_write(ssl_.get(), request.data(), static_cast<int>(request.size())) <= 0) throw Failure("not sent");
    answer_.clear();
    for (std::size_t whole = 0; whole == 0 || answer_.size() < whole;) {
        char piece[16384];
        const int got = SSL_read(ssl_.get(), piece, sizeof(piece));
        if (got <= 0) throw Failure("the connection ended");
        answer_.append(piece, static_cast<std::size_t>(got));
        whole = whole_size(answer_);
    }
    return std::atoi(answer_.c_str() + answer_.find(' '));
}

}  // namespace kvp11::bench
