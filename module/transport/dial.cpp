#include "transport/dial.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <system_error>

namespace kvp11::transport {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds head_start{250};  // RFC 8305 §5

/// Never one of 0 to 2, where a host that has closed them would print into it.
int new_socket(int family) {
    const int made = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (made < 0 || made > STDERR_FILENO) return made;
    const int moved = fcntl(made, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    close(made);
    return moved;
}

class Race {
public:
    Race(const Addresses& addresses, Clock::time_point until) : addresses_(addresses), until_(until) {}
    Race(const Race&) = delete;
    Race& operator=(const Race&) = delete;
    ~Race() {
        for (const pollfd& runner : runners_) {
            if (runner.fd >= 0) close(runner.fd);
        }
    }

    std::variant<Dialled, NotDialled> run() {
        for (;;) {
            while (running_ == 0 && start_next()) {
            }
            if (running_ == 0) return NotDialled{true, std::generic_category().message(error_)};
            const auto now = Clock::now();
            if (now >= until_) return NotDialled{false, {}};
            const bool more = runners_.size() < addresses_.size();
            if (more && now >= next_start_) {
                start_next();
                continue;
            }
            if (const auto winner = wait(std::min(until_, more ? next_start_ : until_) - now)) return *winner;
        }
    }

private:
    // One runner per address that was started; its descriptor is -1 when it has given up.
    bool start_next() {
        if (runners_.size() == addresses_.size()) return false;
        const Address& address = addresses_[runners_.size()];
        next_start_ = Clock::now() + head_start;
        const auto* const to = reinterpret_cast<const sockaddr*>(&address.bytes);
        const int descriptor = new_socket(to->sa_family);
        const bool started =
            descriptor >= 0 && (connect(descriptor, to, address.size) == 0 || errno == EINPROGRESS || errno == EINTR);
        if (!started) error_ = errno;
        if (!started && descriptor >= 0) close(descriptor);
        runners_.push_back({started ? descriptor : -1, POLLOUT, 0});
        if (started) ++running_;
        return true;
    }

    std::optional<Dialled> wait(Clock::duration time) {
        const auto patience = std::min<long long>(std::chrono::ceil<milliseconds>(time).count(), INT_MAX);
        if (poll(runners_.data(), runners_.size(), static_cast<int>(patience)) <= 0) return std::nullopt;
        for (std::size_t i = 0; i < runners_.size(); ++i) {
            pollfd& runner = runners_[i];
            if (runner.fd < 0 || runner.revents == 0) continue;
            int error = 0;
            socklen_t size = sizeof error;
            if (getsockopt(runner.fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
            if (error == 0) return Dialled{std::exchange(runner.fd, -1), i};
            error_ = error;
            close(std::exchange(runner.fd, -1));
            --running_;
            next_start_ = Clock::now();
        }
        return std::nullopt;
    }

    const Addresses& addresses_;
    const Clock::time_point until_;
    Clock::time_point next_start_{};
    std::vector<pollfd> runners_;
    std::size_t running_ = 0;
    int error_ = EADDRNOTAVAIL;
};

}  // namespace

std::variant<Dialled, NotDialled> dial(const Addresses& addresses, Clock::time_point until) {
    return Race(addresses, until).run();
}

}  // namespace kvp11::transport
