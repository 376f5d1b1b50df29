#include "store/write_turn.hpp"

#include <time.h>

#include <algorithm>

namespace kvp11::store {
namespace {

constexpr std::int64_t millisecond = 1'000'000;
constexpr std::int64_t patience = 10'000 * millisecond;
constexpr std::int64_t most_at_once = 1'000 * millisecond;
constexpr std::int64_t least_pause = millisecond / 2;
constexpr std::int64_t step_back = 2 * millisecond;      // longer than the longest pause
constexpr std::int64_t still_waiting = 5 * millisecond;  // who has asked this lately asks again soon

std::int64_t now() noexcept {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

void pause(std::int64_t nanoseconds) noexcept {
    const timespec time{0, nanoseconds};
    nanosleep(&time, nullptr);
}

}  // namespace

void WaitedTime::begin(std::int64_t time) noexcept {
    waited_ = 0;
    last_ = time;
}

bool WaitedTime::is_long_enough(std::int64_t time) noexcept {
    waited_ += std::clamp(time - last_, std::int64_t{0}, most_at_once);
    last_ = time;
    return waited_ >= patience;
}

// The clock's last digits keep those who wait from asking in step.
bool WriteTurn::wait(int attempt) noexcept {
    const std::int64_t time = now();
    if (attempt == 0) waited_.begin(time);
    if (waited_.is_long_enough(time)) return false;
    generation_.note_waiting(time);
    pause(least_pause + time % millisecond);
    return true;
}

void WriteTurn::yield() const noexcept {
    if (written_ == 0 || generation_.load() != written_) return;
    const std::int64_t since = now() - generation_.last_waiting();
    if (since >= 0 && since < still_waiting) pause(step_back);
}

}  // namespace kvp11::store
