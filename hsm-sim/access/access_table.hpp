// AccessTable: the custom roles and the assignments of one partition, and what they let a principal do.
//
// Deny is the default: what no assignment at the scope or above it allows is refused. A value; changed by its
// owner, then shared as an immutable snapshot. Reading is thread-safe.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "access/role.hpp"
#include "kvp11/bytes.hpp"
#include "kvp11/result.hpp"

namespace kvp11::access {

/// The service's limits.
inline constexpr std::size_t most_custom_roles = 50;
inline constexpr std::size_t most_assignments_at_root = 50;  // at "/" and "/keys" together
inline constexpr std::size_t most_assignments_at_key = 10;

class AccessTable {
public:
    /// Built-in roles first, then custom ones in the order of their ids.
    [[nodiscard]] std::vector<RoleDefinition> definitions() const;
    /// RoleDefinitionNotFound.
    [[nodiscard]] Result<RoleDefinition> definition(const std::string& id) const;
    /// Makes or replaces a custom role; ids are kept in lower case. RoleDefinitionInvalid: the id is no GUID or a
    /// built-in role's, the name is empty or another role's, or there are too many.
    Result<void> put_definition(const RoleDefinition& definition);
    /// RoleDefinitionNotFound; RoleDefinitionInvalid for a built-in one or one that is assigned.
    Result<void> remove_definition(const std::string& id);

    /// Assignments at exactly this scope; all of them for an empty one. In the order of their ids.
    [[nodiscard]] std::vector<RoleAssignment> assignments(const std::string& scope = {}) const;
    /// RoleAssignmentNotFound unless it is at this scope.
    [[nodiscard]] Result<RoleAssignment> assignment(const std::string& scope, const std::string& id) const;
    /// RoleAssignmentInvalid: no GUID, no such scope, an id that is taken, the same principal, role and scope again,
    /// an empty principal, or too many; RoleDefinitionNotFound.
    Result<void> assign(const RoleAssignment& assignment);
    Result<void> remove_assignment(const std::string& scope, const std::string& id);

    /// What `principal` may do with the key of this name; an empty name asks for "/keys", "/" for `at_root`.
    [[nodiscard]] bool permits(std::string_view principal, DataAction action, std::string_view key_name) const;
    /// For what is not about keys: assignments at "/" alone.
    [[nodiscard]] bool permits_at_root(std::string_view principal, DataAction action) const;

    /// Every change of a table makes it larger by one; decoding gives it back.
    [[nodiscard]] std::uint64_t revision() const noexcept { return revision_; }

    [[nodiscard]] Bytes encode() const;
    /// StoreDamaged for anything that encode() would not have written.
    static Result<AccessTable> decode(ByteView encoded);

private:
    std::uint64_t revision_ = 0;
    std::map<std::string, RoleDefinition> custom_;
    std::map<std::string, RoleAssignment> assignments_;
};

}  // namespace kvp11::access
