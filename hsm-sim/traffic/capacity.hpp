// Capacity: an HSM that is as fast as a published one: requests wait for their turn, and too long a queue answers
// 429. Thread-safe, without locks.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>

#include <boost/json.hpp>

#include "kvp11/result.hpp"
#include "traffic/published_limits.hpp"

namespace kvp11::traffic {

class Capacity {
public:
    /// "profile": a name, or an object.
    static Result<std::shared_ptr<Capacity>> read(const boost::json::value& value);

    /// How long a request waits for its turn, or that it is not taken and after how long it would be.
    struct Turn {
        bool taken = true;
        std::chrono::nanoseconds wait{0};
    };
    Turn enter(std::string_view operation, const KeySpec* spec, std::chrono::nanoseconds now) noexcept;

    [[nodiscard]] std::uint64_t paced() const noexcept { return paced_; }
    [[nodiscard]] std::uint64_t refused() const noexcept { return refused_; }

private:
    std::chrono::nanoseconds longest_queue_ = std::chrono::seconds(5);
    std::array<std::atomic<std::int64_t>, lanes> busy_until_{};
    std::atomic<std::uint64_t> paced_{0};
    std::atomic<std::uint64_t> refused_{0};
};

}  // namespace kvp11::traffic
