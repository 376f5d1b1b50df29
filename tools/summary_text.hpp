// A partition's summary as `kvp11 hsm status` shows it: for people and for programs. Pure
// functions.
#pragma once

#include <string>

#include "partition/administration.hpp"
#include "partition/partition_settings.hpp"

namespace kvp11::tools {

/// `settings` are what the partition was opened with.
std::string summary_table(const partition::PartitionSummary& summary, const partition::PartitionSettings& settings);
/// One line of JSON; docs/security-domain.md names its members.
std::string summary_json(const partition::PartitionSummary& summary, const partition::PartitionSettings& settings);

}  // namespace kvp11::tools
