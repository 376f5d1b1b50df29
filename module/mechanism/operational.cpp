// The module's error state as seen from operations: one per process, whatever the slot.
#include "fips/error_state.hpp"
#include "mechanism/operation.hpp"

namespace kvp11::mechanism {

Result<void> require_operational() { return fips::require_operational(); }

Result<void> still_operational() { return fips::in_error_state() ? fips::require_operational() : Result<void>(); }

}  // namespace kvp11::mechanism
