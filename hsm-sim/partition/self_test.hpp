// Power-on self-tests: published vectors through the same crypto room that serves the keys, run once per
// process at the first use of cryptography. A failure puts every partition of the process into its
// error state until restart. Thread-safe.
//
// KVP11_TEST_SELF_TEST_FAIL=1 in the environment makes the first test fail, for the tests of that state.
#pragma once

#include <string>
#include <vector>

#include "kvp11/result.hpp"

namespace kvp11::partition {

struct SelfTestResult {
    std::string algorithm;
    bool passed = false;
};

/// Runs them now if they have not run yet.
const std::vector<SelfTestResult>& self_test_results();
/// Success, or PartitionErrorState with the name of what failed.
Result<void> require_self_tests();
/// Whether they ran and failed; runs nothing.
bool self_tests_have_failed() noexcept;

}  // namespace kvp11::partition
