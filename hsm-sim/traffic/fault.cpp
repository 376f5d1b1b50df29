#include "traffic/fault.hpp"

#include <algorithm>
#include <utility>

#include "traffic/retry_after.hpp"

namespace kvp11::traffic {

using std::chrono::nanoseconds;

Fault::Fault(FaultDocument document, Chance chance)
    : choice_(std::move(document.choice)), effect_(std::move(document.effect)), chance_(chance) {}

bool Fault::is_chosen(std::int64_t count) const noexcept {
    if (choice_.nth) return count >= *choice_.nth;
    if (choice_.every) return count % *choice_.every == 0;
    if (choice_.probability) return chance_.of(static_cast<std::uint64_t>(count)) < *choice_.probability;
    return true;
}

bool Fault::strikes(std::string_view operation) noexcept {
    if (choice_.operation != "*" && choice_.operation != operation) return false;
    const std::int64_t count = seen_.fetch_add(1, std::memory_order_relaxed) + 1 - choice_.after;
    if (count < 1 || !is_chosen(count)) return false;
    return struck_.fetch_add(1, std::memory_order_relaxed) < choice_.times.value_or(INT64_MAX);
}

void Fault::add_to(Plan& plan, const host::Clock& clock) const {
    const Plan& wanted = effect_.plan;
    if (wanted.status && !plan.status) {
        plan.status = wanted.status;
        plan.retry_after = wanted.retry_after;
        if (effect_.retry_after_date) plan.retry_after = http_date(clock.now() + *effect_.retry_after_date);
    }
    plan.token_expired |= wanted.token_expired;
    plan.partition_lost |= wanted.partition_lost;
    plan.delivery.reset |= wanted.delivery.reset;
    if (wanted.delivery.truncate_after) plan.delivery.truncate_after = wanted.delivery.truncate_after;
    if (wanted.delivery.bytes_per_second > 0) plan.delivery.bytes_per_second = wanted.delivery.bytes_per_second;
}

void Fault::apply(std::string_view operation, nanoseconds now, const host::Clock& clock, Plan& plan) {
    const bool is_struck = strikes(operation);
    if (is_struck && effect_.partition_lost) {
        lost_until_.store((now + *effect_.partition_lost).count(), std::memory_order_relaxed);
    }
    const bool is_lost = effect_.partition_lost && now.count() < lost_until_.load(std::memory_order_relaxed);
    if (!is_struck && !is_lost) return;
    happened_.fetch_add(1, std::memory_order_relaxed);
    if (is_struck) add_to(plan, clock);
    plan.partition_lost |= is_lost;
}

}  // namespace kvp11::traffic
