#include "tools/role_text.hpp"

#include <boost/json.hpp>

#include "tools/table_text.hpp"

namespace kvp11::tools {
namespace {

namespace json = boost::json;
using access::DataActions;
using access::RoleDefinition;

constexpr const char* definitions_path = "Microsoft.KeyVault/providers/Microsoft.Authorization/roleDefinitions/";
constexpr const char* assignments_path = "/providers/Microsoft.Authorization/roleAssignments/";

const char* type_of(const RoleDefinition& role) { return role.built_in ? "AKVBuiltInRole" : "CustomRole"; }

std::vector<std::string_view> names_of(const DataActions& actions) {
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < access::data_action_count; ++i) {
        if (actions.test(i)) names.push_back(access::name_of(static_cast<access::DataAction>(i)));
    }
    return names;
}

json::array names_json(const DataActions& actions) {
    json::array names;
    for (const std::string_view name : names_of(actions)) names.emplace_back(name);
    return names;
}

json::object definition_object(const RoleDefinition& role) {
    const json::object permission{{"actions", json::array()},
                                  {"notActions", json::array()},
                                  {"dataActions", names_json(role.allowed)},
                                  {"notDataActions", names_json(role.denied)}};
    return {{"assignableScopes", json::array{"/"}},
            {"description", role.description},
            {"id", definitions_path + role.id},
            {"name", role.id},
            {"permissions", json::array{permission}},
            {"roleName", role.name},
            {"roleType", type_of(role)},
            {"type", "Microsoft.Authorization/roleDefinitions"}};
}

json::object assignment_object(const NamedAssignment& named) {
    const access::RoleAssignment& held = named.assignment;
    const std::string scope = held.scope == "/" ? "" : held.scope;
    return {{"id", scope + assignments_path + held.id},
            {"name", held.id},
            {"principalId", held.principal},
            {"principalName", named.principal_name},
            {"roleDefinitionId", definitions_path + held.role},
            {"roleName", named.role_name},
            {"scope", held.scope},
            {"type", "Microsoft.Authorization/roleAssignments"}};
}

std::string actions_text(const char* heading, const DataActions& actions) {
    std::string text;
    for (const std::string_view name : names_of(actions)) text += "  " + std::string(name) + '\n';
    return text.empty() ? text : std::string(heading) + '\n' + text;
}

}  // namespace

std::string definitions_table(const std::vector<RoleDefinition>& roles) {
    std::vector<std::vector<std::string>> rows{{"Name", "RoleName", "Type", "Description"}};
    for (const RoleDefinition& role : roles) rows.push_back({role.id, role.name, type_of(role), role.description});
    return columns(rows);
}

std::string definition_text(const RoleDefinition& role) {
    std::string text = named_row("name", role.id);
    text += named_row("role name", printable(role.name));
    text += named_row("type", type_of(role));
    text += named_row("description", printable(role.description));
    text += actions_text("data actions", role.allowed);
    return text + actions_text("not data actions", role.denied);
}

std::string assignments_table(const std::vector<NamedAssignment>& assignments) {
    std::vector<std::vector<std::string>> rows{{"Principal", "RoleName", "Scope", "Name"}};
    for (const NamedAssignment& named : assignments) {
        const access::RoleAssignment& held = named.assignment;
        const std::string who =
            named.principal_name.empty() ? held.principal : held.principal + " (" + named.principal_name + ")";
        rows.push_back({who, named.role_name, held.scope, held.id});
    }
    return columns(rows);
}

std::string definitions_json(const std::vector<RoleDefinition>& roles) {
    json::array all;
    for (const RoleDefinition& role : roles) all.push_back(definition_object(role));
    return json::serialize(all) + '\n';
}

std::string definition_json(const RoleDefinition& role) { return json::serialize(definition_object(role)) + '\n'; }

std::string assignments_json(const std::vector<NamedAssignment>& assignments) {
    json::array all;
    for (const NamedAssignment& named : assignments) all.push_back(assignment_object(named));
    return json::serialize(all) + '\n';
}

std::string assignment_json(const NamedAssignment& assignment) {
    return json::serialize(assignment_object(assignment)) + '\n';
}

}  // namespace kvp11::tools
