// From what the configuration says of a slot to what its partition is opened with: one place for the module and the
// kvp11 command. Pure functions.
#pragma once

#include "config/config.hpp"
#include "partition/partition_settings.hpp"

namespace kvp11 {

inline fips::Mode mode_of(config::Mode mode) {
    return mode == config::Mode::Approved ? fips::Mode::Approved : fips::Mode::All;
}

inline audit::Level level_of(config::AuditLevel level) {
    constexpr audit::Level levels[] = {audit::Level::Off, audit::Level::Management, audit::Level::All};
    return levels[static_cast<std::size_t>(level)];
}

inline partition::PartitionSettings settings_of(const config::PartitionSettings& slot) {
    partition::PartitionSettings settings;
    settings.path = slot.path.string();
    settings.group = slot.group;
    settings.kdf_cost = slot.kdf_cost.value_or(settings.kdf_cost);
    settings.mode = mode_of(slot.mode);
    settings.audit_level = level_of(slot.audit);
    return settings;
}

}  // namespace kvp11
