// Local RBAC: role definitions and role assignments at "/", "/keys" and "/keys/NAME".
//
// Definitions live at "/" and are seen and changed from every scope. A list of assignments has those of its own scope,
// not of the wider or narrower ones.
#include <array>

#include "access/scope.hpp"
#include "rest/metered.hpp"
#include "rest/role_filter.hpp"
#include "rest/wire_role.hpp"

namespace kvp11::rest {
namespace {

using partition::Operation;

/// The scope as assignments keep it; nothing for what is none.
std::optional<std::string> scope_of(const Exchange& exchange) {
    const auto scope = access::scope_named(exchange.path().scope);
    return scope ? std::optional(scope->text()) : std::nullopt;
}

Reply bad_scope() { return refusal(400, "Invalidkeyidentifier", "Invalid key identifier"); }
Reply no_definition() { return refusal(404, "RoleDefinitionNotFound", "Requested role definition not found"); }
Reply no_assignment() { return refusal(404, "RoleAssignmentNotFound", "Requested role assignment not found"); }

/// The answer with what was asked for; the service's own sentences for what is not there.
template <class Value>
Result<Reply> reply_with(const Result<Value>& result, unsigned status = 200) {
    if (result.ok()) return json_reply(wire_of(*result), status);
    if (result.code() == Errc::RoleDefinitionNotFound) return no_definition();
    if (result.code() == Errc::RoleAssignmentNotFound) return no_assignment();
    return fail(result.error());
}

template <class Value>
Result<Reply> list_of(const Exchange& exchange, const std::vector<Value>& all) {
    const RoleFilter filter = TRY(RoleFilter::parse(exchange.target().parameter("$filter").value_or("")));
    json::array listed;
    for (const Value& one : all) {
        const bool is_wanted = TRY(filter.admits(one));
        if (is_wanted) listed.push_back(wire_of(one));
    }
    return json_reply({{"value", std::move(listed)}});
}

Result<Reply> list_definitions(Exchange& exchange) {
    if (!scope_of(exchange)) return bad_scope();
    const auto all = TRY(exchange.partition->role_definitions());
    return list_of(exchange, all);
}

Result<Reply> get_definition(Exchange& exchange) {
    if (!scope_of(exchange)) return bad_scope();
    const auto all = TRY(exchange.partition->role_definitions());
    for (const access::RoleDefinition& definition : all) {
        if (equal_folded(definition.id, exchange.path().id)) return json_reply(wire_of(definition));
    }
    return no_definition();
}

Result<Reply> put_definition(Exchange& exchange) {
    if (!scope_of(exchange)) return bad_scope();
    const access::RoleDefinition wanted = TRY(definition_of(exchange.path().id, exchange.members()));
    return reply_with(exchange.partition->put_role_definition(wanted), 201);
}

Result<Reply> delete_definition(Exchange& exchange) {
    if (!scope_of(exchange)) return bad_scope();
    return reply_with(exchange.partition->remove_role_definition(exchange.path().id));
}

Result<Reply> list_assignments(Exchange& exchange) {
    const auto scope = scope_of(exchange);
    if (!scope) return bad_scope();
    const auto all = TRY(exchange.partition->role_assignments(*scope));
    return list_of(exchange, all);
}

Result<Reply> get_assignment(Exchange& exchange) {
    const auto scope = scope_of(exchange);
    if (!scope) return bad_scope();
    const auto all = TRY(exchange.partition->role_assignments(*scope));
    for (const access::RoleAssignment& assignment : all) {
        if (equal_folded(assignment.id, exchange.path().id)) return json_reply(wire_of(assignment));
    }
    return no_assignment();
}

Result<Reply> put_assignment(Exchange& exchange) {
    const auto scope = scope_of(exchange);
    if (!scope) return bad_scope();
    const access::RoleAssignment wanted = TRY(assignment_of(*scope, exchange.path().id, exchange.members()));
    return reply_with(exchange.partition->assign_role(wanted), 201);
}

Result<Reply> delete_assignment(Exchange& exchange) {
    const auto scope = scope_of(exchange);
    if (!scope) return bad_scope();
    return reply_with(exchange.partition->remove_role_assignment(*scope, exchange.path().id));
}

constexpr std::string_view definitions = "/{scope}/providers/Microsoft.Authorization/roleDefinitions";
constexpr std::string_view definition = "/{scope}/providers/Microsoft.Authorization/roleDefinitions/{id}";
constexpr std::string_view assignments = "/{scope}/providers/Microsoft.Authorization/roleAssignments";
constexpr std::string_view assignment = "/{scope}/providers/Microsoft.Authorization/roleAssignments/{id}";

// What changes roles commits to the store, so it runs on a worker.
constexpr auto rows = std::to_array<Route>({
    {Method::Get, definitions, Operation::RoleDefinitionGet, metered<list_definitions>},
    {Method::Get, definition, Operation::RoleDefinitionGet, metered<get_definition>},
    {Method::Put, definition, Operation::RoleDefinitionPut, metered<put_definition>, BodyUse::Json, Place::Worker},
    {Method::Delete, definition, Operation::RoleDefinitionDelete, metered<delete_definition>, BodyUse::None,
     Place::Worker},
    {Method::Get, assignments, Operation::RoleAssignmentGet, metered<list_assignments>},
    {Method::Get, assignment, Operation::RoleAssignmentGet, metered<get_assignment>},
    {Method::Put, assignment, Operation::RoleAssignmentPut, metered<put_assignment>, BodyUse::Json, Place::Worker},
    {Method::Delete, assignment, Operation::RoleAssignmentDelete, metered<delete_assignment>, BodyUse::None,
     Place::Worker},
});

}  // namespace

std::span<const Route> role_routes() noexcept { return rows; }

}  // namespace kvp11::rest
