#include "access/access_table.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "access/guid.hpp"
#include "store/folded_name.hpp"

namespace kvp11::access {
namespace {

using store::folded_name;

const RoleDefinition* built_in_role(std::string_view id) {
    for (const RoleDefinition& role : built_in_roles()) {
        if (role.id == id) return &role;
    }
    return nullptr;
}

bool is_built_in_name(std::string_view name) {
    const auto roles = built_in_roles();
    return std::any_of(roles.begin(), roles.end(), [&](const auto& role) { return same_folded(role.name, name); });
}

Failure invalid_role(std::string message) { return fail(Errc::RoleDefinitionInvalid, std::move(message)); }
Failure invalid_assignment(std::string message) { return fail(Errc::RoleAssignmentInvalid, std::move(message)); }

/// The service's own sentence, which the REST server passes on.
Failure built_in_is_fixed() {
    return invalid_role("Cannot re-use the name/GUID matching that of a built-in role. Please use a unique role ID.");
}

Failure no_such_role(const std::string& id) {
    return fail(Errc::RoleDefinitionNotFound, "there is no role definition '" + id + "'");
}
Failure no_such_assignment(const std::string& scope, const std::string& id) {
    return fail(Errc::RoleAssignmentNotFound, "there is no role assignment '" + id + "' at '" + scope + "'");
}

std::string size_text(std::size_t size) { return std::to_string(size) + " bytes"; }

}  // namespace

const RoleDefinition* AccessTable::role(const std::string& folded_id) const {
    if (const RoleDefinition* built_in = built_in_role(folded_id)) return built_in;
    const auto found = custom_.find(folded_id);
    return found == custom_.end() ? nullptr : &found->second;
}

std::vector<RoleDefinition> AccessTable::definitions() const {
    const auto built_in = built_in_roles();
    std::vector<RoleDefinition> all(built_in.begin(), built_in.end());
    for (const auto& [id, definition] : custom_) all.push_back(definition);
    return all;
}

Result<RoleDefinition> AccessTable::definition(const std::string& id) const {
    const RoleDefinition* found = role(folded_name(id));
    if (found == nullptr) return no_such_role(id);
    return *found;
}

Result<RoleDefinition> AccessTable::checked(const RoleDefinition& wanted) const {
    RoleDefinition kept = wanted;
    kept.id = folded_name(wanted.id);
    kept.built_in = false;
    if (!is_guid(wanted.id)) return invalid_role("got the role definition id '" + wanted.id + "', want a GUID");
    if (built_in_role(kept.id) != nullptr || is_built_in_name(wanted.name)) return built_in_is_fixed();
    if (wanted.name.empty() || wanted.name.size() > longest_role_name) {
        return invalid_role("got a role name of " + size_text(wanted.name.size()) + ", want 1 to " +
                            std::to_string(longest_role_name));
    }
    if (wanted.description.size() > longest_description) {
        return invalid_role("got a role description of " + size_text(wanted.description.size()) + ", want at most " +
                            std::to_string(longest_description));
    }
    for (const auto& [id, other] : custom_) {
        if (id != kept.id && same_folded(other.name, kept.name)) {
            return invalid_role("the role definition " + id + " has the name '" + other.name + "' already");
        }
    }
    if (custom_.size() >= most_custom_roles && !custom_.contains(kept.id)) {
        return invalid_role("there are " + std::to_string(most_custom_roles) + " custom roles, the most there may be");
    }
    return kept;
}

Result<void> AccessTable::put_definition(const RoleDefinition& definition) {
    RoleDefinition kept = TRY(checked(definition));
    const std::string id = kept.id;
    custom_[id] = std::move(kept);
    changed();
    return {};
}

Result<void> AccessTable::remove_definition(const std::string& id) {
    const std::string folded_id = folded_name(id);
    if (built_in_role(folded_id) != nullptr) return built_in_is_fixed();
    const auto found = custom_.find(folded_id);
    if (found == custom_.end()) return no_such_role(id);
    const auto uses = std::count_if(assignments_.begin(), assignments_.end(),
                                    [&](const auto& entry) { return entry.second.role == folded_id; });
    if (uses != 0) {
        return invalid_role("the role '" + found->second.name + "' is assigned " + std::to_string(uses) +
                            " times: remove these assignments first");
    }
    custom_.erase(found);
    changed();
    return {};
}

std::vector<RoleAssignment> AccessTable::assignments(const std::string& scope) const {
    std::vector<RoleAssignment> found;
    for (const auto& [id, assignment] : assignments_) {
        if (scope.empty() || same_folded(assignment.scope, scope)) found.push_back(assignment);
    }
    return found;
}

Result<RoleAssignment> AccessTable::assignment(const std::string& scope, const std::string& id) const {
    const auto found = assignments_.find(folded_name(id));
    if (found == assignments_.end() || !same_folded(found->second.scope, scope)) return no_such_assignment(scope, id);
    return found->second;
}

Result<RoleAssignment> AccessTable::checked(const RoleAssignment& wanted) const {
    if (!is_guid(wanted.id)) return invalid_assignment("got the role assignment id '" + wanted.id + "', want a GUID");
    if (wanted.principal.empty() || wanted.principal.size() > longest_principal) {
        return invalid_assignment("got a principal id of " + size_text(wanted.principal.size()) + ", want 1 to " +
                                  std::to_string(longest_principal));
    }
    const std::optional<Scope> scope = scope_named(wanted.scope);
    if (!scope) return invalid_assignment("got the scope '" + wanted.scope + "', want /, /keys or /keys/NAME");
    const RoleAssignment kept{folded_name(wanted.id), wanted.principal, folded_name(wanted.role), scope->text()};
    if (role(kept.role) == nullptr) return no_such_role(wanted.role);
    if (assignments_.contains(kept.id)) {
        return invalid_assignment("there is a role assignment " + kept.id + " already: use another id");
    }
    return kept;
}

Result<void> AccessTable::check_bonds() const {
    std::set<std::tuple<std::string, std::string, std::string>> bonds;
    FoldedMap<std::size_t> at_keys;
    std::size_t at_root = 0;
    for (const auto& [id, held] : assignments_) {
        if (!bonds.emplace(folded_name(held.principal), held.role, folded_name(held.scope)).second) {
            return invalid_assignment("'" + held.principal + "' has the role " + held.role + " at '" + held.scope +
                                      "' already");
        }
        const bool of_key = scope_named(held.scope)->level == Scope::Level::Key;
        const std::size_t most = of_key ? most_assignments_at_key : most_assignments_at_root;
        std::size_t& count = of_key ? at_keys[held.scope] : at_root;
        if (++count > most) {
            return invalid_assignment("there are " + std::to_string(most) + " role assignments at " +
                                      (of_key ? "'" + held.scope + "'" : "'/' and '/keys'") +
                                      ", the most there may be");
        }
    }
    return {};
}

Result<void> AccessTable::assign(const RoleAssignment& assignment) {
    RoleAssignment kept = TRY(checked(assignment));
    const std::string id = kept.id;
    const auto added = assignments_.emplace(id, std::move(kept)).first;
    if (const Result<void> bonds = check_bonds(); !bonds) {
        assignments_.erase(added);
        return fail(bonds.error());
    }
    changed();
    return {};
}

Result<void> AccessTable::remove_assignment(const std::string& scope, const std::string& id) {
    const RoleAssignment found = TRY(assignment(scope, id));
    assignments_.erase(found.id);
    changed();
    return {};
}

bool AccessTable::permits(std::string_view principal, DataAction action, std::string_view key_name) const {
    return key_name.empty() ? rights_.at_keys(principal, action) : rights_.at_key(principal, action, key_name);
}

bool AccessTable::permits_at_root(std::string_view principal, DataAction action) const {
    return rights_.at_root(principal, action);
}

void AccessTable::changed() {
    ++revision_;
    sum_up_rights();
}

void AccessTable::sum_up_rights() {
    rights_ = {};
    for (const auto& [id, held] : assignments_) {
        const RoleDefinition& definition = *role(held.role);
        // What a role denies is taken from that role alone; another role may allow it.
        rights_.add(held.principal, *scope_named(held.scope), definition.allowed & ~definition.denied);
    }
}

}  // namespace kvp11::access
