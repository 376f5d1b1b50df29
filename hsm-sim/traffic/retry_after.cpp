#include "traffic/retry_after.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

#include "traffic/rule_members.hpp"

namespace kvp11::traffic {
namespace {

constexpr std::string_view form_words[] = {"seconds", "date", "none"};

// Not strftime: its names follow the locale.
constexpr std::array<const char*, 7> days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<const char*, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

}  // namespace

Result<RetryAfterForm> retry_after_form(std::string_view where, std::string_view word) {
    return static_cast<RetryAfterForm>(TRY(choose_word(where, word, form_words)));
}

std::string http_date(std::int64_t unix_seconds) {
    const std::time_t time = unix_seconds;
    std::tm parts{};
    gmtime_r(&time, &parts);
    char text[64];
    const int length = std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT",
                                     days[static_cast<std::size_t>(parts.tm_wday)], parts.tm_mday,
                                     months[static_cast<std::size_t>(parts.tm_mon)], parts.tm_year + 1900,
                                     parts.tm_hour, parts.tm_min, parts.tm_sec);
    return std::string(text, static_cast<std::size_t>(length));
}

std::optional<std::string> retry_after_text(RetryAfterForm form, std::chrono::nanoseconds wait, std::int64_t now) {
    const std::int64_t seconds = std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::seconds>(wait).count());
    if (form == RetryAfterForm::None) return std::nullopt;
    return form == RetryAfterForm::Seconds ? std::to_string(seconds) : http_date(now + seconds);
}

}  // namespace kvp11::traffic
