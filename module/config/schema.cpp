#include "config/schema.hpp"

#include "host/nearest.hpp"

namespace kvp11::config {

namespace {

std::string_view wanted(ValueType type) {
    switch (type) {
        case ValueType::Text: return "a string";
        case ValueType::Integer: return "an integer";
        case ValueType::Number: return "a number";
        case ValueType::Boolean: return "true or false";
        case ValueType::Texts: return "an array of strings";
    }
    return "";
}

bool is_of_type(ValueType type, NodeType node) {
    switch (type) {
        case ValueType::Text: return node == NodeType::Text;
        case ValueType::Integer: return node == NodeType::Integer;
        case ValueType::Number: return node == NodeType::Integer || node == NodeType::Float;
        case ValueType::Boolean: return node == NodeType::Boolean;
        case ValueType::Texts: return node == NodeType::List;
    }
    return false;
}

const Node* of_wrong_type(ValueType type, const Node& value) {
    if (!is_of_type(type, value.type)) return &value;
    for (const auto& item : value.items)
        if (item.type != NodeType::Text) return &item;
    return nullptr;
}

Problem problem_with_choice(const KeyFacts& facts, const Node& value) {
    if (facts.choices.empty()) return std::nullopt;
    if (std::find(facts.choices.begin(), facts.choices.end(), value.text) != facts.choices.end()) return std::nullopt;
    return "must be " + host::enumerate(facts.choices) + ", and is \"" + value.text + '"' +
           host::did_you_mean(value.text, facts.choices);
}

Problem problem_with_range(const KeyFacts& facts, const Node& value) {
    if (facts.type != ValueType::Integer) return std::nullopt;
    if (value.integer >= facts.least && value.integer <= facts.most) return std::nullopt;
    return "must be between " + std::to_string(facts.least) + " and " + std::to_string(facts.most) + ", and is " +
           std::to_string(value.integer);
}

std::string example_line(const KeyFacts& facts) { return std::string(facts.key) + " = " + std::string(facts.example); }

}  // namespace

std::string_view spoken(NodeType type) {
    switch (type) {
        case NodeType::Text: return "a string";
        case NodeType::Integer: return "an integer";
        case NodeType::Float: return "a float";
        case NodeType::Boolean: return "a boolean";
        case NodeType::Moment: return "a date or time";
        case NodeType::List: return "an array";
        case NodeType::Table: return "a table";
    }
    return "";
}

std::string full_key(const Section& section, std::string_view key) {
    return std::string(section.name) + '.' + std::string(key);
}

bool is_offered(const Section& section, const KeyFacts& facts) {
    if (!facts.refusal.empty()) return false;
    // A kind that is none has been complained about, or will be.
    return facts.only_for.empty() || facts.only_for == section.kind;
}

Result<void> check_value(const Section& section, const KeyFacts& facts, const Entry& entry) {
    const auto key = full_key(section, entry.key);
    if (!facts.only_for.empty() && facts.only_for != section.kind)
        return mistake(section.file, entry.place, key,
                       "belongs to slots with backend = \"" + std::string(facts.only_for) + "\", and this one has \"" +
                           std::string(section.kind) + '"');
    if (!facts.refusal.empty()) return mistake(section.file, entry.place, key, facts.refusal);
    if (const auto* wrong = of_wrong_type(facts.type, entry.value))
        return mistake(section.file, wrong->place, key,
                       "must be " + std::string(wanted(facts.type)) + ", and " +
                           (wrong == &entry.value ? "is " : "holds ") + std::string(spoken(wrong->type)) + "; write " +
                           example_line(facts));
    for (const auto& problem : {problem_with_choice(facts, entry.value), problem_with_range(facts, entry.value)})
        if (problem) return mistake(section.file, entry.value.place, key, *problem);
    return {};
}

Failure unknown_key(const Section& section, const Entry& entry, std::span<const std::string_view> known) {
    auto hint = host::did_you_mean(entry.key, known);
    if (hint.empty()) hint = "; the keys here are " + host::enumerate(known);
    const auto name = section.name.empty() ? entry.key : full_key(section, entry.key);
    return mistake(section.file, entry.place, name, "there is no such key" + hint);
}

Result<void> check_required(const Section& section, const KeyFacts& facts, const Node& table) {
    if (!facts.required || (!facts.only_for.empty() && facts.only_for != section.kind)) return {};
    for (const auto& entry : table.entries)
        if (entry.key == facts.key) return {};
    return mistake(section.file, table.place, full_key(section, facts.key), "is missing; add " + example_line(facts));
}

}  // namespace kvp11::config
