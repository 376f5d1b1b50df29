// A slot on a partition as `kvp11 doctor` examines it. Nothing is changed; a login is made only with a PIN that was
// given for it, and before that the doctor sees that it is not locked.
#pragma once

#include "config/config.hpp"
#include "tools/doctor_finding.hpp"
#include "tools/doctor_remote.hpp"

namespace kvp11::tools {

SlotReport examine(const config::SlotConfiguration& slot, const config::PartitionSettings& settings,
                   const DoctorWishes& wishes);

}  // namespace kvp11::tools
