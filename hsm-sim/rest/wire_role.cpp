#include "rest/wire_role.hpp"

#include "access/scope.hpp"

namespace kvp11::rest {
namespace {

constexpr std::string_view definition_path = "Microsoft.KeyVault/providers/Microsoft.Authorization/roleDefinitions/";
constexpr std::string_view assignment_path = "/providers/Microsoft.Authorization/roleAssignments/";

json::array names_of(const access::DataActions& actions) {
    json::array names;
    for (std::size_t i = 0; i < access::data_action_count; ++i) {
        if (actions[i]) names.emplace_back(json::string_view(access::name_of(static_cast<access::DataAction>(i))));
    }
    return names;
}

Result<access::DataActions> actions_of(const json::object& permission, std::string_view name) {
    access::DataActions actions;
    const json::array* named = TRY(optional_array(permission, name));
    if (!named) return actions;
    for (const json::value& one : *named) {
        if (!one.is_string()) return fail(Errc::ArgumentsBad, "Property '" + std::string(name) + "' must hold strings");
        const std::string_view text = one.get_string();
        const auto action = access::data_action_named(text);
        if (!action) return fail(Errc::ArgumentsBad, "'" + std::string(text) + "' is not a data action");
        actions.set(static_cast<std::size_t>(*action));
    }
    return actions;
}

Result<void> check_no_actions(const json::object& permission) {
    for (const std::string_view name : {"actions", "notActions"}) {
        const json::array* named = TRY(optional_array(permission, name));
        if (named && !named->empty()) {
            return fail(Errc::ArgumentsBad,
                        "Property '" + std::string(name) + "' must be empty: roles of a Managed HSM have data actions");
        }
    }
    return {};
}

// One group is kept as it is. Of several, what each denies is taken from that group alone, so only what they allow
// together can be kept.
Result<void> read_permissions(const json::array& groups, access::RoleDefinition& definition) {
    for (const json::value& group : groups) {
        if (!group.is_object()) return fail(Errc::ArgumentsBad, "Property 'permissions' must hold objects");
        const json::object& permission = group.get_object();
        TRY(check_no_actions(permission));
        const access::DataActions allowed = TRY(actions_of(permission, "dataActions"));
        const access::DataActions denied = TRY(actions_of(permission, "notDataActions"));
        if (groups.size() == 1) {
            definition.allowed = allowed;
            definition.denied = denied;
        } else {
            definition.allowed |= allowed & ~denied;
        }
    }
    return {};
}

// Clients name the scope at which they put the definition; a definition is there for every scope whatever they say.
Result<void> check_assignable_scopes(const json::object& properties) {
    const json::array* scopes = TRY(optional_array(properties, "assignableScopes"));
    if (!scopes) return {};
    for (const json::value& scope : *scopes) {
        if (scope.is_string() && access::scope_named(std::string_view(scope.get_string()))) continue;
        return fail(Errc::ArgumentsBad, "Property 'assignableScopes' must hold scopes: /, /keys or /keys/{name}");
    }
    return {};
}

Result<const json::object*> properties_of(const json::object& body) {
    const json::object* properties = TRY(optional_object(body, "properties"));
    if (!properties) return fail(Errc::ArgumentsBad, "Property 'properties' is required");
    return properties;
}

json::string wire_string(std::string_view text) { return json::string(text.data(), text.size()); }

}  // namespace

json::value wire_of(const access::RoleDefinition& definition) {
    json::object permission{{"actions", json::array()},
                            {"notActions", json::array()},
                            {"dataActions", names_of(definition.allowed)},
                            {"notDataActions", names_of(definition.denied)}};
    return {{"id", wire_string(std::string(definition_path) + definition.id)},
            {"name", definition.id},
            {"type", "Microsoft.Authorization/roleDefinitions"},
            {"properties",
             {{"assignableScopes", json::array({"/"})},
              {"description", definition.description},
              {"permissions", json::array({std::move(permission)})},
              {"roleName", definition.name},
              {"type", definition.built_in ? "AKVBuiltInRole" : "CustomRole"}}}};
}

json::value wire_of(const access::RoleAssignment& assignment) {
    const std::string scope = assignment.scope == "/" ? "" : assignment.scope;
    return {{"id", wire_string(scope + std::string(assignment_path) + assignment.id)},
            {"name", assignment.id},
            {"type", "Microsoft.Authorization/roleAssignments"},
            {"properties",
             {{"principalId", assignment.principal},
              {"roleDefinitionId", wire_string(std::string(definition_path) + assignment.role)},
              {"scope", assignment.scope}}}};
}

Result<access::RoleDefinition> definition_of(const std::string& id, const json::object& body) {
    const json::object& properties = *TRY(properties_of(body));
    access::RoleDefinition definition;
    definition.id = id;
    definition.name = TRY(optional_text(properties, "roleName")).value_or("");
    definition.description = TRY(optional_text(properties, "description")).value_or("");
    TRY(check_assignable_scopes(properties));
    const json::array* permissions = TRY(optional_array(properties, "permissions"));
    if (permissions) TRY(read_permissions(*permissions, definition));
    return definition;
}

Result<access::RoleAssignment> assignment_of(const std::string& scope, const std::string& id,
                                             const json::object& body) {
    const json::object& properties = *TRY(properties_of(body));
    const std::string_view role = TRY(text_member(properties, "roleDefinitionId"));
    const std::string_view principal = TRY(text_member(properties, "principalId"));
    const auto slash = role.rfind('/');
    return access::RoleAssignment{id, std::string(principal), std::string(role.substr(slash + 1)), scope};
}

}  // namespace kvp11::rest
