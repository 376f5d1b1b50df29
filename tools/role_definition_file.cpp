#include "tools/role_definition_file.hpp"

#include <algorithm>
#include <iterator>

#include <boost/json.hpp>

#include "tools/files.hpp"

namespace kvp11::tools {
namespace {

namespace json = boost::json;
using access::DataActions;
using access::RoleDefinition;

// Of a role, and of an entry of "permissions". What is there to be ignored is what the service writes itself.
constexpr std::string_view role_members[] = {
    "name",           "roleName",    "description",      "actions", "notActions", "dataActions",
    "notDataActions", "permissions", "assignableScopes", "id",      "type",       "roleType"};
constexpr std::string_view permission_members[] = {"actions", "notActions", "dataActions", "notDataActions"};

Failure invalid(const std::string& what) { return fail(Errc::RoleDefinitionInvalid, "the role definition " + what); }

template <std::size_t Count>
Result<void> check_members(const json::object& object, const std::string_view (&known)[Count]) {
    for (const auto& entry : object) {
        const std::string_view name = entry.key();
        if (std::find(std::begin(known), std::end(known), name) == std::end(known)) {
            return invalid("has the member '" + std::string(name) + "', which is none of a role");
        }
    }
    return {};
}

Result<std::string> text_member(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    if (value == nullptr || value->is_null()) return std::string();
    if (!value->is_string()) return invalid("has a '" + std::string(name) + "' that is not a text");
    return std::string(value->as_string());
}

Result<std::vector<std::string>> texts_member(const json::object& object, std::string_view name) {
    std::vector<std::string> texts;
    const json::value* value = object.if_contains(name);
    if (value == nullptr || value->is_null()) return texts;
    const auto not_texts = [&] { return invalid("has '" + std::string(name) + "' that are not a list of texts"); };
    if (!value->is_array()) return not_texts();
    for (const json::value& text : value->as_array()) {
        if (!text.is_string()) return not_texts();
        texts.emplace_back(text.as_string());
    }
    return texts;
}

Result<DataActions> actions_member(const json::object& object, std::string_view name) {
    DataActions actions;
    for (const std::string& text : TRY(texts_member(object, name))) {
        const auto action = access::data_action_named(text);
        if (!action) return invalid("names the data action '" + text + "', which there is not");
        actions.set(static_cast<std::size_t>(*action));
    }
    return actions;
}

Result<void> read_permission(const json::object& object, RoleDefinition& role) {
    for (const char* name : {"actions", "notActions"}) {
        if (!TRY(texts_member(object, name)).empty()) {
            return invalid("has '" + std::string(name) + "', want an empty list: an HSM has data actions only");
        }
    }
    role.allowed = TRY(actions_member(object, "dataActions"));
    role.denied = TRY(actions_member(object, "notDataActions"));
    return {};
}

Result<void> read_permissions(const json::object& object, RoleDefinition& role) {
    const json::value* listed = object.if_contains("permissions");
    if (listed == nullptr) return read_permission(object, role);
    for (const std::string_view name : permission_members) {
        if (object.contains(name)) return invalid("has both 'permissions' and '" + std::string(name) + "'");
    }
    if (!listed->is_array() || listed->as_array().size() != 1 || !listed->as_array().front().is_object()) {
        return invalid("has 'permissions' that are not a list of one object");
    }
    const json::object& permission = listed->as_array().front().as_object();
    TRY(check_members(permission, permission_members));
    return read_permission(permission, role);
}

Result<RoleDefinition> parse_role_definition(const std::string& text) {
    json::error_code problem;
    const json::value value = json::parse(text, problem);
    if (problem || !value.is_object()) return invalid("is not a JSON object");
    const json::object& object = value.as_object();
    TRY(check_members(object, role_members));
    RoleDefinition role;
    role.id = TRY(text_member(object, "name"));
    role.name = TRY(text_member(object, "roleName"));
    role.description = TRY(text_member(object, "description"));
    const std::vector<std::string> scopes = TRY(texts_member(object, "assignableScopes"));
    if (std::any_of(scopes.begin(), scopes.end(), [](const std::string& scope) { return scope != "/"; })) {
        return invalid("has other 'assignableScopes' than \"/\"");
    }
    TRY(read_permissions(object, role));
    return role;
}

}  // namespace

Result<RoleDefinition> read_role_definition(const std::string& source) {
    const std::size_t start = source.find_first_not_of(" \t\r\n");
    if (start != std::string::npos && source[start] == '{') return parse_role_definition(source);
    const std::string text = TRY(read_text(source.starts_with('@') ? source.substr(1) : source));
    return parse_role_definition(text);
}

}  // namespace kvp11::tools
