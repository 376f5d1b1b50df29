// ManagedHsm: a Backend whose keys are in an Azure Managed HSM or Key Vault (or behind hsm-sim's server), used over
// REST.
//
// Every object pins its version in every call. Public-key operations run locally. What the service cannot do is refused
// when an operation is prepared, not when it runs. Private and secret halves never leave: expose_material() is
// AttributeSensitive or KeyUnextractable, and the log says what is possible instead.
//
// Owns pipeline and directory. Every method may be called from any thread; methods that ask the service block until
// their deadline and hold no lock meanwhile. Errors beside the seam's: DeviceRemoved while the circuit breaker is open.
#pragma once

#include <memory>

#include "kvp11/backend.hpp"
#include "managed_hsm/settings.hpp"

namespace kvp11::managed_hsm {

/// Opens without a request: a service that cannot be reached is no reason that a host does not start.
Result<std::unique_ptr<Backend>> open_managed_hsm(Settings settings);

}  // namespace kvp11::managed_hsm
