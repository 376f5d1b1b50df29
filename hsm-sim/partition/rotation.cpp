#include "partition/rotation.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace kvp11::partition {
namespace {

using std::chrono::days;
using std::chrono::months;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::sys_seconds;
using std::chrono::year_month_day;
using std::chrono::years;

constexpr std::uint32_t most_units = 9999;
constexpr std::int64_t least_days = 28;

std::int64_t shifted(std::int64_t time, const Period& period, int direction) {
    const sys_seconds point{seconds(time)};
    const sys_days day = std::chrono::floor<days>(point);
    const auto signed_of = [direction](std::uint32_t count) { return direction * static_cast<int>(count); };
    year_month_day date = year_month_day(day) + years(signed_of(period.years)) + months(signed_of(period.months));
    if (!date.ok()) date = date.year() / date.month() / std::chrono::last;
    const sys_seconds moved = sys_days(date) + days(signed_of(period.days)) + (point - day);
    return moved.time_since_epoch().count();
}

Failure invalid(const std::string& why) { return fail(Errc::RotationPolicyInvalid, "the rotation policy " + why); }

Failure no_period(std::string_view text) {
    return fail(Errc::RotationPolicyInvalid,
                "got the period '" + std::string(text) + "', want years, months and days as in P1Y6M or P90D");
}

// A month counts as its shortest, so that no start makes the period shorter than the service's least.
bool is_long_enough(const Period& period) {
    return period.years * std::int64_t{365} + period.months * std::int64_t{28} + period.days >= least_days;
}

Result<void> check_action(const LifetimeAction& action) {
    if (action.type == LifetimeActionType::Notify) return invalid("has a notify action, want rotate");
    if (action.time_after_create.has_value() == action.time_before_expiry.has_value()) {
        return invalid("has an action with no trigger or with two, want timeAfterCreate or timeBeforeExpiry");
    }
    if (action.time_after_create && !is_long_enough(*action.time_after_create)) {
        return invalid("has a timeAfterCreate of less than 28 days");
    }
    return {};
}

}  // namespace

std::int64_t time_after(std::int64_t time, const Period& period) { return shifted(time, period, 1); }
std::int64_t time_before(std::int64_t time, const Period& period) { return shifted(time, period, -1); }

Result<Period> parse_period(std::string_view text) {
    if (text.size() < 3 || (text[0] != 'P' && text[0] != 'p')) return no_period(text);
    constexpr std::string_view order = "YMWD";
    Period period;
    std::size_t next_unit = 0;
    for (const char* at = text.data() + 1; at != text.data() + text.size();) {
        std::uint32_t count = 0;
        const auto [end, problem] = std::from_chars(at, text.data() + text.size(), count);
        if (problem != std::errc{} || end == text.data() + text.size() || count > most_units) return no_period(text);
        const std::size_t unit = order.find(static_cast<char>(*end & ~0x20), next_unit);
        if (unit == std::string_view::npos) return no_period(text);
        if (unit == 0) period.years = count;
        if (unit == 1) period.months = count;
        if (unit == 2) period.days = 7 * count;
        if (unit == 3) period.days += count;
        next_unit = unit + 1;
        at = end + 1;
    }
    return period;
}

std::string format_period(const Period& period) {
    std::string text = "P";
    const auto put = [&text](std::uint32_t count, char unit) {
        if (count != 0) text += std::to_string(count) + unit;
    };
    put(period.years, 'Y');
    put(period.months, 'M');
    put(period.days, 'D');
    return text == "P" ? "P0D" : text;
}

Result<void> check_rotation_policy(const RotationPolicy& policy) {
    if (policy.actions.size() > 1) return invalid("has more than one action");
    for (const LifetimeAction& action : policy.actions) TRY(check_action(action));
    if (policy.expiry_time && !is_long_enough(*policy.expiry_time))
        return invalid("has an expiryTime of less than 28 days");
    return {};
}

std::optional<std::int64_t> rotation_due_at(const KeyRecord& record) {
    std::optional<std::int64_t> due;
    if (!record.rotation_policy || record.deletion || !record.is_latest) return due;
    for (const LifetimeAction& action : record.rotation_policy->actions) {
        if (action.type != LifetimeActionType::Rotate) continue;
        std::optional<std::int64_t> at;
        if (action.time_after_create) at = time_after(record.created, *action.time_after_create);
        if (action.time_before_expiry && record.expires) at = time_before(*record.expires, *action.time_before_expiry);
        if (at && (!due || *at < *due)) due = at;
    }
    return due;
}

}  // namespace kvp11::partition
