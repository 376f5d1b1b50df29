#include "log/record.hpp"

#include <algorithm>
#include <charconv>

namespace kvp11::log {

namespace {

constexpr std::size_t longest_message = 3900;
constexpr long facility_user = 1 << 3;  // RFC 5424 §6.2.1

// Severities of RFC 5424 §6.2.1: 3 error, 4 warning, 6 informational, 7 debug.
constexpr long severity(Level level) noexcept {
    constexpr std::array<long, 5> severities{3, 4, 6, 7, 7};
    return severities[static_cast<std::size_t>(level)];
}

}  // namespace

void Record::text(std::string_view characters) noexcept {
    const auto count = std::min(characters.size(), buffer_.size() - used_);
    std::copy_n(characters.begin(), count, buffer_.begin() + static_cast<std::ptrdiff_t>(used_));
    used_ += count;
}

// One record is one line whatever a key's label holds, so that nobody can forge a second one.
void Record::message(std::string_view characters) noexcept {
    const std::size_t start = used_;
    text(characters.substr(0, longest_message));
    std::replace_if(
        buffer_.begin() + static_cast<std::ptrdiff_t>(start), buffer_.begin() + static_cast<std::ptrdiff_t>(used_),
        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
    if (characters.size() > longest_message) text(" ...");
}

void Record::number(long value, int digits) noexcept {
    std::array<char, 24> written{};
    const auto end = std::to_chars(written.data(), written.data() + written.size(), value).ptr;
    const auto count = static_cast<std::size_t>(end - written.data());
    for (auto missing = static_cast<long>(digits) - static_cast<long>(count); missing > 0; --missing) text("0");
    text({written.data(), count});
}

Record Record::line(Level level, std::string_view message, long pid,
                    std::chrono::system_clock::time_point now) noexcept {
    using namespace std::chrono;
    const auto midnight = floor<days>(now);
    const year_month_day date{midnight};
    const hh_mm_ss time{floor<microseconds>(now - midnight)};
    Record record;
    record.number(static_cast<int>(date.year()), 4);
    record.text("-");
    record.number(static_cast<unsigned>(date.month()), 2);
    record.text("-");
    record.number(static_cast<unsigned>(date.day()), 2);
    record.text("T");
    record.number(time.hours().count(), 2);
    record.text(":");
    record.number(time.minutes().count(), 2);
    record.text(":");
    record.number(time.seconds().count(), 2);
    record.text(".");
    record.number(time.subseconds().count(), 6);
    record.text("Z kvp11[");
    record.number(pid);
    record.text("] ");
    record.text(name_of(level));
    record.text(": ");
    record.message(message);
    record.text("\n");
    return record;
}

Record Record::datagram(Level level, std::string_view message, long pid) noexcept {
    Record record;
    record.text("<");
    record.number(facility_user + severity(level));
    record.text(">kvp11[");
    record.number(pid);
    record.text("]: ");
    record.message(message);
    return record;
}

}  // namespace kvp11::log
