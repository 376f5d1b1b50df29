#include "pipeline/retry_after.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace kvp11::pipeline {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds longest = std::chrono::hours(24);
constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::string_view trimmed(std::string_view text) noexcept {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

/// Digits and nothing else; more of them than a number holds are a very large one.
std::optional<std::int64_t> whole_number(std::string_view text) noexcept {
    if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) return {};
    std::int64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    return read.ec == std::errc{} ? number : INT64_MAX;
}

milliseconds at_most_a_day(std::int64_t count, milliseconds unit) noexcept {
    return count > longest / unit ? longest : count * unit;
}

/// The part of a date at `at`, when it is a number of so many digits.
std::optional<int> part(std::string_view text, std::size_t at, std::size_t size) noexcept {
    const auto number = whole_number(text.substr(at, size));
    return number ? std::optional<int>(static_cast<int>(*number)) : std::nullopt;
}

}  // namespace

std::optional<std::chrono::system_clock::time_point> parse_http_date(std::string_view text) noexcept {
    using namespace std::chrono;
    // Positions in "Sun, 06 Nov 1994 08:49:37 GMT".
    if (text.size() != 29 || text.substr(3, 2) != ", " || text.substr(25) != " GMT") return {};
    if (text[7] != ' ' || text[11] != ' ' || text[16] != ' ' || text[19] != ':' || text[22] != ':') return {};
    const auto name = std::find(months.begin(), months.end(), text.substr(8, 3));
    const auto day_number = part(text, 5, 2), year_number = part(text, 12, 4);
    const auto hour = part(text, 17, 2), minute = part(text, 20, 2), second = part(text, 23, 2);
    if (name == months.end() || !day_number || !year_number || !hour || !minute || !second) return {};
    const year_month_day date{year(*year_number), month(static_cast<unsigned>(name - months.begin()) + 1U),
                              day(static_cast<unsigned>(*day_number))};
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return {};
    return sys_days(date) + hours(*hour) + minutes(*minute) + seconds(*second);
}

std::optional<milliseconds> retry_after(const transport::Answer& answer,
                                        std::chrono::system_clock::time_point now) noexcept {
    for (const std::string_view name : {"retry-after-ms", "x-ms-retry-after-ms"}) {
        const auto count = whole_number(trimmed(answer.header(name).value_or("")));
        if (count) return at_most_a_day(*count, milliseconds(1));
    }
    const std::string_view text = trimmed(answer.header("Retry-After").value_or(""));
    if (const auto count = whole_number(text)) return at_most_a_day(*count, std::chrono::seconds(1));
    const auto date = parse_http_date(text);
    if (!date) return {};
    return std::clamp(std::chrono::ceil<milliseconds>(*date - now), milliseconds(0), longest);
}

}  // namespace kvp11::pipeline
