// When a key gets a new version by itself: values, without code to speak of. Copyable, thread-safe as such.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace kvp11 {

/// A calendar period, as ISO 8601 writes P1Y6M or P90D. Added to a time as calendars do: years and months
/// first (the day is cut to the month's last), then days.
struct Period {
    std::uint32_t years = 0;
    std::uint32_t months = 0;
    std::uint32_t days = 0;
    bool operator==(const Period&) const = default;
};

enum class LifetimeActionType : std::uint8_t { Rotate, Notify };

/// Exactly one of the two triggers is set.
struct LifetimeAction {
    LifetimeActionType type = LifetimeActionType::Rotate;
    std::optional<Period> time_after_create;
    std::optional<Period> time_before_expiry;
    bool operator==(const LifetimeAction&) const = default;
};

/// Belongs to a key's name, not to a version.
struct RotationPolicy {
    std::vector<LifetimeAction> actions;
    std::optional<Period> expiry_time;  // of every version that a rotation makes, counted from its creation
    std::int64_t created = 0;           // Unix seconds
    std::int64_t updated = 0;
    bool operator==(const RotationPolicy&) const = default;
};

}  // namespace kvp11
