// What every audit record says of who asked and when. A pure function but for the clock.
#pragma once

#include <string>

#include "audit/audit_record.hpp"
#include "partition/partition_core.hpp"

namespace kvp11::partition {

/// A record without what was asked for and how it ended. It lives as long as the caller and `program`, which gets this
/// program's name where the caller says none.
audit::AuditEntry caller_record(const PartitionCore& core, const Caller& caller, std::string& program);

}  // namespace kvp11::partition
