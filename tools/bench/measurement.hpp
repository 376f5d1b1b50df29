// Slices: each target runs in its own forked process and waits for its turn; the processes take
// turns for a slice of time each, in an order that is flipped every round, so that drift of the
// machine meets all.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "target.hpp"

namespace kvp11::bench {

struct Plan {
    unsigned rounds;
    std::chrono::milliseconds slice;
};

// Operations per second, one number per round; empty with a reason when the target cannot do it.
struct Rates {
    std::vector<double> per_round;
    std::string failure;
};

using MakeTarget = std::function<std::unique_ptr<Target>()>;

// One element per target, in the order given. A null target gives empty rates.
std::vector<Rates> measure(const std::vector<MakeTarget>& targets, const Operation& operation, const Plan& plan);

// Runs the function in a forked process; gives what it threw, or an empty string.
std::string in_own_process(const std::function<void()>& function);

}  // namespace kvp11::bench
