#include "rest/wire_rotation.hpp"

#include <string>

#include "partition/rotation.hpp"
#include "rest/target.hpp"

namespace kvp11::rest {
namespace {

// As the service was recorded answering them, and as Azure's clients compare them; read without case.
constexpr std::string_view rotate_word = "Rotate";
constexpr std::string_view notify_word = "Notify";

json::string_view text(std::string_view word) { return {word.data(), word.size()}; }

Result<std::optional<Period>> period_member(const json::object& object, std::string_view name) {
    const auto said = TRY(optional_text(object, name));
    if (!said) return std::optional<Period>{};
    return std::optional<Period>(TRY(partition::parse_period(*said)));
}

Result<LifetimeActionType> type_of(const json::object& action) {
    const std::string_view type = TRY(text_member(action, "type"));
    if (equal_folded(type, rotate_word)) return LifetimeActionType::Rotate;
    if (equal_folded(type, notify_word)) return LifetimeActionType::Notify;
    return fail(Errc::RotationPolicyInvalid, "Property 'type' has the unknown value '" + std::string(type) + "'");
}

Result<LifetimeAction> action_of(const json::value& value) {
    if (!value.is_object()) return fail(Errc::ArgumentsBad, "Property 'lifetimeActions' must be an array of objects");
    const json::object* trigger = TRY(optional_object(value.get_object(), "trigger"));
    const json::object* action = TRY(optional_object(value.get_object(), "action"));
    if (!trigger || !action) {
        return fail(Errc::ArgumentsBad, "Property 'lifetimeActions' must have a 'trigger' and an 'action' each");
    }
    LifetimeAction read;
    read.type = TRY(type_of(*action));
    read.time_after_create = TRY(period_member(*trigger, "timeAfterCreate"));
    read.time_before_expiry = TRY(period_member(*trigger, "timeBeforeExpiry"));
    return read;
}

json::object action_json(const LifetimeAction& action) {
    json::object trigger;
    if (action.time_after_create) trigger["timeAfterCreate"] = partition::format_period(*action.time_after_create);
    if (action.time_before_expiry) trigger["timeBeforeExpiry"] = partition::format_period(*action.time_before_expiry);
    const std::string_view type = action.type == LifetimeActionType::Rotate ? rotate_word : notify_word;
    return {{"trigger", std::move(trigger)}, {"action", json::object{{"type", text(type)}}}};
}

}  // namespace

Result<RotationPolicy> rotation_policy_of(const json::object& body) {
    RotationPolicy policy;
    if (const json::array* actions = TRY(optional_array(body, "lifetimeActions"))) {
        for (const json::value& action : *actions) policy.actions.push_back(TRY(action_of(action)));
    }
    if (const json::object* attributes = TRY(optional_object(body, "attributes"))) {
        policy.expiry_time = TRY(period_member(*attributes, "expiryTime"));
    }
    return policy;
}

json::object rotation_policy_json(std::string_view id, const RotationPolicy& policy) {
    json::array actions;
    for (const LifetimeAction& action : policy.actions) actions.push_back(action_json(action));
    json::object attributes;
    if (policy.expiry_time) attributes["expiryTime"] = partition::format_period(*policy.expiry_time);
    if (policy.created != 0) attributes["created"] = policy.created;
    if (policy.updated != 0) attributes["updated"] = policy.updated;
    return {{"id", text(id)}, {"lifetimeActions", std::move(actions)}, {"attributes", std::move(attributes)}};
}

}  // namespace kvp11::rest
