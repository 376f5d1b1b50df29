// Where SoftHSM2 2.6.1 departs from the standard or the published result, vector by vector.
#pragma once

#include <string>

namespace kvp11::test {

/// True when the vector is known to fail on SoftHSM2 for a reason that is its own.
bool is_reference_defect(const std::string& file, const std::string& id);

}  // namespace kvp11::test
