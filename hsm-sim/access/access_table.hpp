// AccessTable: the custom roles and the assignments of one partition, and what they let a principal do.
//
// Deny is the default: what no assignment at the scope or above it allows is refused. A value; changed by its
// owner, then shared as an immutable snapshot. Reading is thread-safe. A change costs time with the number of
// assignments, so that permits() does not.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "access/effective_rights.hpp"
#include "access/role.hpp"
#include "kvp11/bytes.hpp"
#include "kvp11/result.hpp"

namespace kvp11::access {

/// The service's limits.
inline constexpr std::size_t most_custom_roles = 50;
inline constexpr std::size_t most_assignments_at_root = 50;  // at "/" and "/keys" together
inline constexpr std::size_t most_assignments_at_key = 10;
// Ours, in bytes.
inline constexpr std::size_t longest_role_name = 512;
inline constexpr std::size_t longest_description = 2048;
inline constexpr std::size_t longest_principal = 256;

class AccessTable {
public:
    /// Built-in roles first, then custom ones in the order of their ids.
    [[nodiscard]] std::vector<RoleDefinition> definitions() const;
    /// RoleDefinitionNotFound.
    [[nodiscard]] Result<RoleDefinition> definition(const std::string& id) const;
    /// Makes or replaces a custom role; ids are kept in lower case. RoleDefinitionInvalid: the id is no GUID or a
    /// built-in role's, the name is empty or another role's (without regard to case), or there are too many.
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
    /// RoleAssignmentNotFound unless it is at this scope.
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
    [[nodiscard]] const RoleDefinition* role(const std::string& folded_id) const;
    // The same as it is kept, when it may be added; but for check_bonds().
    [[nodiscard]] Result<RoleDefinition> checked(const RoleDefinition& wanted) const;
    [[nodiscard]] Result<RoleAssignment> checked(const RoleAssignment& wanted) const;
    [[nodiscard]] Result<void> check_bonds() const;
    void changed();
    void sum_up_rights();
    static Result<AccessTable> read(ByteView encoded);

    std::uint64_t revision_ = 0;
    std::map<std::string, RoleDefinition> custom_;
    std::map<std::string, RoleAssignment> assignments_;
    EffectiveRights rights_;  // follows from the two
};

}  // namespace kvp11::access
