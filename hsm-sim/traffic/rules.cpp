#include "traffic/rules.hpp"

#include "traffic/rule_members.hpp"

namespace kvp11::traffic {
namespace {

namespace json = boost::json;

constexpr std::size_t most_bytes = 1U << 20U;
constexpr std::size_t deepest = 8;
constexpr std::size_t most_entries = 1000;
constexpr std::uint64_t latency_streams = 0;  // of chance; faults have theirs behind them
constexpr std::uint64_t fault_streams = most_entries;

Result<json::value> parse_json(std::string_view text) {
    if (text.size() > most_bytes) return invalid_rule("", "are longer than 1 MiB");
    json::parse_options limits;
    limits.max_depth = deepest;
    boost::system::error_code problem;
    json::value value = json::parse(text, problem, {}, limits);
    if (problem) return invalid_rule("", "are no JSON: " + problem.message());
    return value;
}

std::string entry(std::string_view list, std::size_t index) {
    return std::string(list) + "[" + std::to_string(index) + "]";
}

Result<void> check_count(std::string_view list, std::size_t count) {
    if (count > most_entries) return invalid_rule(list, "has more than 1000 entries");
    return {};
}

// "latency" is one object or a list of them.
Result<void> read_latencies(const json::value& value, std::uint64_t seed, Rules& rules) {
    const json::array* list = value.if_array();
    const std::size_t count = list ? list->size() : 1;
    TRY(check_count("latency", count));
    for (std::size_t i = 0; i < count; ++i) {
        const Chance chance(seed, latency_streams + i);
        const std::string where = list ? entry("latency", i) : "latency";
        rules.latencies.push_back(TRY(Latency::read(list ? (*list)[i] : value, where, chance)));
    }
    return {};
}

Result<void> read_one_fault(const json::value& value, std::uint64_t seed, Rules& rules) {
    const std::size_t index = rules.faults.size();
    TRY(check_count("faults", index + 1));
    FaultDocument fault = TRY(read_fault(value, entry("faults", index)));
    rules.faults.push_back(std::make_shared<Fault>(std::move(fault), Chance(seed, fault_streams + index)));
    return {};
}

Result<void> read_faults(const json::value& value, std::uint64_t seed, Rules& rules) {
    const json::array* list = value.if_array();
    if (!list) return invalid_rule("faults", "is no list");
    for (const json::value& fault : *list) TRY(read_one_fault(fault, seed, rules));
    return {};
}

Result<void> read_allow(const json::value& value, std::uint64_t, Rules& rules) {
    rules.allow = TRY(AllowList::read(value));
    return {};
}

Result<void> read_throttle(const json::value& value, std::uint64_t, Rules& rules) {
    rules.throttle = TRY(Throttle::read(value));
    return {};
}

Result<void> read_profile(const json::value& value, std::uint64_t, Rules& rules) {
    rules.capacity = TRY(Capacity::read(value));
    return {};
}

struct Reader {
    std::string_view member;
    Result<void> (*read)(const json::value& value, std::uint64_t seed, Rules& rules);
};
constexpr Reader readers[] = {
    {"allow", read_allow},       {"throttle", read_throttle}, {"profile", read_profile},
    {"latency", read_latencies}, {"faults", read_faults},
};
constexpr std::string_view members[] = {"allow", "throttle", "profile", "latency", "faults", "seed", "happened"};

// What rules() added to a document that somebody sets again.
void forget_happened(json::object& document) {
    document.erase("happened");
    for (const char* name : {"latency", "faults"}) {
        json::value* value = document.if_contains(name);
        if (value && value->is_object()) value->get_object().erase("happened");
        if (!value || !value->is_array()) continue;
        for (json::value& one : value->get_array()) {
            if (one.is_object()) one.get_object().erase("happened");
        }
    }
}

template <class Rule>
void note_happened(json::object& document, const char* name, const std::vector<std::shared_ptr<Rule>>& rules) {
    json::value* value = document.if_contains(name);
    for (std::size_t i = 0; i < rules.size(); ++i) {
        json::value& one = value->is_array() ? value->get_array()[i] : *value;
        one.get_object()["happened"] = rules[i]->happened();
    }
}

}  // namespace

Result<Rules> Rules::parse(std::string_view text) {
    json::value value = TRY(parse_json(text));
    const RuleMembers members_of_document = TRY(RuleMembers::of(value, "", members));
    Rules rules;
    const auto seed = TRY(members_of_document.whole("seed", 0, INT64_MAX));
    rules.seed_ = static_cast<std::uint64_t>(seed.value_or(1));
    for (const Reader& reader : readers) {
        const json::value* member = members_of_document.find(reader.member);
        if (member) TRY(reader.read(*member, rules.seed_, rules));
    }
    rules.document_ = std::move(value.get_object());
    forget_happened(rules.document_);
    return rules;
}

Result<Rules> Rules::with_fault(std::string_view text) const {
    json::value value = TRY(parse_json(text));
    Rules rules = *this;
    TRY(read_one_fault(value, seed_, rules));
    json::value& list = rules.document_["faults"];
    if (!list.is_array()) list = json::array();
    list.get_array().push_back(std::move(value));
    forget_happened(rules.document_);
    return rules;
}

std::string Rules::text() const {
    json::object document = document_;
    note_happened(document, "latency", latencies);
    note_happened(document, "faults", faults);
    json::object happened;
    if (allow) happened["refused_by_allow"] = allow->refused();
    if (throttle) happened["throttled"] = throttle->refused();
    if (capacity) happened["paced"] = capacity->paced();
    if (capacity) happened["over_capacity"] = capacity->refused();
    if (!happened.empty()) document["happened"] = std::move(happened);
    return json::serialize(document);
}

}  // namespace kvp11::traffic
