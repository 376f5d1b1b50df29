// Verbs about the module's error state.
#pragma once

#include "module/child/calls.hpp"

namespace kvp11::test::child {

/// Begins operations, generates a pair that fails its test (KVP11_TEST_PAIRWISE_FAIL=1), goes on with each: lines
/// `after CALL CODE`.
int go_on_after_error(const std::vector<std::string>&);
/// Draws random bytes twice, then does what probe does.
int draw_and_probe(const std::vector<std::string>& arguments);

}  // namespace kvp11::test::child
