// Pacer: calls to a vault wait here, on their own thread, instead of being refused there (429).
//
// For each quota the processes of a user share one moment: when what was let through until now will have been worked
// off (the generic cell rate algorithm). A call moves it on by its weight and goes when it is less than a burst ahead.
// Burst and rate together stay within the limit in any 10 seconds. Thread-safe, without locks.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "pipeline/pace_file.hpp"
#include "pipeline/surroundings.hpp"

namespace kvp11::pipeline {

class Pacer {
public:
    /// `share` of the published limits, above 0 and at most 1. A file that cannot be used is a line in the log.
    Pacer(const std::string& path, std::string_view vault, double share);

    /// After how long a call of this weight may go, which is reserved for it; nothing, and nothing reserved, when that
    /// is longer than `most`.
    std::optional<std::chrono::nanoseconds> reserve(Weight weight, Clock::time_point now,
                                                    std::chrono::nanoseconds most) noexcept;
    /// The service refused all the same: others use the vault, too. Nobody goes before `until`.
    void hold_off(Weight weight, Clock::time_point until, Clock::time_point now) noexcept;

private:
    struct Rate {
        std::int64_t per_unit = 0;  // nanoseconds
        std::int64_t burst = 0;     // nanoseconds
    };
    static Rate rate_of(Quota quota, double share) noexcept;
    [[nodiscard]] std::int64_t believable(std::int64_t moment, std::int64_t now, const Rate& rate) const noexcept;

    PaceFile file_;
    PaceLine* line_;  // null: nothing can be paced
    Rate rates_[quotas];
};

}  // namespace kvp11::pipeline
