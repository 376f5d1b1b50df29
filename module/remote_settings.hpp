// From what the configuration says of a slot on a Managed HSM to what its rooms are opened with: one place for the
// module and the kvp11 command.
#pragma once

#include "config/config.hpp"
#include "kvp11/result.hpp"
#include "managed_hsm/settings.hpp"
#include "records/record_keeper.hpp"

namespace kvp11 {

/// What the configuration leaves out has the default of the room that uses it. Pure.
[[nodiscard]] managed_hsm::Settings remote_settings_of(const config::SlotConfiguration& slot,
                                                       const config::ManagedHsmSettings& settings);

/// Reads the environment for the place of the file. ConfigurationInvalid when there is no home folder for it.
[[nodiscard]] Result<records::RecordSettings> record_settings_of(const config::ManagedHsmSettings& settings);

}  // namespace kvp11
