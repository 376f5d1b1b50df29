#include "pipeline/breaker.hpp"

#include <algorithm>

namespace kvp11::pipeline {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

std::int64_t ticks(Clock::time_point moment) noexcept {
    return std::max<std::int64_t>(1, nanoseconds(moment.time_since_epoch()).count());
}
std::int64_t ticks(milliseconds time) noexcept { return nanoseconds(time).count(); }

// Troubles that lie so far back say nothing of an outage now.
constexpr milliseconds memory = std::chrono::seconds(60);

}  // namespace

Passage Breaker::ask(Clock::time_point now) noexcept {
    std::int64_t until = open_until_.load(std::memory_order_relaxed);
    if (until == 0) return Passage::Free;
    if (ticks(now) < until) return Passage::Refused;
    // The next one may try after the first pause again, should this one never come back.
    const std::int64_t next = ticks(now) + ticks(settings_.first_open);
    return open_until_.compare_exchange_strong(until, next) ? Passage::Probe : Passage::Refused;
}

bool Breaker::succeeded() noexcept {
    // Written only when it changes something: all threads come by here at each call.
    if (troubles_.load(std::memory_order_relaxed) == 0) return false;
    troubles_.store(0, std::memory_order_relaxed);
    openings_.store(0, std::memory_order_relaxed);
    return open_until_.exchange(0) != 0;
}

std::int64_t Breaker::opening() noexcept {
    const unsigned before = std::min(openings_.fetch_add(1, std::memory_order_relaxed), 16U);
    return ticks(std::min(settings_.first_open * (1U << before), settings_.longest_open));
}

bool Breaker::troubled(Clock::time_point now, bool was_probe) noexcept {
    const std::int64_t moment = ticks(now);
    const std::int64_t last = last_trouble_.exchange(moment);
    if (moment - last > ticks(memory)) troubles_.store(0);
    const unsigned count = troubles_.fetch_add(1) + 1;
    if (count == 1) first_trouble_.store(moment);
    std::int64_t until = open_until_.load();
    if (until != 0) {
        // Late ones that began before it was opened prove nothing more.
        if (was_probe) open_until_.compare_exchange_strong(until, moment + opening());
        return false;
    }
    if (count < settings_.troubles || moment - first_trouble_.load() < ticks(settings_.quiet)) return false;
    return open_until_.compare_exchange_strong(until, moment + opening());
}

bool Breaker::wants_probe(Clock::time_point now) const noexcept {
    const std::int64_t until = open_until_.load(std::memory_order_relaxed);
    return until != 0 && ticks(now) >= until;
}

milliseconds Breaker::open_for(Clock::time_point now) const noexcept {
    const std::int64_t left = open_until_.load(std::memory_order_relaxed) - ticks(now);
    return std::chrono::ceil<milliseconds>(nanoseconds(std::max<std::int64_t>(0, left)));
}

}  // namespace kvp11::pipeline
