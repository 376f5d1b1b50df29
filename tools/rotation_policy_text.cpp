#include "tools/rotation_policy_text.hpp"

#include <strings.h>

#include <initializer_list>

#include <boost/json.hpp>

#include "partition/rotation.hpp"

namespace kvp11::tools {
namespace {

namespace json = boost::json;
using partition::format_period;
using partition::parse_period;

Failure invalid(const std::string& why) { return fail(Errc::RotationPolicyInvalid, "the rotation policy " + why); }

/// The object, when it has no members but these.
Result<const json::object*> object_of(const json::value& value, const std::string& what,
                                      std::initializer_list<std::string_view> members) {
    const json::object* object = value.if_object();
    if (object == nullptr) return invalid("has no object where " + what + " belongs");
    for (const auto& member : *object) {
        bool known = false;
        for (const std::string_view name : members) known = known || member.key() == name;
        if (!known) return invalid("has an unknown member '" + std::string(member.key()) + "' in " + what);
    }
    return object;
}

Result<std::optional<Period>> period_at(const json::object& object, const char* name) {
    const json::value* value = object.if_contains(name);
    if (value == nullptr || value->is_null()) return std::optional<Period>{};
    if (!value->is_string()) return invalid(std::string("has no text as ") + name);
    const json::string& text = value->as_string();
    return std::optional<Period>(TRY(parse_period(std::string_view(text.data(), text.size()))));
}

Result<LifetimeActionType> action_type(const json::object& action) {
    const json::value* type = action.if_contains("type");
    if (type == nullptr || !type->is_string()) return invalid("has an action without a type");
    const std::string word(type->as_string());
    if (strcasecmp(word.c_str(), "rotate") == 0) return LifetimeActionType::Rotate;
    if (strcasecmp(word.c_str(), "notify") == 0) return LifetimeActionType::Notify;
    return invalid("has an action of type '" + word + "', want rotate");
}

Result<LifetimeAction> parse_action(const json::value& value) {
    const json::object* object = TRY(object_of(value, "lifetimeActions", {"trigger", "action"}));
    const json::value* trigger = object->if_contains("trigger");
    const json::value* action = object->if_contains("action");
    if (trigger == nullptr || action == nullptr) return invalid("has a lifetime action without trigger or action");
    const json::object* when = TRY(object_of(*trigger, "trigger", {"timeAfterCreate", "timeBeforeExpiry"}));
    const json::object* what = TRY(object_of(*action, "action", {"type"}));
    LifetimeAction parsed;
    parsed.type = TRY(action_type(*what));
    parsed.time_after_create = TRY(period_at(*when, "timeAfterCreate"));
    parsed.time_before_expiry = TRY(period_at(*when, "timeBeforeExpiry"));
    return parsed;
}

json::object action_json(const LifetimeAction& action) {
    json::object trigger;
    if (action.time_after_create) trigger["timeAfterCreate"] = format_period(*action.time_after_create);
    if (action.time_before_expiry) trigger["timeBeforeExpiry"] = format_period(*action.time_before_expiry);
    const char* type = action.type == LifetimeActionType::Rotate ? "Rotate" : "Notify";
    return {{"trigger", std::move(trigger)}, {"action", json::object{{"type", type}}}};
}

}  // namespace

Result<RotationPolicy> parse_rotation_policy(const std::string& text) {
    boost::system::error_code problem;
    const json::value root = json::parse(text, problem);
    if (problem) return invalid("is no JSON: " + problem.message());
    // What show prints may be given to update again, so its own members are no mistake.
    const json::object* object = TRY(object_of(root, "it", {"id", "lifetimeActions", "attributes"}));
    RotationPolicy policy;
    if (const json::value* actions = object->if_contains("lifetimeActions")) {
        if (!actions->is_array()) return invalid("has no array as lifetimeActions");
        for (const json::value& action : actions->as_array()) policy.actions.push_back(TRY(parse_action(action)));
    }
    if (const json::value* attributes = object->if_contains("attributes")) {
        const json::object* inner = TRY(object_of(*attributes, "attributes", {"expiryTime", "created", "updated"}));
        policy.expiry_time = TRY(period_at(*inner, "expiryTime"));
    }
    return policy;
}

std::string rotation_policy_json(const RotationPolicy& policy, const std::string& key_name) {
    json::array actions;
    for (const LifetimeAction& action : policy.actions) actions.push_back(action_json(action));
    json::object attributes;
    if (policy.expiry_time) attributes["expiryTime"] = format_period(*policy.expiry_time);
    if (policy.created != 0) attributes["created"] = policy.created;
    if (policy.updated != 0) attributes["updated"] = policy.updated;
    const json::object root{{"id", "/keys/" + key_name + "/rotationpolicy"},
                            {"lifetimeActions", std::move(actions)},
                            {"attributes", std::move(attributes)}};
    return json::serialize(root) + '\n';
}

std::string rotation_policy_line(const RotationPolicy& policy) {
    std::string text;
    for (const LifetimeAction& action : policy.actions) {
        if (action.time_after_create) text = "rotated " + format_period(*action.time_after_create) + " after creation";
        if (action.time_before_expiry) text = "rotated " + format_period(*action.time_before_expiry) + " before expiry";
    }
    if (text.empty()) text = "not rotated by itself";
    if (policy.expiry_time) text += "; new versions expire after " + format_period(*policy.expiry_time);
    return text;
}

}  // namespace kvp11::tools
