// Times as PKCS#11 writes them. Between a key's times, exact to the second, and CKA_START_DATE and CKA_END_DATE, which
// are days of UTC. A key begins with its first day and ends after its last one. Pure functions.
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

/// The time now as CK_TOKEN_INFO's utcTime and a clock's CKA_VALUE have it: YYYYMMDDhhmmss00 in UTC, 16 bytes.
[[nodiscard]] Bytes time_now();

}  // namespace kvp11::token
