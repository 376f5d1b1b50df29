// What the one who opens a partition says of it. A value.
#pragma once

#include <memory>
#include <string>

#include "audit/audit_record.hpp"
#include "fips/approved_mode.hpp"
#include "host/clock.hpp"
#include "partition/role_credential.hpp"

namespace kvp11::partition {

struct PartitionSettings {
    std::string path;
    std::string group;  // of a partition that initialise() makes
    unsigned kdf_cost = default_kdf_cost;
    audit::Level audit_level = audit::Level::Management;
    /// For a server: records wait for settle_audit(), which it calls before it answers, and seals for tend_audit(),
    /// which it calls every second. So many requests share a turn at the log, and none waits for the disk.
    bool audit_gathers = false;
    fips::Mode mode = fips::Mode::All;
    std::shared_ptr<const host::Clock> clock = host::system_clock();
    /// Of a partition in memory: how long it keeps deleted keys, 0 or 7 to 90.
    std::uint32_t memory_retention_days = 0;
};

}  // namespace kvp11::partition
