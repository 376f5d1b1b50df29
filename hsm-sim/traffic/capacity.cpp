#include "traffic/capacity.hpp"

#include <algorithm>

#include "traffic/rule_members.hpp"

namespace kvp11::traffic {
namespace {

using std::chrono::nanoseconds;

constexpr std::string_view members[] = {"name", "queue_milliseconds"};
constexpr std::string_view profiles[] = {"standard-b1"};
constexpr std::int64_t most_milliseconds = 600'000;
constexpr std::int64_t second = 1'000'000'000;

}  // namespace

Result<std::shared_ptr<Capacity>> Capacity::read(const boost::json::value& value) {
    auto capacity = std::make_shared<Capacity>();
    if (value.is_string()) {
        TRY(choose_word("profile", value.get_string(), profiles));
        return capacity;
    }
    const RuleMembers rule = TRY(RuleMembers::of(value, "profile", members));
    const auto name = TRY(rule.text("name"));
    if (!name) return invalid_rule("profile", "has no member name");
    TRY(choose_word(rule.path("name"), *name, profiles));
    const auto queue = TRY(rule.whole("queue_milliseconds", 0, most_milliseconds));
    if (queue) capacity->longest_queue_ = std::chrono::milliseconds(*queue);
    return capacity;
}

Capacity::Turn Capacity::enter(std::string_view operation, const KeySpec* spec, nanoseconds now) noexcept {
    const OperationLimits& limits = limits_of(operation);
    const std::uint16_t rate = limits.per_second[static_cast<std::size_t>(family_of(spec))];
    if (limits.lane == Lane::Free || rate == 0) return {};
    auto& busy_until = busy_until_[static_cast<std::size_t>(limits.lane)];
    std::int64_t seen = busy_until.load(std::memory_order_relaxed);
    std::int64_t wait = 0;
    do {
        wait = std::max<std::int64_t>(0, seen - now.count());
        if (wait > longest_queue_.count()) {
            refused_.fetch_add(1, std::memory_order_relaxed);
            return {false, nanoseconds(wait) - longest_queue_};
        }
    } while (!busy_until.compare_exchange_weak(seen, now.count() + wait + second / rate, std::memory_order_relaxed));
    if (wait > 0) paced_.fetch_add(1, std::memory_order_relaxed);
    return {true, nanoseconds(wait)};
}

}  // namespace kvp11::traffic
