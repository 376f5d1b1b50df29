// Roles and assignments as `kvp11 role` shows them: tables for people, JSON with the members of
// `az keyvault role` for programs. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "access/role.hpp"

namespace kvp11::tools {

/// An assignment with what a reader wants beside it.
struct NamedAssignment {
    access::RoleAssignment assignment;
    std::string role_name;
    std::string principal_name;  // "user", "so", "public" or empty
};

std::string definitions_table(const std::vector<access::RoleDefinition>& roles);
/// A role with its data actions, one a line.
std::string definition_text(const access::RoleDefinition& role);
std::string assignments_table(const std::vector<NamedAssignment>& assignments);

/// One line each: an array, or one object.
std::string definitions_json(const std::vector<access::RoleDefinition>& roles);
std::string definition_json(const access::RoleDefinition& role);
std::string assignments_json(const std::vector<NamedAssignment>& assignments);
std::string assignment_json(const NamedAssignment& assignment);

}  // namespace kvp11::tools
