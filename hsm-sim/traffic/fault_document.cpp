#include "traffic/fault_document.hpp"

#include <algorithm>

namespace kvp11::traffic {
namespace {

namespace json = boost::json;

constexpr std::int64_t most = 1'000'000'000;
constexpr std::int64_t longest_header = 256;

constexpr std::string_view members[] = {"operation",
                                        "nth",
                                        "times",
                                        "every",
                                        "after",
                                        "probability",
                                        "status",
                                        "retry_after",
                                        "retry_after_date",
                                        "reset",
                                        "slow_body",
                                        "truncate_body",
                                        "expired_token",
                                        "partition_lost",
                                        "seconds",
                                        "happened"};

Result<Choice> read_choice(const RuleMembers& rule) {
    Choice choice;
    choice.operation = TRY(rule.text("operation")).value_or("*");
    TRY(check_operation(rule.path("operation"), choice.operation));
    choice.after = TRY(rule.whole("after", 0, most)).value_or(0);
    choice.nth = TRY(rule.whole("nth", 1, most));
    choice.every = TRY(rule.whole("every", 1, most));
    choice.probability = TRY(rule.fraction("probability"));
    choice.times = TRY(rule.whole("times", 1, most));
    if (choice.nth.has_value() + choice.every.has_value() + choice.probability.has_value() > 1) {
        return invalid_rule(rule.path("nth"), "stands beside every or probability, want one of the three");
    }
    if (choice.nth && !choice.times) choice.times = 1;
    return choice;
}

// A text goes out as it is, so that clients can be tested with a bad one, but it must not end the header.
Result<std::optional<std::string>> read_retry_after(const RuleMembers& rule) {
    const json::value* value = rule.find("retry_after");
    if (!value) return std::optional<std::string>();
    const std::string where = rule.path("retry_after");
    if (!value->is_string()) return std::optional<std::string>(std::to_string(TRY(read_whole(*value, where, 0, most))));
    const auto& text = value->get_string();
    const bool fits = text.size() <= longest_header &&
                      std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
    if (!fits) return invalid_rule(where, "is no text of at most 256 printable ASCII characters");
    return std::optional<std::string>(std::string(text));
}

Result<void> read_answer(const RuleMembers& rule, Effect& effect) {
    const auto status = TRY(rule.whole("status", 400, 599));
    if (status) effect.plan.status = static_cast<unsigned>(*status);
    effect.plan.retry_after = TRY(read_retry_after(rule));
    effect.retry_after_date = TRY(rule.whole("retry_after_date", 0, most));
    if (effect.plan.retry_after && effect.retry_after_date) {
        return invalid_rule(rule.path("retry_after"), "stands beside retry_after_date, want one of the two");
    }
    if (!status && (effect.plan.retry_after || effect.retry_after_date)) {
        return invalid_rule(rule.path("retry_after"), "stands without a status");
    }
    return {};
}

Result<void> read_partition_lost(const RuleMembers& rule, Effect& effect) {
    const bool is_lost = TRY(rule.flag("partition_lost"));
    const auto seconds = TRY(rule.whole("seconds", 1, most));
    if (seconds && !is_lost) return invalid_rule(rule.path("seconds"), "stands without partition_lost");
    effect.plan.partition_lost = is_lost;
    if (seconds) effect.partition_lost = std::chrono::seconds(*seconds);
    return {};
}

}  // namespace

Result<FaultDocument> read_fault(const json::value& value, const std::string& where) {
    const RuleMembers rule = TRY(RuleMembers::of(value, where, members));
    FaultDocument fault;
    fault.choice = TRY(read_choice(rule));
    Effect& effect = fault.effect;
    TRY(read_answer(rule, effect));
    TRY(read_partition_lost(rule, effect));
    effect.plan.token_expired = TRY(rule.flag("expired_token"));
    http::Delivery& delivery = effect.plan.delivery;
    delivery.reset = TRY(rule.flag("reset"));
    delivery.bytes_per_second = static_cast<std::uint32_t>(TRY(rule.whole("slow_body", 1, most)).value_or(0));
    const auto truncated = TRY(rule.whole("truncate_body", 0, most));
    if (truncated) delivery.truncate_after = static_cast<std::size_t>(*truncated);
    const bool does_something = effect.plan.status || effect.plan.partition_lost || effect.plan.token_expired ||
                                delivery.reset || delivery.bytes_per_second > 0 || truncated;
    if (!does_something) {
        return invalid_rule(where, "does nothing, want status, reset, slow_body, truncate_body, expired_token or "
                                   "partition_lost");
    }
    return fault;
}

}  // namespace kvp11::traffic
