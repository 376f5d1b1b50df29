// RetryPolicy: what an answer or a trouble means for the call: whether it may be made again, how long that is worth
// while, and whether the member is to be counted as ill. One table; pure functions.
#pragma once

#include <chrono>

#include "pipeline/pipeline.hpp"

namespace kvp11::pipeline {

enum class Patience : std::uint8_t {
    None,      // not again: it would be the same, or it may have been done
    Attempts,  // so often as RetrySettings::most_attempts says: time alone may not mend it
    Deadline   // as long as there is time: it passes, or nothing was done yet
};

struct Verdict {
    Patience patience = Patience::None;
    bool is_trouble = false;  // counts against the member
    bool is_cheap = false;    // to ask again: there is nobody who would be burdened
};

/// `by_service`: the answer is the service's own and not that of something between us.
Verdict verdict_on(unsigned status, bool by_service, Repeat repeat) noexcept;
Verdict verdict_on(const transport::Trouble& trouble, Repeat repeat) noexcept;

/// How long to wait before the next attempt after `failures` (1 and up): with full jitter, doubled each time, and never
/// more than half of what is left, so that there is time for that attempt. `chance` is from 0 to below 1.
std::chrono::milliseconds back_off(const RetrySettings& settings, unsigned failures, std::chrono::milliseconds left,
                                   double chance) noexcept;
/// With shorter pauses: a server that is back is found within a second.
RetrySettings for_cheap(RetrySettings settings) noexcept;
/// The same for pauses that all callers make together.
RetrySettings for_shared(RetrySettings settings) noexcept;

}  // namespace kvp11::pipeline
