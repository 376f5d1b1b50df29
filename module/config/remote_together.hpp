// Which keys of a slot on a Managed HSM need or exclude one another. Pure.
#pragma once

#include "config/config.hpp"
#include "config/schema.hpp"

namespace kvp11::config {

/// `table` has been read into `settings`.
[[nodiscard]] Result<void> check_together(const Section& section, const Node& table,
                                          const ManagedHsmSettings& settings);

}  // namespace kvp11::config
