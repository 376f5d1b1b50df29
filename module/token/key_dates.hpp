// Between a key's times, exact to the second, and CKA_START_DATE and CKA_END_DATE, which are days of UTC.
// A key begins with its first day and ends after its last one. Pure functions.
#pragma once

#include <cstdint>
#include <optional>

#include "kvp11/bytes.hpp"

namespace kvp11::token {

/// Whether these are eight digits that name a day, or nothing.
[[nodiscard]] bool is_date(ByteView date) noexcept;

/// The day on which a key with this not-before time begins; empty without one.
[[nodiscard]] Bytes start_date(const std::optional<std::int64_t>& not_before);
/// The last day on which a key with this expiry can be used.
[[nodiscard]] Bytes end_date(const std::optional<std::int64_t>& expires);

/// What a CK_DATE (is_date) makes of the time that the key had: the same when it is of that day.
[[nodiscard]] std::optional<std::int64_t> started(const std::optional<std::int64_t>& not_before, ByteView date);
[[nodiscard]] std::optional<std::int64_t> ended(const std::optional<std::int64_t>& expires, ByteView date);

}  // namespace kvp11::token
