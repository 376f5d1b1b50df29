// The keys of `[log]` and of `[[slot]]`.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

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

[[nodiscard]] std::vector<KeyRow<LogSettings>> log_rows();
/// Of every slot, of one on a partition, and of one on a Managed HSM.
[[nodiscard]] std::vector<KeyRow<SlotDraft>> slot_rows();
[[nodiscard]] std::span<const KeyRow<SlotDraft>> managed_hsm_rows();

/// The value of an enumeration whose names stand in its order.
template <class Enumeration>
Enumeration position(std::span<const std::string_view> names, std::string_view name) {
    return static_cast<Enumeration>(std::find(names.begin(), names.end(), name) - names.begin());
}

/// The kinds of a slot, as `backend` names them.
inline constexpr std::string_view partition_kind = "partition";
inline constexpr std::string_view managed_hsm_kind = "managed-hsm";

}  // namespace kvp11::config
