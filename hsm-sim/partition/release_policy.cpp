#include "partition/release_policy.hpp"

#include <boost/json.hpp>

namespace kvp11::partition {
namespace {

namespace json = boost::json;

constexpr std::size_t most_policy_bytes = 1U << 16U;
constexpr std::size_t deepest = 16;
constexpr std::string_view content_type = "application/json; charset=utf-8";

Failure invalid(const std::string& why) { return fail(Errc::ReleasePolicyInvalid, "key release policy: " + why); }

Result<void> check_conditions(const json::array& conditions);

// A claim and its value, or a group of such.
Result<void> check_condition(const json::value& value) {
    const json::object* condition = value.if_object();
    if (!condition) return invalid("a condition is no object");
    const json::value* any = condition->if_contains("anyOf");
    const json::value* all = condition->if_contains("allOf");
    if (any || all) {
        if (condition->size() != 1)
            return invalid("a group of conditions has one of 'anyOf' and 'allOf' and nothing else");
        const json::array* group = (any ? any : all)->if_array();
        return group ? check_conditions(*group) : invalid("'anyOf' and 'allOf' are arrays");
    }
    const json::value* claim = condition->if_contains("claim");
    if (!claim || !claim->is_string()) return invalid("a condition is missing its 'claim'");
    const json::value* wanted = condition->if_contains("equals");
    const bool is_value = wanted && (wanted->is_string() || wanted->is_bool() || wanted->is_number());
    if (!is_value || condition->size() != 2) return invalid("a condition has 'claim' and 'equals' and nothing else");
    return {};
}

Result<void> check_conditions(const json::array& conditions) {
    if (conditions.empty()) return invalid("a group of conditions is empty");
    for (const json::value& condition : conditions) TRY(check_condition(condition));
    return {};
}

Result<void> check_authority(const json::value& value) {
    const json::object* authority = value.if_object();
    if (!authority) return invalid("an authority is no object");
    const json::value* url = authority->if_contains("authority");
    if (!url || !url->is_string() || !url->get_string().starts_with("https://")) {
        return invalid("an 'authority' must be an https URL");
    }
    const json::value* any = authority->if_contains("anyOf");
    const json::value* all = authority->if_contains("allOf");
    if ((any != nullptr) == (all != nullptr) || authority->size() != 2) {
        return invalid("an authority has one of 'anyOf' and 'allOf' and nothing else");
    }
    const json::array* conditions = (any ? any : all)->if_array();
    return conditions ? check_conditions(*conditions) : invalid("'anyOf' and 'allOf' are arrays");
}

}  // namespace

Result<void> check_policy_grammar(const ReleasePolicy& policy) {
    if (policy.content_type != content_type) return invalid("got the content type '" + policy.content_type + "'");
    if (policy.data.size() > most_policy_bytes) return invalid("it is longer than 64 KiB");
    json::parse_options limits;
    limits.max_depth = deepest;
    boost::system::error_code problem;
    const json::value parsed = json::parse(text_of(policy.data), problem, {}, limits);
    if (problem || !parsed.is_object()) return invalid("it is no JSON object");
    const json::object& root = parsed.get_object();
    const json::value* version = root.if_contains("version");
    if (!version || !version->is_string()) return invalid("missing 'version' property");
    if (version->get_string() != "1.0.0") return invalid("got another 'version' than 1.0.0");
    const json::value* any = root.if_contains("anyOf");
    if (!any || !any->is_array() || any->get_array().empty()) return invalid("missing 'anyOf' with authorities");
    if (root.size() != 2) return invalid("it has 'version' and 'anyOf' and nothing else");
    for (const json::value& authority : any->get_array()) TRY(check_authority(authority));
    return {};
}

}  // namespace kvp11::partition
