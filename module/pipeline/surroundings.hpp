// Surroundings: what a call meets outside of the pipeline: time, chance and the wire. An interface, so that tests can
// play answers and let hours pass.
//
// Implementations may be used from any thread at once.
#pragma once

#include <chrono>
#include <span>
#include <vector>

#include "transport/transport.hpp"

namespace kvp11::pipeline {

using transport::Clock;

class Surroundings {
public:
    virtual ~Surroundings() = default;
    [[nodiscard]] virtual Clock::time_point now() const noexcept = 0;
    /// By the calendar, for a Retry-After that is a date.
    [[nodiscard]] virtual std::chrono::system_clock::time_point date() const noexcept = 0;
    /// On the calling thread, whatever signals the host gets meanwhile.
    virtual void wait_until(Clock::time_point moment) noexcept = 0;
    /// From 0 to below 1, another one each time.
    [[nodiscard]] virtual double chance() noexcept = 0;
    virtual transport::Outcome exchange(const transport::Endpoint& endpoint, const transport::Request& request,
                                        Clock::time_point deadline, transport::Timing* timing) = 0;
    virtual std::vector<transport::Outcome> exchange_many(const transport::Endpoint& endpoint,
                                                          std::span<const transport::Request> requests,
                                                          Clock::time_point deadline) = 0;
};

/// The real ones. `transport` outlives them.
class RealSurroundings final : public Surroundings {
public:
    explicit RealSurroundings(transport::Transport& transport) : transport_(transport) {}
    [[nodiscard]] Clock::time_point now() const noexcept override { return Clock::now(); }
    [[nodiscard]] std::chrono::system_clock::time_point date() const noexcept override {
        return std::chrono::system_clock::now();
    }
    void wait_until(Clock::time_point moment) noexcept override;
    [[nodiscard]] double chance() noexcept override;
    transport::Outcome exchange(const transport::Endpoint& endpoint, const transport::Request& request,
                                Clock::time_point deadline, transport::Timing* timing) override {
        return transport_.exchange(endpoint, request, deadline, timing);
    }
    std::vector<transport::Outcome> exchange_many(const transport::Endpoint& endpoint,
                                                  std::span<const transport::Request> requests,
                                                  Clock::time_point deadline) override {
        return transport_.exchange_many(endpoint, requests, deadline);
    }

private:
    transport::Transport& transport_;
};

}  // namespace kvp11::pipeline
