#include "token/key_dates.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string_view>

namespace kvp11::token {

namespace {

using std::chrono::days;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::sys_seconds;
using std::chrono::year_month_day;

constexpr std::size_t date_size = 8;
constexpr seconds one_second{1};
// CK_DATE has four digits for the year.
constexpr sys_days first_day = std::chrono::year(0) / std::chrono::January / 1;
constexpr sys_days last_day = std::chrono::year(9999) / std::chrono::December / 31;

unsigned number(ByteView digits) {
    unsigned value = 0;
    for (const std::uint8_t digit : digits) value = value * 10 + (digit - '0');
    return value;
}

year_month_day day_of(ByteView date) {
    return std::chrono::year(static_cast<int>(number(date.first(4)))) / std::chrono::month(number(date.subspan(4, 2))) /
           std::chrono::day(number(date.subspan(6, 2)));
}

Bytes date_of(sys_seconds time) {
    const year_month_day date(std::clamp(std::chrono::floor<days>(time), first_day, last_day));
    char text[16];
    std::snprintf(text, sizeof text, "%04d%02u%02u", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()));
    return {text, text + date_size};
}

std::int64_t seconds_of(sys_days day) { return sys_seconds(day).time_since_epoch().count(); }

bool is_same(const Bytes& one, ByteView other) {
    return std::equal(one.begin(), one.end(), other.begin(), other.end());
}

}  // namespace

bool is_date(ByteView date) noexcept {
    if (date.empty()) return true;
    const auto is_digit = [](std::uint8_t byte) { return byte >= '0' && byte <= '9'; };
    return date.size() == date_size && std::all_of(date.begin(), date.end(), is_digit) && day_of(date).ok();
}

Bytes start_date(const std::optional<std::int64_t>& not_before) {
    return not_before ? date_of(sys_seconds(seconds(*not_before))) : Bytes{};
}

Bytes end_date(const std::optional<std::int64_t>& expires) {
    return expires ? date_of(sys_seconds(seconds(*expires)) - one_second) : Bytes{};
}

std::optional<std::int64_t> started(const std::optional<std::int64_t>& not_before, ByteView date) {
    if (is_same(start_date(not_before), date)) return not_before;
    if (date.empty()) return std::nullopt;
    return seconds_of(sys_days(day_of(date)));
}

std::optional<std::int64_t> ended(const std::optional<std::int64_t>& expires, ByteView date) {
    if (is_same(end_date(expires), date)) return expires;
    if (date.empty()) return std::nullopt;
    return seconds_of(sys_days(day_of(date)) + days(1));
}

Bytes time_now() {
    const auto now = std::chrono::floor<seconds>(std::chrono::system_clock::now());
    const auto since_midnight = (now - std::chrono::floor<days>(now)).count();
    char text[32];
    std::snprintf(text, sizeof text, "%02d%02d%02d00", static_cast<int>(since_midnight / 3600),
                  static_cast<int>(since_midnight / 60 % 60), static_cast<int>(since_midnight % 60));
    Bytes time = date_of(now);
    time.insert(time.end(), text, text + date_size);
    return time;
}

}  // namespace kvp11::token
