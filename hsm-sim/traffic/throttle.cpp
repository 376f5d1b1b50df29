#include "traffic/throttle.hpp"

#include <algorithm>

#include "traffic/rule_members.hpp"

namespace kvp11::traffic {
namespace {

using std::chrono::nanoseconds;

constexpr std::string_view members[] = {"requests_per_10s", "retry_after"};
constexpr std::string_view published[] = {"published"};
constexpr std::int64_t most_requests = 1'000'000'000;

// 10 seconds are that many slots. One more is kept, so that no 10 seconds, wherever they begin, hold too much.
constexpr std::int64_t slots_per_window = 1000;
constexpr nanoseconds slot_length = std::chrono::milliseconds(10);

}  // namespace

std::optional<nanoseconds> RequestWindow::enter(nanoseconds now, std::uint64_t weight, std::uint64_t limit) {
    const std::lock_guard lock(mutex_);
    std::int64_t index = now / slot_length;
    if (!slots_.empty()) index = std::max(index, slots_.back().index);  // a thread that looked at the clock and waited
    while (!slots_.empty() && slots_.front().index < index - slots_per_window) {
        sum_ -= slots_.front().weight;
        slots_.pop_front();
    }
    if (sum_ + weight <= limit) {
        if (slots_.empty() || slots_.back().index != index) slots_.push_back({index, 0});
        slots_.back().weight += weight;
        sum_ += weight;
        return std::nullopt;
    }
    std::uint64_t left = sum_;
    for (const Slot& slot : slots_) {
        left -= slot.weight;
        if (left + weight <= limit) return (slot.index + slots_per_window + 1) * slot_length - now;
    }
    return slots_per_window * slot_length;
}

Result<std::shared_ptr<Throttle>> Throttle::read(const boost::json::value& value) {
    auto throttle = std::make_shared<Throttle>();
    if (value.is_string()) {
        TRY(choose_word("throttle", value.get_string(), published));
        return throttle;
    }
    const RuleMembers rule = TRY(RuleMembers::of(value, "throttle", members));
    const boost::json::value* requests = rule.find("requests_per_10s");
    const std::string where = rule.path("requests_per_10s");
    if (!requests) return invalid_rule("throttle", "has no member requests_per_10s");
    if (requests->is_string()) {
        TRY(choose_word(where, requests->get_string(), published));
    } else {
        throttle->limit_ = static_cast<std::uint32_t>(TRY(read_whole(*requests, where, 1, most_requests)));
    }
    const auto form = TRY(rule.text("retry_after"));
    if (form) throttle->form_ = TRY(retry_after_form(rule.path("retry_after"), *form));
    return throttle;
}

std::optional<nanoseconds> Throttle::enter(std::string_view operation, const KeySpec* spec, nanoseconds now) {
    Share share{Quota::UseOther, limit_.value_or(0), 1};
    if (!limit_) share = share_of(limits_of(operation), spec);
    const auto wait = windows_[static_cast<std::size_t>(share.quota)].enter(now, share.weight, share.limit);
    if (wait) refused_.fetch_add(1, std::memory_order_relaxed);
    return wait;
}

}  // namespace kvp11::traffic
