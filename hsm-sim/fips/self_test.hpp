// Power-on self-tests: published vectors through the same crypto room that serves the keys, run once per
// process at the first use of cryptography. A failure enters the error state (error_state.hpp). Thread-safe.
//
// KVP11_TEST_SELF_TEST_FAIL=<algorithm> in the environment makes that row fail, =1 the first one, for the
// tests of that state.
#pragma once

#include <string>
#include <vector>

namespace kvp11::fips {

struct SelfTestResult {
    std::string algorithm;
    bool passed = false;
    std::string source;  // of its vector
};

/// Runs them now if they have not run yet.
const std::vector<SelfTestResult>& self_test_results();

}  // namespace kvp11::fips
