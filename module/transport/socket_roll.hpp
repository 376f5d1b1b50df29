// SocketRoll: the sockets that a process has open, so that a forked child can let go of them.
//
// A list without locks that only grows: a child finds it whole, whatever another thread was doing at the fork. A number
// alone does not say what is behind it, because hosts close descriptors that they do not know and use the numbers
// again: each place remembers which socket it was. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>

namespace kvp11::transport {

class SocketRoll {
public:
    struct Place {
        std::atomic<int> descriptor{-1};
        std::uint64_t inode = 0;
        std::atomic<bool> taken{true};
        Place* next = nullptr;
    };

    SocketRoll() = default;
    SocketRoll(const SocketRoll&) = delete;
    SocketRoll& operator=(const SocketRoll&) = delete;
    ~SocketRoll();

    /// The place owns the descriptor from now on.
    Place& enlist(int descriptor);
    /// Closes it.
    void strike(Place& place) noexcept;
    /// Closes all that an ancestor had open; for its roll, after a fork.
    void abandon() noexcept;

    [[nodiscard]] std::size_t open() const noexcept { return open_.load(std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t made() const noexcept { return made_.load(std::memory_order_relaxed); }

private:
    Place& free_place();

    std::atomic<Place*> places_{nullptr};
    std::atomic<std::size_t> open_{0};
    std::atomic<std::uint64_t> made_{0};
};

/// Whether the descriptor is still the socket that it was.
[[nodiscard]] bool is_ours(const SocketRoll::Place& place) noexcept;

}  // namespace kvp11::transport
