// Roles and who has them: values of local RBAC, and the built-in roles.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "access/data_action.hpp"

namespace kvp11::access {

/// `id` is a GUID in lower case. Custom roles have the same shape as built-in ones.
struct RoleDefinition {
    std::string id;
    std::string name;  // "Managed HSM Crypto User"
    std::string description;
    bool built_in = false;
    DataActions allowed;
    DataActions denied;  // notDataActions
    bool operator==(const RoleDefinition&) const = default;
};

/// `scope` is "/", "/keys" or "/keys/NAME"; NAME is compared without case.
struct RoleAssignment {
    std::string id;         // a GUID in lower case
    std::string principal;  // an object id, compared without case
    std::string role;       // RoleDefinition::id
    std::string scope;
    bool operator==(const RoleAssignment&) const = default;
};

/// Azure's, as recorded from a real Managed HSM (tests compare them with builtin-roles.json), and after them
/// three of ours, for what PKCS#11 has more: "kvp11 Token Public" (reads and public-key operations before login),
/// "kvp11 Token User" (gives extractable keys out) and "kvp11 Token Security Officer" (public objects).
std::span<const RoleDefinition> built_in_roles();

/// Ids of the roles that code names.
namespace role_id {
inline constexpr const char* administrator = "a290e904-7015-4bba-90c8-60543313cdb4";
inline constexpr const char* crypto_officer = "515eb02d-2335-4d2d-92f2-b1cbdf9c3778";
inline constexpr const char* crypto_user = "21dbd100-6940-42c2-9190-5d6cb909625b";
inline constexpr const char* release_user = "21dbd100-6940-42c2-9190-5d6cb909625c";
inline constexpr const char* token_public = "6b767031-3100-4000-8000-000000000001";
inline constexpr const char* token_user = "6b767031-3100-4000-8000-000000000002";
inline constexpr const char* token_security_officer = "6b767031-3100-4000-8000-000000000003";
}  // namespace role_id

}  // namespace kvp11::access
