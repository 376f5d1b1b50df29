// The checks of `kvp11 doctor` that ask the service with a token.
#pragma once

#include "tools/doctor_remote.hpp"

namespace kvp11::tools {

Finding check_role(RemoteSlot& slot);
Finding check_key(RemoteSlot& slot);
Finding check_remote_mechanism(RemoteSlot& slot);
Finding check_members(RemoteSlot& slot);

}  // namespace kvp11::tools
