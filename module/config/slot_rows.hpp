// The keys of `[log]` and of `[[slot]]`.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "config/config.hpp"
#include "config/schema.hpp"

namespace kvp11::config {

/// A slot while it is read: both backends' settings, of which `backend` says the valid one.
struct SlotDraft {
    std::uint32_t id = 0;
    std::string label;
    std::string backend = "partition";
    PartitionSettings partition;
    ManagedHsmSettings managed_hsm;
};

[[nodiscard]] std::span<const KeyRow<LogSettings>> log_rows();
[[nodiscard]] std::span<const KeyRow<SlotDraft>> slot_rows();

}  // namespace kvp11::config
