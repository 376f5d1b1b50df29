#include "pipeline/hold_off.hpp"

#include <algorithm>

namespace kvp11::pipeline {
namespace {

using std::chrono::nanoseconds;

// A moment beyond is of an earlier boot, or somebody's nonsense.
constexpr std::int64_t furthest = nanoseconds(std::chrono::minutes(5)).count();
// More halves of the spread than this nobody can tell apart.
constexpr unsigned most_halves = 8;

std::int64_t ticks(Clock::time_point moment) noexcept { return nanoseconds(moment.time_since_epoch()).count(); }

}  // namespace

HoldOff::HoldOff(const std::string& path, const std::vector<std::string>& members)
    : file_(PaceFile::open_or_private(path, log::Level::Info)) {
    lines_.reserve(members.size());
    // Not the line by which a slot with `pace` keeps the limits of a vault of this name: its moments mean something
    // else.
    for (const std::string& member : members) lines_.push_back(file_.line("refused by " + member));
}

void HoldOff::begin(std::size_t member, Weight weight, Clock::time_point until, Clock::time_point now) noexcept {
    if (!lines_[member]) return;
    auto& moment = lines_[member]->moments[static_cast<std::size_t>(row_of(weight).quota)];
    const std::int64_t wanted = std::min(ticks(until), ticks(now) + furthest);
    std::int64_t seen = moment.load(std::memory_order_relaxed);
    while (seen < wanted || seen > ticks(now) + furthest) {
        if (moment.compare_exchange_weak(seen, wanted, std::memory_order_relaxed)) return;
    }
}

// Each time that a call was turned away halves its way: [1/4, 1/2) of the spread for the first time, [1/8, 1/4) for the
// second. Who was not turned away yet comes after all of them.
Clock::time_point HoldOff::turn(std::size_t member, Weight weight, Clock::time_point now, unsigned turned_away,
                                std::chrono::milliseconds spread, double chance) const noexcept {
    if (!lines_[member]) return now;
    const auto& moment = lines_[member]->moments[static_cast<std::size_t>(row_of(weight).quota)];
    const std::int64_t until = moment.load(std::memory_order_relaxed);
    if (until <= ticks(now) || until > ticks(now) + furthest) return now;
    const double way = (1 + chance) / static_cast<double>(2U << std::min(turned_away, most_halves));
    const nanoseconds later(static_cast<std::int64_t>(static_cast<double>(nanoseconds(spread).count()) * way));
    return now + std::chrono::duration_cast<Clock::duration>(nanoseconds(until - ticks(now)) + later);
}

}  // namespace kvp11::pipeline
