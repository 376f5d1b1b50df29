#include "rest/role_filter.hpp"

#include <algorithm>

#include "rest/target.hpp"

namespace kvp11::rest {
namespace {

Failure not_understood(std::string_view text) {
    return fail(Errc::ArgumentsBad, "$filter is not understood at '" + std::string(text) + "'");
}

bool take(std::string_view& text, std::string_view expected) {
    if (text.size() < expected.size() || !equal_folded(text.substr(0, expected.size()), expected)) return false;
    text.remove_prefix(expected.size());
    return true;
}

void skip_spaces(std::string_view& text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
}

std::string take_name(std::string_view& text) {
    const auto end = std::find_if(text.begin(), text.end(), [](char c) { return c == ' ' || c == '(' || c == ')'; });
    std::string name(text.begin(), end);
    text.remove_prefix(name.size());
    return name;
}

// In quotes, a quote is doubled.
Result<std::string> take_value(std::string_view& text) {
    if (!text.starts_with('\'')) {
        std::string value = take_name(text);
        if (value.empty()) return not_understood(text);
        return value;
    }
    std::string value;
    for (text.remove_prefix(1); !text.empty();) {
        const char letter = text.front();
        text.remove_prefix(1);
        if (letter == '\'') {
            if (!text.starts_with('\'')) return value;
            text.remove_prefix(1);
        }
        value.push_back(letter);
    }
    return fail(Errc::ArgumentsBad, "$filter has a quote that does not end");
}

// A role by its id, or by a path that ends with it.
bool ends_with_id(std::string_view path, std::string_view id) {
    const auto slash = path.rfind('/');
    return equal_folded(path.substr(slash + 1), id);
}

}  // namespace

Result<RoleFilter> RoleFilter::parse(std::string_view text) {
    RoleFilter filter;
    skip_spaces(text);
    while (!text.empty()) {
        const std::string_view term = text;
        std::string name = take_name(text);
        if (take(text, "()")) {
            if (!equal_folded(name, "atScope")) return not_understood(term);
        } else if (take(text, "(")) {
            if (!equal_folded(name, "assignedTo")) return not_understood(term);
            filter.terms_.emplace_back("principalId", TRY(take_value(text)));
            if (!take(text, ")")) return not_understood(term);
        } else {
            skip_spaces(text);
            if (!take(text, "eq ")) return not_understood(term);
            skip_spaces(text);
            filter.terms_.emplace_back(std::move(name), TRY(take_value(text)));
        }
        skip_spaces(text);
        if (text.empty()) break;
        if (!take(text, "and ")) return not_understood(text);
        skip_spaces(text);
        if (text.empty()) return not_understood(term);
    }
    return filter;
}

Result<bool> RoleFilter::admits(const access::RoleDefinition& definition) const {
    for (const auto& [name, value] : terms_) {
        if (equal_folded(name, "roleName")) {
            if (!equal_folded(value, definition.name)) return false;
        } else if (equal_folded(name, "type")) {
            const std::string_view type = definition.built_in ? "AKVBuiltInRole" : "CustomRole";
            const bool is_word_of_arm = definition.built_in && equal_folded(value, "BuiltInRole");
            if (!equal_folded(value, type) && !is_word_of_arm) return false;
        } else {
            return fail(Errc::ArgumentsBad, "$filter: role definitions have no '" + name + "' to be compared");
        }
    }
    return true;
}

Result<bool> RoleFilter::admits(const access::RoleAssignment& assignment) const {
    for (const auto& [name, value] : terms_) {
        if (equal_folded(name, "principalId")) {
            if (!equal_folded(value, assignment.principal)) return false;
        } else if (equal_folded(name, "roleDefinitionId")) {
            if (!ends_with_id(value, assignment.role)) return false;
        } else {
            return fail(Errc::ArgumentsBad, "$filter: role assignments have no '" + name + "' to be compared");
        }
    }
    return true;
}

}  // namespace kvp11::rest
