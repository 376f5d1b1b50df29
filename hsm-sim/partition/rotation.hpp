// The arithmetic of rotation policies: periods, when a key is due, what a policy may say. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kvp11/key.hpp"
#include "kvp11/result.hpp"
#include "kvp11/rotation.hpp"

namespace kvp11::partition {

/// `time` (Unix seconds, UTC) and the period after it, or before it.
std::int64_t time_after(std::int64_t time, const Period& period);
std::int64_t time_before(std::int64_t time, const Period& period);

/// ISO 8601: P[nY][nM][nD], also P[n]W. RotationPolicyInvalid for anything else, times of day included.
Result<Period> parse_period(std::string_view text);
std::string format_period(const Period& period);

/// RotationPolicyInvalid as KeyLifeCycle::set_rotation_policy says.
Result<void> check_rotation_policy(const RotationPolicy& policy);
/// When the latest version is due for a new one; nothing without a policy that rotates, or when the trigger
/// counts from an expiry that the version does not have.
std::optional<std::int64_t> rotation_due_at(const KeyRecord& record);

}  // namespace kvp11::partition
