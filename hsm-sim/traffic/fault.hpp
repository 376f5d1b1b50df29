// Fault: something that goes wrong on purpose, with some requests of an operation. Thread-safe.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string_view>

#include "host/clock.hpp"
#include "traffic/chance.hpp"
#include "traffic/fault_document.hpp"

namespace kvp11::traffic {

class Fault {
public:
    Fault(FaultDocument document, Chance chance);

    /// Counts the request when its operation is meant, and adds to its plan when it is struck.
    void apply(std::string_view operation, std::chrono::nanoseconds now, const host::Clock& clock, Plan& plan);
    /// How many requests it struck.
    [[nodiscard]] std::uint64_t happened() const noexcept { return happened_; }

private:
    bool strikes(std::string_view operation) noexcept;
    [[nodiscard]] bool is_chosen(std::int64_t count) const noexcept;
    void add_to(Plan& plan, const host::Clock& clock) const;

    const Choice choice_;
    const Effect effect_;
    const Chance chance_;
    std::atomic<std::int64_t> seen_{0};
    std::atomic<std::int64_t> struck_{0};
    std::atomic<std::int64_t> lost_until_{0};  // nanoseconds of the steady clock
    std::atomic<std::uint64_t> happened_{0};
};

}  // namespace kvp11::traffic
