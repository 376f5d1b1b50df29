#include "pipeline/pacer.hpp"

#include <algorithm>
#include <cmath>

#include "log/log.hpp"

namespace kvp11::pipeline {
namespace {

using std::chrono::nanoseconds;

constexpr std::int64_t window = nanoseconds(std::chrono::seconds(10)).count();
// Nobody reserves so far ahead; a moment beyond is of an earlier boot, or somebody's nonsense.
constexpr std::int64_t furthest = nanoseconds(std::chrono::minutes(5)).count();

std::int64_t ticks(Clock::time_point moment) noexcept { return nanoseconds(moment.time_since_epoch()).count(); }

}  // namespace

Pacer::Pacer(const std::string& path, std::string_view vault, double share)
    : file_(PaceFile::open_or_private(path, log::Level::Warn)), line_(file_.line(vault)) {
    if (!line_) log::write(log::Level::Warn, "the pace file has no place for another vault: remove it");
    for (const Quota quota : {Quota::UseKey, Quota::CreateKey}) {
        rates_[static_cast<std::size_t>(quota)] = rate_of(quota, share);
    }
}

// A tenth of the limit at once, the rest evenly: together no 10 seconds hold more than the limit.
Pacer::Rate Pacer::rate_of(Quota quota, double share) noexcept {
    const double limit = std::max(2.0, limit_of(quota) * std::clamp(share, 0.001, 1.0));
    const double burst = std::max(1.0, std::floor(limit / 10));
    const double per_unit = static_cast<double>(window) / (limit - burst);
    return {static_cast<std::int64_t>(std::ceil(per_unit)), static_cast<std::int64_t>(per_unit * burst)};
}

std::int64_t Pacer::believable(std::int64_t moment, std::int64_t now, const Rate& rate) const noexcept {
    return moment > now + rate.burst + furthest ? now : std::max(moment, now);
}

std::optional<nanoseconds> Pacer::reserve(Weight weight, Clock::time_point now, nanoseconds most) noexcept {
    const WeightRow& row = row_of(weight);
    if (row.quota == Quota::None || !line_) return nanoseconds(0);
    const Rate& rate = rates_[static_cast<std::size_t>(row.quota)];
    auto& moment = line_->moments[static_cast<std::size_t>(row.quota)];
    const std::int64_t cost = rate.per_unit * row.units;
    // What weighs more than a burst goes when nothing else is ahead of it.
    const std::int64_t burst = std::max(rate.burst, cost);
    std::int64_t seen = moment.load(std::memory_order_relaxed);
    while (true) {
        const std::int64_t next = believable(seen, ticks(now), rate) + cost;
        const nanoseconds wait(std::max<std::int64_t>(0, next - burst - ticks(now)));
        if (wait > most) return {};
        if (moment.compare_exchange_weak(seen, next, std::memory_order_relaxed)) return wait;
    }
}

void Pacer::hold_off(Weight weight, Clock::time_point until, Clock::time_point now) noexcept {
    const WeightRow& row = row_of(weight);
    if (row.quota == Quota::None || !line_) return;
    const Rate& rate = rates_[static_cast<std::size_t>(row.quota)];
    auto& moment = line_->moments[static_cast<std::size_t>(row.quota)];
    const std::int64_t wanted = std::min(ticks(until), ticks(now) + furthest) + rate.burst;
    std::int64_t seen = moment.load(std::memory_order_relaxed);
    while (believable(seen, ticks(now), rate) < wanted) {
        if (moment.compare_exchange_weak(seen, wanted, std::memory_order_relaxed)) return;
    }
}

}  // namespace kvp11::pipeline
