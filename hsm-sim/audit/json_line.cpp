#include "audit/json_line.hpp"

#include <array>
#include <charconv>
#include <cstring>

namespace kvp11::audit {
namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";
constexpr std::string_view cut_mark = "\xe2\x80\xa6";
constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t day = 86'400;

bool is_plain(char character) {
    const auto byte = static_cast<unsigned char>(character);
    return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

/// Eight at once; may say no where each of them is plain, never yes where one is not.
bool are_plain(const char* eight) {
    constexpr std::uint64_t ones = 0x0101010101010101U;
    constexpr std::uint64_t tops = 0x80 * ones;
    std::uint64_t text = 0;
    std::memcpy(&text, eight, sizeof text);
    const auto below = [](std::uint64_t bytes, std::uint64_t limit) { return (bytes - limit * ones) & ~bytes; };
    const std::uint64_t odd = text | below(text, 0x20) | below(text ^ ('"' * ones), 1) | below(text ^ ('\\' * ones), 1);
    return (odd & tops) == 0;
}

bool continues(std::string_view text, std::size_t at) {
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0U) == 0x80U;
}

/// How many bytes the UTF-8 character that begins here has; 0 when it is none (RFC 3629, section 4).
std::size_t character_size(std::string_view text, std::size_t at) {
    const auto first = static_cast<unsigned char>(text[at]);
    const auto second_byte = at + 1 < text.size() ? static_cast<unsigned char>(text[at + 1]) : 0U;
    if (first < 0x80) return 1;
    if (first < 0xc2 || first > 0xf4 || !continues(text, at + 1)) return 0;
    if (first < 0xe0) return 2;
    if ((first == 0xe0 && second_byte < 0xa0) || (first == 0xed && second_byte > 0x9f)) return 0;
    if (!continues(text, at + 2)) return 0;
    if (first < 0xf0) return 3;
    if ((first == 0xf0 && second_byte < 0x90) || (first == 0xf4 && second_byte > 0x8f)) return 0;
    return continues(text, at + 3) ? 4 : 0;
}

void append_control(std::string& text, unsigned char byte) {
    text += "\\u00";
    text += hex_digits[byte >> 4U];
    text += hex_digits[byte & 15U];
}

struct Date {
    std::int64_t year;
    unsigned month;
    unsigned day_of_month;
};

// Years that begin in March have their leap day last: 400 of them are 146097 days.
Date date_of(std::int64_t days) {
    const std::int64_t shifted = days + 719'468;
    const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
    const auto in_era = static_cast<unsigned>(shifted - era * 146'097);
    const unsigned year_of_era = (in_era - in_era / 1460 + in_era / 36'524 - in_era / 146'096) / 365;
    const unsigned in_year = in_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const unsigned month_from_march = (5 * in_year + 2) / 153;
    const unsigned month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    const std::int64_t year = static_cast<std::int64_t>(year_of_era) + era * 400 + (month <= 2 ? 1 : 0);
    return {year, month, in_year - (153 * month_from_march + 2) / 5 + 1};
}

std::int64_t days_of(const Date& date) {
    const std::int64_t year = date.year - (date.month <= 2 ? 1 : 0);
    const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
    const auto year_of_era = static_cast<unsigned>(year - era * 400);
    const unsigned in_year = (153 * (date.month > 2 ? date.month - 3 : date.month + 9) + 2) / 5 + date.day_of_month - 1;
    const unsigned in_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + in_year;
    return era * 146'097 + static_cast<std::int64_t>(in_era) - 719'468;
}

template <std::size_t Size>
void put_digits(std::array<char, Size>& text, std::size_t at, std::size_t width, std::uint64_t value) {
    for (std::size_t i = width; i-- > 0; value /= 10) text[at + i] = static_cast<char>('0' + value % 10);
}

constexpr std::string_view time_shape = "0000-00-00T00:00:00.000000Z";

}  // namespace

// One growing for all of it.
void JsonLine::name(std::string_view name) {
    const bool is_first = text_.back() == '{';
    const std::size_t at = text_.size();
    text_.resize(at + name.size() + (is_first ? 3 : 4), '"');
    char* place = text_.data() + at;
    if (!is_first) *place++ = ',';
    name.copy(place + 1, name.size());
    place[1 + name.size() + 1] = ':';
}

JsonLine& JsonLine::begin() {
    text_ += '{';
    return *this;
}

JsonLine& JsonLine::begin(std::string_view name) {
    this->name(name);
    return begin();
}

JsonLine& JsonLine::end() {
    text_ += '}';
    return *this;
}

JsonLine& JsonLine::field(std::string_view name, std::string_view value) {
    this->name(name);
    text_ += '"';
    escaped(value);
    text_ += '"';
    return *this;
}

JsonLine& JsonLine::field(std::string_view name, std::uint64_t value) {
    this->name(name);
    std::array<char, 20> digits;
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    text_.append(digits.data(), written.ptr);
    return *this;
}

JsonLine& JsonLine::flag(std::string_view name, bool value) {
    this->name(name);
    text_ += value ? "true" : "false";
    return *this;
}

JsonLine& JsonLine::present(std::string_view name, std::string_view value) {
    return value.empty() ? *this : field(name, value);
}

JsonLine& JsonLine::time(std::string_view name, std::int64_t microseconds) {
    const std::int64_t seconds = (microseconds >= 0 ? microseconds : microseconds - second + 1) / second;
    const std::int64_t days = (seconds >= 0 ? seconds : seconds - day + 1) / day;
    const auto in_day = static_cast<std::uint64_t>(seconds - days * day);
    const Date date = date_of(days);
    std::array<char, time_shape.size()> text;
    time_shape.copy(text.data(), text.size());
    put_digits(text, 0, 4, static_cast<std::uint64_t>(date.year));
    put_digits(text, 5, 2, date.month);
    put_digits(text, 8, 2, date.day_of_month);
    put_digits(text, 11, 2, in_day / 3600);
    put_digits(text, 14, 2, in_day / 60 % 60);
    put_digits(text, 17, 2, in_day % 60);
    put_digits(text, 20, 6, static_cast<std::uint64_t>(microseconds - seconds * second));
    return field(name, std::string_view(text.data(), text.size()));
}

void JsonLine::escaped(std::string_view value) {
    const bool is_cut = value.size() > longest_;
    if (is_cut) {
        value = value.substr(0, longest_);
        while (!value.empty() && continues(value, value.size() - 1)) value.remove_suffix(1);
        if (!value.empty() && static_cast<unsigned char>(value.back()) >= 0xc0) value.remove_suffix(1);
    }
    std::size_t at = 0;
    while (at < value.size()) {
        std::size_t plain = at;
        while (plain + 8 <= value.size() && are_plain(value.data() + plain)) plain += 8;
        while (plain < value.size() && is_plain(value[plain])) ++plain;
        text_.append(value, at, plain - at);
        at = plain;
        if (at == value.size()) break;
        const auto byte = static_cast<unsigned char>(value[at]);
        const std::size_t size = character_size(value, at);
        if (byte == '"' || byte == '\\') {
            (text_ += '\\') += value[at];
        } else if (byte < 0x20) {
            append_control(text_, byte);
        } else if (size == 0) {
            text_ += replacement;
        } else {
            text_.append(value, at, size);
        }
        at += size == 0 ? 1 : size;
    }
    if (is_cut) text_ += cut_mark;
}

std::int64_t microseconds_of(std::string_view time) {
    if (time.size() != time_shape.size()) return 0;
    std::array<std::int64_t, 7> parts{};
    std::size_t part = 0;
    for (std::size_t i = 0; i < time.size(); ++i) {
        if (time_shape[i] != '0') {
            if (time[i] != time_shape[i]) return 0;
            ++part;
        } else if (time[i] < '0' || time[i] > '9') {
            return 0;
        } else {
            parts[part] = parts[part] * 10 + (time[i] - '0');
        }
    }
    const Date date{parts[0], static_cast<unsigned>(parts[1]), static_cast<unsigned>(parts[2])};
    const std::int64_t seconds = days_of(date) * day + parts[3] * 3600 + parts[4] * 60 + parts[5];
    return seconds * second + parts[6];
}

}  // namespace kvp11::audit
