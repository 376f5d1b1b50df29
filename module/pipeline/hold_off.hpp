// HoldOff: what a refusal (429) of a service that is not paced means for everybody else. A call that has just begun
// would take what a call that waits was told to wait for; therefore all calls wait for the same moment, those of the
// user's other processes, too, and then those go first who were turned away most often.
//
// One moment for each member and quota, in the pace file. Thread-safe, without locks.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "pipeline/pace_file.hpp"
#include "pipeline/surroundings.hpp"

namespace kvp11::pipeline {

class HoldOff {
public:
    /// `members` by the names under which other processes know them, too. A file that cannot be used is a line in the
    /// log.
    HoldOff(const std::string& path, const std::vector<std::string>& members);

    /// The member refused: nobody asks it before `until`, which is believed for five minutes at most.
    void begin(std::size_t member, Weight weight, Clock::time_point until, Clock::time_point now) noexcept;
    /// When a call may ask that was turned away so often; `now` when nothing holds it off. `spread` is what all who
    /// wait take to come, one after the other; `chance` is from 0 to below 1.
    [[nodiscard]] Clock::time_point turn(std::size_t member, Weight weight, Clock::time_point now, unsigned turned_away,
                                         std::chrono::milliseconds spread, double chance) const noexcept;

private:
    PaceFile file_;
    std::vector<PaceLine*> lines_;  // by member; null: the file is full
};

}  // namespace kvp11::pipeline
