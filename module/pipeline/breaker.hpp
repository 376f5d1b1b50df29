// Breaker: whether asking is worth while. After several troubles in a row, and none but troubles for a while, it is
// open: nobody asks for a time that grows from one opening to the next. Then one call at a time may try; the first
// success closes it again.
//
// Thread-safe without locks; a child of fork goes on with what is known.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "transport/transport.hpp"

namespace kvp11::pipeline {

using transport::Clock;

struct BreakerSettings {
    unsigned troubles = 3;               // in a row
    std::chrono::milliseconds quiet{0};  // so long without a success, too: a service that starts anew is waited for
    std::chrono::milliseconds first_open{1'000};
    std::chrono::milliseconds longest_open{30'000};
};

enum class Passage : std::uint8_t { Free, Probe, Refused };

class Breaker {
public:
    explicit Breaker(const BreakerSettings& settings = {}) : settings_(settings) {}

    /// Before an attempt. Probe: the caller is the one that tries, and says with it what it found.
    Passage ask(Clock::time_point now) noexcept;
    /// True: it was open, and is closed by this.
    bool succeeded() noexcept;
    /// True: it was closed, and is open by this.
    bool troubled(Clock::time_point now, bool was_probe) noexcept;

    [[nodiscard]] bool is_open() const noexcept { return open_until_.load(std::memory_order_relaxed) != 0; }
    /// Somebody may try: it is open, and its time is over.
    [[nodiscard]] bool wants_probe(Clock::time_point now) const noexcept;
    [[nodiscard]] std::chrono::milliseconds open_for(Clock::time_point now) const noexcept;

private:
    [[nodiscard]] std::int64_t opening() noexcept;

    BreakerSettings settings_;
    // Times are those of the steady clock in nanoseconds; 0: none.
    std::atomic<std::int64_t> open_until_{0};
    std::atomic<std::int64_t> first_trouble_{0};
    std::atomic<std::int64_t> last_trouble_{0};
    std::atomic<unsigned> troubles_{0};
    std::atomic<unsigned> openings_{0};
};

}  // namespace kvp11::pipeline
