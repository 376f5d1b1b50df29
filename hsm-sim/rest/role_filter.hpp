// RoleFilter: what ?$filter asks of a list of roles or assignments. A value.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/role.hpp"
#include "kvp11/result.hpp"

namespace kvp11::rest {

class RoleFilter {
public:
    /// Terms joined by "and": atScope(), "NAME eq VALUE" and assignedTo(VALUE), values in single quotes or not.
    /// ArgumentsBad for anything else. An empty text lets all through.
    static Result<RoleFilter> parse(std::string_view text);

    /// roleName and type; ArgumentsBad for a term that is not about definitions.
    [[nodiscard]] Result<bool> admits(const access::RoleDefinition& definition) const;
    /// principalId and roleDefinitionId.
    [[nodiscard]] Result<bool> admits(const access::RoleAssignment& assignment) const;

private:
    std::vector<std::pair<std::string, std::string>> terms_;  // name, value
};

}  // namespace kvp11::rest
