// A partition's summary as `kvp11 hsm status` shows it: for people and for programs. Pure
// functions.
#pragma once

#include <string>

#include "partition/administration.hpp"

namespace kvp11::tools {

std::string summary_table(const partition::PartitionSummary& summary);
/// One line of JSON; docs/security-domain.md names its members.
std::string summary_json(const partition::PartitionSummary& summary);

}  // namespace kvp11::tools
