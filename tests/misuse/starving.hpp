// Calls that run again and again, each time with another allocation failing.
#pragma once

#include <functional>
#include <string>

#include "misuse/desk.hpp"
#include "misuse/failing_memory.hpp"

namespace kvp11::test {

/// What may come of a call whose memory ends, besides what comes of it else.
bool is_fitting(CK_RV code);

/// `run` after `begin` and Desk::right(), until it needs no allocation that has not failed yet. Each code is recorded,
/// and checked to be fitting, or `otherwise`. In a child, for a crash is a finding too, and states that a failure may
/// leave are not for the next call.
void starve_in_child(Desk& desk, const std::string& name, const std::function<void()>& begin,
                     const std::function<CK_RV()>& run, CK_RV otherwise = CKR_OK);

}  // namespace kvp11::test
