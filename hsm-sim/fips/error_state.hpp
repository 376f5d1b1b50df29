// The error state of the module in this process: entered when a self-test, the integrity check, a pairwise test or
// a random-generator test fails, left by restart only. Thread-safe.
#pragma once

#include <string>

#include "fips/approved_mode.hpp"
#include "kvp11/result.hpp"

namespace kvp11::fips {

/// Enters it; the first reason stays.
void enter_error_state(const std::string& reason);
/// One memory read.
bool in_error_state() noexcept;
/// Success, or PartitionErrorState with the reason; runs the power-on self-tests and the integrity check first if
/// they have not run. In mode Approved an integrity that could not be checked is an error as well.
Result<void> require_operational(Mode mode = Mode::All);

}  // namespace kvp11::fips
