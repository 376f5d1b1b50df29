// What every audit record says of who asked and when. A pure function but for the clock.
#pragma once

#include "audit/audit_record.hpp"
#include "partition/partition_core.hpp"

namespace kvp11::partition {

/// A record without what was asked for and how it ended.
audit::AuditRecord caller_record(const PartitionCore& core, const Caller& caller);

}  // namespace kvp11::partition
