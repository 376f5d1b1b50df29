// Clock: what time it is, so that tests and simulations can say. Thread-safe.
//
// KVP11_TEST_TIME_OFFSET=<seconds> in the environment, read once per process, moves the system's clock for
// the whole process, for tests of retention, expiry and rotation through real clients.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

namespace kvp11::host {

class Clock {
public:
    virtual ~Clock() = default;
    /// Seconds since 1970, UTC.
    [[nodiscard]] virtual std::int64_t now() const noexcept = 0;
};

/// The system's clock. Never null.
std::shared_ptr<const Clock> system_clock();

/// A clock that stands until it is moved.
class ManualClock final : public Clock {
public:
    explicit ManualClock(std::int64_t now) : now_(now) {}
    [[nodiscard]] std::int64_t now() const noexcept override { return now_; }
    void set(std::int64_t now) noexcept { now_ = now; }
    void advance(std::int64_t seconds) noexcept { now_ += seconds; }

private:
    std::atomic<std::int64_t> now_;
};

}  // namespace kvp11::host
