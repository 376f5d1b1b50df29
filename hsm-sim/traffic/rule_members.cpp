#include "traffic/rule_members.hpp"

#include <algorithm>

#include "host/nearest.hpp"
#include "traffic/published_limits.hpp"

namespace kvp11::traffic {
namespace {

namespace json = boost::json;

// What was got, for messages: rules are no secrets, but may be long.
std::string shown(const json::value& value) {
    constexpr std::size_t longest = 40;
    std::string text = json::serialize(value);
    if (text.size() > longest) text = text.substr(0, longest) + "…";
    return text;
}

}  // namespace

Failure invalid_rule(std::string_view where, const std::string& what) {
    return fail(Errc::ConfigurationInvalid, (where.empty() ? "the rules" : std::string(where)) + " " + what);
}

Result<std::size_t> choose_word(std::string_view where, std::string_view word,
                                std::span<const std::string_view> words) {
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == word) return i;
    }
    const bool few = words.size() <= 8;
    return invalid_rule(where, "is '" + std::string(word.substr(0, 64)) + "'" +
                                   (few ? ", want " + host::enumerate(words) : ", which there is not") +
                                   host::did_you_mean(word, words));
}

Result<void> check_operation(std::string_view where, std::string_view operation) {
    static const std::vector<std::string_view> names = [] {
        std::vector<std::string_view> all = {"*"};
        for (const OperationLimits& limits : operation_limits()) all.push_back(limits.operation);
        return all;
    }();
    TRY(choose_word(where, operation, names));
    return {};
}

Result<std::int64_t> read_whole(const json::value& value, std::string_view where, std::int64_t least,
                                std::int64_t most) {
    boost::system::error_code problem;
    const auto number = value.is_number() ? value.to_number<std::int64_t>(problem) : least - 1;
    if (problem || number < least || number > most) {
        return invalid_rule(where, "is " + shown(value) + ", want a whole number from " + std::to_string(least) +
                                       " to " + std::to_string(most));
    }
    return number;
}

Result<std::vector<std::string>> read_texts(const json::value& value, std::string_view where) {
    std::vector<std::string> texts;
    const json::array* array = value.if_array();
    if (!array) return invalid_rule(where, "is " + shown(value) + ", want a list of texts");
    for (const json::value& text : *array) {
        if (!text.is_string()) return invalid_rule(where, "has " + shown(text) + " in it, want texts");
        texts.emplace_back(text.get_string());
    }
    return texts;
}

Result<RuleMembers> RuleMembers::of(const json::value& value, std::string where,
                                    std::span<const std::string_view> known) {
    const json::object* object = value.if_object();
    if (!object) return invalid_rule(where, "is " + shown(value) + ", want an object");
    RuleMembers members(*object, std::move(where));
    for (const auto& member : *object) {
        const std::string_view name = member.key();
        if (std::find(known.begin(), known.end(), name) != known.end()) continue;
        return invalid_rule(members.path(name.substr(0, 64)),
                            "is no member of the rules here" + host::did_you_mean(name, known));
    }
    return members;
}

std::string RuleMembers::path(std::string_view name) const {
    return where_.empty() ? std::string(name) : where_ + "." + std::string(name);
}

const json::value* RuleMembers::find(std::string_view name) const { return object_->if_contains(name); }

Result<std::optional<std::int64_t>> RuleMembers::whole(std::string_view name, std::int64_t least,
                                                       std::int64_t most) const {
    const json::value* value = find(name);
    if (!value) return std::optional<std::int64_t>();
    return std::optional<std::int64_t>(TRY(read_whole(*value, path(name), least, most)));
}

Result<std::optional<double>> RuleMembers::fraction(std::string_view name) const {
    const json::value* value = find(name);
    if (!value) return std::optional<double>();
    boost::system::error_code problem;
    const double number = value->is_number() ? value->to_number<double>(problem) : 0;
    if (problem || !(number > 0 && number <= 1)) {
        return invalid_rule(path(name), "is " + shown(*value) + ", want a number above 0 and at most 1");
    }
    return std::optional<double>(number);
}

Result<bool> RuleMembers::flag(std::string_view name) const {
    const json::value* value = find(name);
    if (!value) return false;
    if (!value->is_bool()) return invalid_rule(path(name), "is " + shown(*value) + ", want true or false");
    return value->get_bool();
}

Result<std::optional<std::string>> RuleMembers::text(std::string_view name) const {
    const json::value* value = find(name);
    if (!value) return std::optional<std::string>();
    if (!value->is_string()) return invalid_rule(path(name), "is " + shown(*value) + ", want a text");
    return std::optional<std::string>(std::string(value->get_string()));
}

Result<std::vector<std::string>> RuleMembers::texts(std::string_view name) const {
    const json::value* value = find(name);
    if (!value) return std::vector<std::string>();
    return read_texts(*value, path(name));
}

}  // namespace kvp11::traffic
