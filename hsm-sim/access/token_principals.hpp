// The principals that speak PKCS#11, and what they may do in a new partition. Thread-safe functions.
//
// PKCS#11 knows three callers: nobody logged in, the user, the security officer. Each is an object id, so that the
// same roles and assignments hold for them as for the callers of the REST server. docs/roles.md tells how to
// restrict them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "access/access_table.hpp"
#include "kvp11/backend.hpp"

namespace kvp11::access {

/// Nobody is logged in; the same for every token.
inline constexpr const char* public_principal = "00000000-0000-0000-0000-000000000000";

/// The object id of a token's user or security officer: a GUID that holds the serial (TokenStatus::serial, 16
/// hexadecimal digits; digits that are missing count as 0) and the role, so that it stays the same for the token's
/// life and differs from every other token's.
[[nodiscard]] std::string token_principal(std::string_view serial, Role role);

/// The assignments of a new partition, all at "/": Token Public for the public principal; Crypto User and Token
/// User for the user; Administrator, Crypto Officer and Token Security Officer for the security officer;
/// Administrator for each of `administrators` (object ids; repeated and empty ones are left out). The same input gives
/// the same table. RoleAssignmentInvalid for more of them than there may be assignments, or one that is too long.
[[nodiscard]] Result<AccessTable> default_table(std::string_view serial,
                                                const std::vector<std::string>& administrators);

}  // namespace kvp11::access
