#include "transport/socket.hpp"

#include <fcntl.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <utility>

namespace kvp11::transport {
namespace {

using std::chrono::milliseconds;

// A thread that waits looks at its deadline once in this time at least.
constexpr milliseconds longest_tick{1000};
// How long a reset may take that answers what was just sent: a long way around the earth.
constexpr milliseconds longest_way{300};
// TCP_CLOSE of the kernel's net/tcp_states.h; the C library's header with it does not go with linux/tcp.h.
constexpr unsigned tcp_closed = 7;

struct Option {
    int level;
    int name;
    int value;
};
// A peer that vanished is found out within a minute while nobody talks to it, and within some ten seconds otherwise:
// long before a call's deadline, so that there is time for another attempt.
constexpr std::array options = {Option{IPPROTO_TCP, TCP_NODELAY, 1},   Option{SOL_SOCKET, SO_KEEPALIVE, 1},
                                Option{IPPROTO_TCP, TCP_KEEPIDLE, 30}, Option{IPPROTO_TCP, TCP_KEEPINTVL, 10},
                                Option{IPPROTO_TCP, TCP_KEEPCNT, 3},   Option{IPPROTO_TCP, TCP_USER_TIMEOUT, 10'000}};

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

}  // namespace

Socket::Socket(SocketRoll& roll, int descriptor)
    : roll_(roll),
      place_(roll.enlist(descriptor)),
      descriptor_(descriptor),
      receiving_{SO_RCVTIMEO},
      sending_{SO_SNDTIMEO} {
    for (const Option& option : options) {
        setsockopt(descriptor, option.level, option.name, &option.value, sizeof option.value);
    }
    const int flags = fcntl(descriptor, F_GETFL);
    if (flags >= 0) fcntl(descriptor, F_SETFL, flags & ~O_NONBLOCK);
}

// False: the deadline has passed. Half of what is left, so that the next request with as much time finds it fitting.
bool Socket::fit(Tick& tick) noexcept {
    const Clock::time_point looked = std::exchange(looked_, Clock::time_point());
    const auto now = looked == Clock::time_point() ? Clock::now() : looked;
    const auto left = std::chrono::ceil<milliseconds>(deadline_ - now);
    if (left <= milliseconds{0}) return false;
    const milliseconds wanted = std::min(longest_tick, left);
    if (tick.set <= wanted && tick.set * 8 > wanted) return true;
    const milliseconds next = left == wanted && left > milliseconds{10} ? left / 2 : wanted;
    const timeval time{next.count() / 1000, next.count() % 1000 * 1000};
    if (setsockopt(descriptor_, SOL_SOCKET, tick.option, &time, sizeof time) != 0) return false;
    tick.set = next;
    return true;
}

Moved Socket::ended(End end) noexcept {
    last_end_ = end;
    return {0, end};
}

Moved Socket::receive(char* bytes, std::size_t size) noexcept {
    for (;;) {
        if (waiting_ && !fit(receiving_)) return ended(End::Deadline);
        const ssize_t got = recv(descriptor_, bytes, size, waiting_ ? 0 : MSG_DONTWAIT);
        if (got > 0) return {static_cast<std::size_t>(got)};
        if (got == 0) return ended(End::Closed);
        if (errno == EINTR) continue;
        if (!would_block(errno)) return ended(End::Broken);
        if (!waiting_) return ended(End::WouldBlock);
    }
}

// What goes without waiting needs no time to be set.
Moved Socket::send(const char* bytes, std::size_t size) noexcept {
    for (;;) {
        const bool at_once = looked_ != Clock::time_point();
        if (waiting_ && (at_once ? looked_ >= deadline_ : !fit(sending_))) return ended(End::Deadline);
        const int flags = MSG_NOSIGNAL | (waiting_ && !at_once ? 0 : MSG_DONTWAIT);
        const ssize_t took = ::send(descriptor_, bytes, size, flags);
        if (took > 0) {
            sent_ += static_cast<std::uint64_t>(took);
            return {static_cast<std::size_t>(took)};
        }
        if (took < 0 && errno == EINTR) continue;
        if (took < 0 && !would_block(errno)) return ended(End::Broken);
        if (!waiting_) return ended(End::WouldBlock);
        looked_ = {};
    }
}

bool Socket::was_refused_after(std::uint64_t sent) const noexcept {
    // A reset alone proves nothing: it may follow on a request that was read and never acknowledged. An end in order
    // acknowledges all that had arrived before it.
    if (last_end_ == End::Broken || look() != End::Closed) return false;
    const auto left = std::chrono::ceil<milliseconds>(deadline_ - Clock::now());
    pollfd reset{descriptor_, 0, 0};  // no event but errors, which need no asking for
    poll(&reset, 1, static_cast<int>(std::clamp(left, milliseconds{0}, longest_way).count()));
    tcp_info info{};
    socklen_t size = sizeof info;
    if (getsockopt(descriptor_, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return false;
    // An old kernel does not count what was acknowledged.
    if (size < offsetof(tcp_info, tcpi_bytes_acked) + sizeof info.tcpi_bytes_acked) return false;
    // The opening of a connection counts as a byte of its own.
    return info.tcpi_state == tcp_closed && info.tcpi_bytes_acked <= sent + 1;
}

End Socket::look() const noexcept {
    char byte = 0;
    const ssize_t got = recv(descriptor_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (got > 0) return End::None;
    if (got == 0) return End::Closed;
    return would_block(errno) || errno == EINTR ? End::WouldBlock : End::Broken;
}

}  // namespace kvp11::transport
