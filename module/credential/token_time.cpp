#include "credential/token_time.hpp"

#include <time.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>

#include "credential/token_answer.hpp"
#include "crypto/jose.hpp"

namespace kvp11::credential {
namespace {

constexpr std::int64_t earliest = 1'000'000'000;  // 2001: what is less is a duration, or nothing
constexpr std::int64_t latest = 7'258'118'400;    // 2200
constexpr std::int64_t before_end = 120;

std::optional<std::int64_t> plausible(std::int64_t seconds) noexcept {
    if (seconds < earliest || seconds > latest) return std::nullopt;
    return seconds;
}

struct CivilTime {
    int year = 0;
    int month = 0;
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
};

bool is_civil(const CivilTime& at) noexcept {
    return at.year > 1900 && at.month >= 1 && at.month <= 12 && at.day >= 1 && at.day <= 31 && at.hour >= 0 &&
           at.hour <= 23 && at.minute >= 0 && at.minute <= 59 && at.second >= 0 && at.second <= 60;
}

std::int64_t utc_epoch(const CivilTime& at) noexcept {
    using namespace std::chrono;
    const auto day = sys_days(year(at.year) / at.month / at.day);
    return day.time_since_epoch().count() * std::int64_t{86'400} + at.hour * 3600 + at.minute * 60 + at.second;
}

/// "Z", "+01:00", "+0100", or nothing, which is UTC. Fractions of a second before it do not matter.
std::optional<int> offset_of(std::string_view text) noexcept {
    const std::size_t at = text.find_first_of("+-Zz");
    if (at == std::string_view::npos || text[at] == 'Z' || text[at] == 'z') return 0;
    const std::string rest(text.substr(at + 1, 5));
    int hours = 0;
    int minutes = 0;
    if (std::sscanf(rest.c_str(), "%2d:%2d", &hours, &minutes) != 2 &&
        std::sscanf(rest.c_str(), "%2d%2d", &hours, &minutes) != 2) {
        return std::nullopt;
    }
    const int seconds = hours * 3600 + minutes * 60;
    return text[at] == '-' ? -seconds : seconds;
}

std::optional<std::int64_t> in_utc(const CivilTime& at, std::string_view zone) noexcept {
    const std::optional<int> offset = offset_of(zone);
    if (!is_civil(at) || !offset) return std::nullopt;
    return plausible(utc_epoch(at) - *offset);
}

std::optional<std::int64_t> iso_epoch(const std::string& text) noexcept {
    CivilTime at;
    int used = 0;
    const int fields = std::sscanf(text.c_str(), "%4d-%2d-%2d%*1[T ]%2d:%2d:%2d%n", &at.year, &at.month, &at.day,
                                   &at.hour, &at.minute, &at.second, &used);
    return fields == 6 ? in_utc(at, std::string_view(text).substr(static_cast<std::size_t>(used))) : std::nullopt;
}

std::optional<std::int64_t> american_epoch(const std::string& text) noexcept {
    CivilTime at;
    int used = 0;
    const int fields = std::sscanf(text.c_str(), "%2d/%2d/%4d %2d:%2d:%2d%n", &at.month, &at.day, &at.year, &at.hour,
                                   &at.minute, &at.second, &used);
    if (fields != 6) return std::nullopt;
    const std::string_view rest = std::string_view(text).substr(static_cast<std::size_t>(used));
    if (rest.starts_with(" PM") && at.hour < 12) at.hour += 12;
    if (rest.starts_with(" AM") && at.hour == 12) at.hour = 0;
    return in_utc(at, rest);
}

}  // namespace

std::optional<std::int64_t> epoch_of(std::string_view text) noexcept {
    if (text.size() > 40) return std::nullopt;
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error == std::errc() && end == text.data() + text.size()) return plausible(seconds);
    const std::string whole(text);
    const auto iso = iso_epoch(whole);
    return iso ? iso : american_epoch(whole);
}

std::optional<std::int64_t> local_epoch_of(std::string_view text) noexcept {
    if (text.size() > 40) return std::nullopt;
    CivilTime at;
    const std::string whole(text);
    if (std::sscanf(whole.c_str(), "%4d-%2d-%2d%*1[T ]%2d:%2d:%2d", &at.year, &at.month, &at.day, &at.hour, &at.minute,
                    &at.second) != 6 ||
        !is_civil(at)) {
        return std::nullopt;
    }
    tm local{};
    local.tm_year = at.year - 1900;
    local.tm_mon = at.month - 1;
    local.tm_mday = at.day;
    local.tm_hour = at.hour;
    local.tm_min = at.minute;
    local.tm_sec = at.second;
    local.tm_isdst = -1;
    return plausible(mktime(&local));
}

std::optional<std::int64_t> end_of_jwt(std::string_view token) {
    const std::size_t first = token.find('.');
    if (first == std::string_view::npos) return std::nullopt;
    const std::size_t second = token.find('.', first + 1);
    if (second == std::string_view::npos) return std::nullopt;
    const Result<SecretBytes> claims = crypto::secret_from_base64url(token.substr(first + 1, second - first - 1));
    if (!claims) return std::nullopt;
    const auto document = IssuerDocument::parse(text_of(claims->expose_bytes()));
    if (!document) return std::nullopt;
    const auto seconds = document->number("exp");
    return seconds ? plausible(*seconds) : std::nullopt;
}

void set_times(Token& token, std::int64_t now, std::int64_t expires, std::int64_t refresh_in) noexcept {
    const std::int64_t life = std::max<std::int64_t>(expires - now, 0);
    std::int64_t wait = std::max(std::min(life / 2, life - before_end), life / 4);
    if (refresh_in > 0 && refresh_in < life) wait = refresh_in;
    using std::chrono::seconds;
    using std::chrono::system_clock;
    token.expires = system_clock::time_point(seconds(expires));
    token.refresh_at = system_clock::time_point(seconds(now + wait));
}

}  // namespace kvp11::credential
