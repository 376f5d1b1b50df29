// Latency: a time that operations take longer, give or take. Thread-safe.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "kvp11/result.hpp"
#include "traffic/chance.hpp"

namespace kvp11::traffic {

class Latency {
public:
    /// One object of "latency". `where` is its place in the document.
    static Result<std::shared_ptr<Latency>> read(const boost::json::value& value, const std::string& where,
                                                 Chance chance);

    /// Nothing for an operation that is not meant.
    std::optional<std::chrono::milliseconds> next(std::string_view operation) noexcept;
    [[nodiscard]] std::uint64_t happened() const noexcept { return happened_; }

private:
    std::int64_t milliseconds_ = 0;
    std::int64_t jitter_ = 0;
    std::vector<std::string> operations_;  // empty: all
    Chance chance_;
    std::atomic<std::uint64_t> happened_{0};
};

}  // namespace kvp11::traffic
