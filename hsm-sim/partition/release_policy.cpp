#include "partition/release_policy.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>

namespace kvp11::partition {
namespace {

namespace json = boost::json;

constexpr std::size_t most_policy_bytes = 1U << 16U;
constexpr std::size_t most_claim_bytes = 1U << 18U;
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

Result<json::object> parse_object(std::string_view text) {
    json::parse_options limits;
    limits.max_depth = deepest;
    boost::system::error_code problem;
    json::value parsed = json::parse(text, problem, {}, limits);
    if (problem || !parsed.is_object()) return invalid("it is no JSON object");
    return std::move(parsed.get_object());
}

Result<json::object> parse_policy(const ReleasePolicy& policy) {
    if (policy.content_type != content_type) return invalid("got the content type '" + policy.content_type + "'");
    if (policy.data.size() > most_policy_bytes) return invalid("it is longer than 64 KiB");
    json::object root = TRY(parse_object(text_of(policy.data)));
    const json::value* version = root.if_contains("version");
    if (!version || !version->is_string()) return invalid("missing 'version' property");
    if (version->get_string() != "1.0.0") return invalid("got another 'version' than 1.0.0");
    const json::value* any = root.if_contains("anyOf");
    if (!any || !any->is_array() || any->get_array().empty()) return invalid("missing 'anyOf' with authorities");
    if (root.size() != 2) return invalid("it has 'version' and 'anyOf' and nothing else");
    for (const json::value& authority : any->get_array()) TRY(check_authority(authority));
    return root;
}

// --- whether it is fulfilled; what comes here is of the grammar

std::string_view without_last_slash(std::string_view url) {
    if (url.ends_with('/')) url.remove_suffix(1);
    return url;
}

const json::value* claim_at(const json::object& claims, std::string_view path) {
    const json::object* place = &claims;
    for (;;) {
        const std::size_t dot = path.find('.');
        const json::value* found = place->if_contains(path.substr(0, dot));
        if (!found || dot == std::string_view::npos) return found;
        place = found->if_object();
        if (!place) return nullptr;
        path.remove_prefix(dot + 1);
    }
}

// The shortest text of a number: of 1 and 1.0 it is the same.
std::string text_of_number(const json::value& number) {
    if (number.is_int64()) return std::to_string(number.get_int64());
    if (number.is_uint64()) return std::to_string(number.get_uint64());
    std::array<char, 32> text{};
    const auto written = std::to_chars(text.data(), text.data() + text.size(), number.get_double());
    return {text.data(), written.ptr};
}

// Azure's examples write every wanted value as a string ("x-ms-sgx-is-debuggable" equals "false"), while attestation
// services say booleans and numbers. The other way round a string is nothing but a string.
bool is_wanted(const json::value& said, const json::value& wanted) {
    if (said.is_number() && wanted.is_number()) return text_of_number(said) == text_of_number(wanted);
    if (!wanted.is_string()) return said == wanted;
    if (said.is_bool()) return wanted.get_string() == (said.get_bool() ? "true" : "false");
    if (said.is_number()) return wanted.get_string() == text_of_number(said);
    return said == wanted;
}

bool is_fulfilled(const json::object& condition, const json::object& claims);

/// Of "anyOf" one must be fulfilled, of "allOf" each.
bool is_group_fulfilled(const json::object& group, const json::object& claims) {
    const json::value* any = group.if_contains("anyOf");
    const json::array& conditions = (any ? *any : group.at("allOf")).get_array();
    const auto one = [&](const json::value& condition) { return is_fulfilled(condition.get_object(), claims); };
    return any ? std::any_of(conditions.begin(), conditions.end(), one)
               : std::all_of(conditions.begin(), conditions.end(), one);
}

bool is_fulfilled(const json::object& condition, const json::object& claims) {
    const json::value* claim = condition.if_contains("claim");
    if (!claim) return is_group_fulfilled(condition, claims);
    const json::value* said = claim_at(claims, claim->get_string());
    return said && is_wanted(*said, condition.at("equals"));
}

}  // namespace

Result<void> check_policy_grammar(const ReleasePolicy& policy) {
    TRY(parse_policy(policy));
    return {};
}

Result<void> require_fulfilled(const ReleasePolicy& policy, const AttestedEnvironment& environment) {
    const json::object root = TRY(parse_policy(policy));
    if (environment.claims.size() > most_claim_bytes) return fail(Errc::AccessDenied, "there are too many claims");
    const Result<json::object> claims = parse_object(environment.claims);
    if (!claims.ok()) return fail(Errc::AccessDenied, "the claims of the environment are no JSON object");
    const std::string_view authority = without_last_slash(environment.authority);
    bool is_known = false;
    for (const json::value& value : root.at("anyOf").get_array()) {
        const json::object& row = value.get_object();
        if (without_last_slash(row.at("authority").get_string()) != authority) continue;
        is_known = true;
        if (is_group_fulfilled(row, *claims)) return {};
    }
    return fail(Errc::AccessDenied, is_known ? "the environment does not fulfil the key's release policy"
                                             : "the key's release policy does not name the environment's authority");
}

}  // namespace kvp11::partition
