// The settings that the service lists, as one value of the store: those that were changed. Pure functions.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "kvp11/bytes.hpp"
#include "kvp11/result.hpp"
#include "partition/administration.hpp"

namespace kvp11::partition {

/// Values by the settings' own names.
using ChangedSettings = std::map<std::string, std::string>;

/// All settings, changed or not.
std::vector<Setting> settings_with(const ChangedSettings& changed);
/// The setting of this name, in any case, with this value. KeyNotFound, ArgumentsBad.
Result<Setting> setting_changed_to(const std::string& name, const std::string& value);

Bytes encode_settings(const ChangedSettings& changed);
/// Nothing stands for none. StoreDamaged for anything that encode_settings would not have written.
Result<ChangedSettings> decode_settings(ByteView encoded);

}  // namespace kvp11::partition
