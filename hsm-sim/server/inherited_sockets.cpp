#include "server/inherited_sockets.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>

namespace kvp11::server {
namespace {

constexpr int first_descriptor = 3;
constexpr int most_descriptors = 64;

Result<int> number_in(const char* variable, std::string_view text) {
    int number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc{} || end != text.data() + text.size() || number < 0) {
        return fail(Errc::ConfigurationInvalid, std::string(variable) + " is no number: socket activation is broken");
    }
    return number;
}

/// Whether it is a socket of IP that somebody has called listen() for.
bool listens(int descriptor) {
    int accepts = 0;
    socklen_t size = sizeof accepts;
    return getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &accepts, &size) == 0 && accepts != 0;
}

}  // namespace

Result<std::vector<InheritedSocket>> inherited_sockets(const char* pid, const char* count, const char* names,
                                                       pid_t own) {
    std::vector<InheritedSocket> sockets;
    if (pid == nullptr || count == nullptr) return sockets;
    if (TRY(number_in("LISTEN_PID", pid)) != own) return sockets;
    const int how_many = TRY(number_in("LISTEN_FDS", count));
    if (how_many > most_descriptors) return fail(Errc::ConfigurationInvalid, "LISTEN_FDS has more than 64 sockets");
    std::string_view rest = names == nullptr ? "" : names;
    for (int i = 0; i < how_many; ++i) {
        const std::string_view name = rest.substr(0, rest.find(':'));
        sockets.push_back({first_descriptor + i, std::string(name)});
        rest.remove_prefix(std::min(rest.size(), name.size() + 1));
    }
    return sockets;
}

Result<std::vector<InheritedSocket>> take_inherited_sockets() {
    std::vector<InheritedSocket> sockets = TRY(inherited_sockets(std::getenv("LISTEN_PID"), std::getenv("LISTEN_FDS"),
                                                                 std::getenv("LISTEN_FDNAMES"), getpid()));
    for (const char* variable : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) unsetenv(variable);
    for (const InheritedSocket& socket : sockets) {
        if (fcntl(socket.descriptor, F_SETFD, FD_CLOEXEC) != 0 || !listens(socket.descriptor)) {
            return fail(Errc::ConfigurationInvalid,
                        "the inherited descriptor " + std::to_string(socket.descriptor) + " is no listening socket");
        }
    }
    return sockets;
}

std::optional<int> take_socket(std::vector<InheritedSocket>& sockets, std::string_view name) {
    const auto found = std::find_if(sockets.begin(), sockets.end(),
                                    [&](const InheritedSocket& socket) { return socket.name == name; });
    if (found == sockets.end()) return {};
    const int descriptor = found->descriptor;
    sockets.erase(found);
    return descriptor;
}

}  // namespace kvp11::server
