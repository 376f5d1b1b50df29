// Verbs about what is on the token: making and deleting pairs, telling what is there, wrong PINs.
#pragma once

#include "module/child/calls.hpp"

namespace kvp11::test::child {

/// churn SEED COUNT: makes COUNT pairs and deletes every third one, saying what was acknowledged:
/// `making ID`, `made ID`, `deleting ID`, `deleted ID`.
int churn(const std::vector<std::string>& arguments);
/// census: `pair ID` for each pair that signs and verifies, `half ID` for a lone half, `bad ID` otherwise.
int census(const std::vector<std::string>& arguments);
/// probe: how far a damaged token can be used; `step NAME CODE` for each step, `signs N` at the end.
int probe(const std::vector<std::string>& arguments);
/// wrong-pin TIMES [kill]: logs in wrongly, `code CKR_…` each time, and kills itself after the last.
int wrong_pin(const std::vector<std::string>& arguments);
/// right-pin: logs in once, `code CKR_…`.
int right_pin(const std::vector<std::string>& arguments);

}  // namespace kvp11::test::child
