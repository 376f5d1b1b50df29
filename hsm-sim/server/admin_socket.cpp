#include "server/admin_socket.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace kvp11::server {
namespace {

constexpr std::size_t most_clients = 8;
constexpr std::size_t longest_line = std::size_t{1} << 20;  // a document of rules

Failure failure(const std::string& path, const std::string& why) {
    return fail(Errc::DeviceError, "cannot listen on the admin socket " + path + ": " + why);
}

http::Descriptor new_socket() {
    return http::Descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

/// A socket that nobody listens on any more.
void remove_abandoned(const std::string& path, const sockaddr_un& address) {
    struct stat about {};
    if (lstat(path.c_str(), &about) != 0 || !S_ISSOCK(about.st_mode)) return;
    const http::Descriptor probe = new_socket();
    const bool refused = connect(probe.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
                         errno == ECONNREFUSED;
    if (refused) unlink(path.c_str());
}

bool write_all(int socket, std::string_view text) {
    while (!text.empty()) {
        const ssize_t sent = send(socket, text.data(), text.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) return false;  // one that does not read is not waited for
        text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

}  // namespace

Result<AdminSocket> AdminSocket::open(const std::string& path, Answer answer) {
    sockaddr_un address{};
    if (path.size() >= sizeof address.sun_path) return failure(path, "the path is too long");
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    remove_abandoned(path, address);
    http::Descriptor listener = new_socket();
    if (bind(listener.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return failure(path, std::strerror(errno));
    }
    AdminSocket socket(path, std::move(listener), std::move(answer));
    // Nobody can connect before listen().
    if (chmod(path.c_str(), 0600) != 0 || listen(socket.listener_.number(), SOMAXCONN) != 0) {
        return failure(path, std::strerror(errno));
    }
    return socket;
}

AdminSocket::AdminSocket(AdminSocket&& other) noexcept
    : path_(std::exchange(other.path_, {})),
      listener_(std::move(other.listener_)),
      answer_(std::move(other.answer_)),
      clients_(std::move(other.clients_)) {}

AdminSocket::~AdminSocket() {
    if (!path_.empty()) unlink(path_.c_str());
}

void AdminSocket::add_to(std::vector<pollfd>& descriptors) const {
    if (clients_.size() < most_clients) descriptors.push_back({listener_.number(), POLLIN, 0});
    for (const Client& client : clients_) descriptors.push_back({client.socket.number(), POLLIN, 0});
}

void AdminSocket::serve(const pollfd& ready) {
    if (ready.revents == 0) return;
    if (ready.fd == listener_.number()) return accept_client();
    const auto client = std::find_if(clients_.begin(), clients_.end(),
                                     [&](const Client& known) { return known.socket.number() == ready.fd; });
    if (client != clients_.end() && !read_from(*client)) clients_.erase(client);
}

void AdminSocket::accept_client() {
    http::Descriptor socket(accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (socket.number() >= 0) clients_.push_back({std::move(socket), {}});
}

bool AdminSocket::read_from(Client& client) const {
    std::array<char, 4096> piece{};
    const ssize_t got = recv(client.socket.number(), piece.data(), piece.size(), 0);
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    if (got == 0) return false;
    client.unread.append(piece.data(), static_cast<std::size_t>(got));
    return answer_lines(client) && client.unread.size() <= longest_line;
}

bool AdminSocket::answer_lines(Client& client) const {
    for (std::size_t end = 0; (end = client.unread.find('\n')) != std::string::npos;) {
        std::string answer;
        for (const std::string& line : answer_(std::string_view(client.unread).substr(0, end))) answer += line + "\n";
        client.unread.erase(0, end + 1);
        if (!write_all(client.socket.number(), answer)) return false;
    }
    return true;
}

}  // namespace kvp11::server
