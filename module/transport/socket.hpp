// Socket: a connected TCP socket for blocking I/O that ends at a deadline.
//
// The hot path is one system call per transfer. The kernel wakes a waiting thread by SO_RCVTIMEO and SO_SNDTIMEO, which
// are set anew only when the time that is left has become shorter than they are, or far longer: a request that may take
// its usual thirty seconds sets nothing. Never raises SIGPIPE. One thread at a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "transport/socket_roll.hpp"
#include "transport/transport.hpp"

namespace kvp11::transport {

/// Why a transfer moved nothing.
enum class End : std::uint8_t {
    None,
    Deadline,
    WouldBlock,  // only where nobody waits
    Closed,      // the other side has said all it had to say
    Broken       // a reset, or an end that does not look like one
};

struct Moved {
    std::size_t bytes = 0;
    End end = End::None;
};

class Socket {
public:
    /// Takes a connected descriptor.
    Socket(SocketRoll& roll, int descriptor);
    ~Socket() { roll_.strike(place_); }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    /// `now`, of who has just looked, spares what follows a look of its own.
    void set_deadline(Clock::time_point deadline, Clock::time_point now = {}) noexcept {
        deadline_ = deadline;
        looked_ = now;
    }
    /// False: transfers say WouldBlock instead of waiting.
    void set_waiting(bool waiting) noexcept { waiting_ = waiting; }

    Moved receive(char* bytes, std::size_t size) noexcept;
    Moved send(const char* bytes, std::size_t size) noexcept;
    /// What ended the last transfer since clear_end(): OpenSSL does not pass it on.
    [[nodiscard]] End last_end() const noexcept { return last_end_; }
    void clear_end() noexcept { last_end_ = End::None; }
    /// For poll().
    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
    /// Bytes that the kernel took, ever.
    [[nodiscard]] std::uint64_t sent() const noexcept { return sent_; }
    /// The other side had closed the connection before a byte beyond the first `sent` ones came, and refused those.
    /// Waits a moment for the refusal, a reset, that may be on its way. False when there is no telling.
    [[nodiscard]] bool was_refused_after(std::uint64_t sent) const noexcept;
    /// False when the host has closed the descriptor, or uses its number for something else.
    [[nodiscard]] bool is_ours() const noexcept { return transport::is_ours(place_); }
    /// Without taking anything from the socket: WouldBlock when all is quiet.
    [[nodiscard]] End look() const noexcept;

private:
    struct Tick {
        int option;
        std::chrono::milliseconds set{0};
    };

    bool fit(Tick& tick) noexcept;
    Moved ended(End end) noexcept;

    SocketRoll& roll_;
    SocketRoll::Place& place_;
    const int descriptor_;
    Clock::time_point deadline_{};
    Clock::time_point looked_{};  // at the clock, with no waiting since; none: not known
    Tick receiving_;
    Tick sending_;
    std::uint64_t sent_ = 0;
    End last_end_ = End::None;
    bool waiting_ = true;
};

}  // namespace kvp11::transport
