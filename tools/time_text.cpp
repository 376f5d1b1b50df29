#include "tools/time_text.hpp"

#include <cstdio>
#include <ctime>

namespace kvp11::tools {
namespace {

// Years that utc() can write, so that what is read can be shown again.
constexpr std::int64_t last_second = 253'402'300'799;  // 9999-12-31T23:59:59Z

/// Nothing but the format, up to the text's end.
bool reads(const std::string& text, const char* format, std::tm& parts) {
    parts = {};
    const char* end = strptime(text.c_str(), format, &parts);
    return end != nullptr && *end == '\0';
}

}  // namespace

std::string utc(std::int64_t seconds) {
    const std::time_t time = static_cast<std::time_t>(seconds);
    std::tm parts{};
    char text[32] = "";
    if (gmtime_r(&time, &parts) != nullptr) std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text;
}

std::string utc_with_micros(std::int64_t microseconds) {
    constexpr std::int64_t million = 1'000'000;
    const std::int64_t micros = (microseconds % million + million) % million;
    std::string text = utc((microseconds - micros) / million);
    char fraction[16];
    std::snprintf(fraction, sizeof fraction, ".%06dZ", static_cast<int>(micros));
    text.replace(text.find('Z'), 1, fraction);
    return text;
}

Result<std::int64_t> parse_utc(const std::string& option, const std::string& text) {
    std::tm parts{};
    if (reads(text, "%Y-%m-%dT%H:%M:%SZ", parts) || reads(text, "%Y-%m-%d", parts)) {
        std::tm normal = parts;
        const std::int64_t seconds = timegm(&normal);
        // timegm() makes 30 February the 1st or 2nd of March.
        const bool same_day = normal.tm_mday == parts.tm_mday && normal.tm_sec == parts.tm_sec;
        if (same_day && seconds <= last_second) return seconds;
    }
    return fail(Errc::ArgumentsBad,
                "got " + option + " '" + text + "', want a time in UTC as in 2026-07-01T12:00:00Z or 2026-07-01");
}

}  // namespace kvp11::tools
