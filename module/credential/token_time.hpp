// When tokens end, in the forms in which issuers say it. Thread-safe functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "credential/token.hpp"

namespace kvp11::credential {

/// Seconds since 1970 from "1763820000", "2026-11-22T14:00:00[.fff]Z" (or with +hh:mm), and App Service's
/// "11/22/2026 14:00:00 +00:00" (also with AM and PM). Nothing for what is none of these, or not between 2001 and 2200.
std::optional<std::int64_t> epoch_of(std::string_view text) noexcept;
/// "2026-11-22 14:00:00.000000" in the machine's local time, as az writes it.
std::optional<std::int64_t> local_epoch_of(std::string_view text) noexcept;
/// The exp claim of a JWT, which is not verified: it is for the service to do so.
std::optional<std::int64_t> end_of_jwt(std::string_view token);

/// `expires` and `refresh_at` of a token got at `now`. `refresh_in` is what the issuer advises, 0 when it does not.
void set_times(Token& token, std::int64_t now, std::int64_t expires, std::int64_t refresh_in = 0) noexcept;

}  // namespace kvp11::credential
