// The checks of `kvp11 doctor` that look at what a slot on a Managed HSM keeps on this machine.
#pragma once

#include "tools/doctor_remote.hpp"

namespace kvp11::tools {

Finding check_cache(RemoteSlot& slot);
Finding check_pace(RemoteSlot& slot);
Finding check_records(RemoteSlot& slot);

}  // namespace kvp11::tools
