// What `kvp11 doctor` prints, and with which exit code it ends. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "tools/doctor_finding.hpp"

namespace kvp11::tools {

/// A title per slot, a line per check, and below what did not go well a line on what to do.
std::string report_text(const std::vector<SlotReport>& reports);
/// One line.
std::string report_json(const std::vector<SlotReport>& reports);
/// The number of the first area that failed; 0 when none did.
int report_code(const std::vector<SlotReport>& reports);

/// The table of docs/remote.md.
std::string areas_markdown();

}  // namespace kvp11::tools
