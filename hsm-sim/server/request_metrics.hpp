// RequestMetrics: how many requests of each operation there were, with what outcome, and how long they took.
//
// Every thread counts in one of a few shards, so that counting is an addition to memory that no other thread is
// writing; readers add the shards up. Thread-safe, lock-free.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "rest/observer.hpp"

namespace kvp11::server {

class Exposition;

class RequestMetrics final : public rest::Observer {
public:
    RequestMetrics();
    void observed(const rest::Observation& observation) noexcept override {
        count(observation.operation, observation.response.status, observation.duration);
    }
    /// An operation that is not known is counted as "Unknown".
    void count(std::string_view operation, unsigned status, std::chrono::microseconds duration) noexcept;

    [[nodiscard]] std::uint64_t requests() const noexcept;
    /// hsm_sim_request_duration_seconds by operation and class of status: a histogram, whose _count is the number of
    /// requests.
    void write(Exposition& exposition) const;

    /// For requests of the test authority and of its attestation service, which are no operations of the HSM.
    static constexpr std::string_view authority = "Authority";

private:
    static constexpr std::size_t classes = 5;  // 1xx to 5xx
    static constexpr std::size_t shards = 16;
    static constexpr std::array<std::uint32_t, 15> bounds_us = {50,      100,     250,     500,       1'000,
                                                                2'500,   5'000,   10'000,  25'000,    50'000,
                                                                100'000, 250'000, 500'000, 1'000'000, 5'000'000};
    struct Histogram {
        std::array<std::atomic<std::uint64_t>, bounds_us.size() + 1> buckets{};  // the last: longer than all bounds
        std::atomic<std::uint64_t> sum_us{0};
    };
    struct alignas(64) Shard {
        std::unique_ptr<Histogram[]> histograms;  // by operation, then class
    };

    [[nodiscard]] std::size_t index_of(std::string_view operation) const noexcept;
    void write_histogram(Exposition& exposition, std::size_t operation, std::size_t status_class) const;

    std::vector<std::string_view> names_;  // sorted
    std::array<Shard, shards> shards_;
};

}  // namespace kvp11::server
