#include "pipeline/surroundings.hpp"

#include <time.h>

#include <cerrno>

#include "pipeline/request_id.hpp"

namespace kvp11::pipeline {

// steady_clock is CLOCK_MONOTONIC, also in libc++.
void RealSurroundings::wait_until(Clock::time_point moment) noexcept {
    using namespace std::chrono;
    const nanoseconds since_start = moment.time_since_epoch();
    if (since_start.count() <= 0) return;
    const auto whole = duration_cast<seconds>(since_start);
    const timespec until{static_cast<time_t>(whole.count()), static_cast<long>((since_start - whole).count())};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) == EINTR) {
    }
}

double RealSurroundings::chance() noexcept {
    constexpr double steps = 1ULL << 53U;
    return static_cast<double>(scattered_number() >> 11U) / steps;
}

}  // namespace kvp11::pipeline
