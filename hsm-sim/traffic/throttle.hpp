// Throttle: so many requests in any 10 seconds and no more; what is above is answered 429. Thread-safe.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

#include <boost/json.hpp>

#include "kvp11/result.hpp"
#include "traffic/published_limits.hpp"
#include "traffic/retry_after.hpp"

namespace kvp11::traffic {

/// The weights admitted in the last 10 seconds, in hundredths of a second. Thread-safe.
class RequestWindow {
public:
    /// Nothing: it fits and is counted. Else after how long it would fit, and it is not counted.
    std::optional<std::chrono::nanoseconds> enter(std::chrono::nanoseconds now, std::uint64_t weight,
                                                  std::uint64_t limit);

private:
    struct Slot {
        std::int64_t index;
        std::uint64_t weight;
    };

    std::mutex mutex_;
    std::deque<Slot> slots_;  // oldest first, none empty
    std::uint64_t sum_ = 0;   // of their weights
};

class Throttle {
public:
    /// "throttle": "published", or an object.
    static Result<std::shared_ptr<Throttle>> read(const boost::json::value& value);

    /// After how long to try again, when there were too many requests.
    std::optional<std::chrono::nanoseconds> enter(std::string_view operation, const KeySpec* spec,
                                                  std::chrono::nanoseconds now);
    [[nodiscard]] RetryAfterForm form() const noexcept { return form_; }
    [[nodiscard]] std::uint64_t refused() const noexcept { return refused_; }

private:
    std::optional<std::uint32_t> limit_;  // absent: the published ones
    RetryAfterForm form_ = RetryAfterForm::Seconds;
    std::array<RequestWindow, quotas> windows_;
    std::atomic<std::uint64_t> refused_{0};
};

}  // namespace kvp11::traffic
