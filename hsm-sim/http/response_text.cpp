#include "http/response_text.hpp"

#include <strings.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

#include <boost/beast/http/status.hpp>

namespace kvp11::http {
namespace {

constexpr std::array days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct DateLine {
    std::time_t second = -1;
    std::array<char, 64> text{};
    std::size_t size = 0;
};

/// The date of now (RFC 9110 5.6.7), laid out once a second.
std::string_view date_line() {
    thread_local DateLine line;
    const std::time_t now = std::time(nullptr);
    if (now != line.second) {
        std::tm time{};
        gmtime_r(&now, &time);
        const int size =
            std::snprintf(line.text.data(), line.text.size(), "Date: %s, %02d %s %04d %02d:%02d:%02d GMT\r\n",
                          days.at(static_cast<std::size_t>(time.tm_wday)), time.tm_mday,
                          months.at(static_cast<std::size_t>(time.tm_mon)), time.tm_year + 1900, time.tm_hour,
                          time.tm_min, time.tm_sec);
        line.size = std::min(static_cast<std::size_t>(std::max(size, 0)), line.text.size() - 1);
        line.second = now;
    }
    return {line.text.data(), line.size};
}

bool is_one_line(std::string_view text) { return text.find_first_of(std::string_view("\r\n\0", 3)) == text.npos; }

// A loop that the compiler turns into one over many letters at once.
std::size_t control_characters(std::string_view text) {
    unsigned count = 0;
    for (const char c : text) count += static_cast<unsigned char>(c) < 0x20 ? 1U : 0U;
    return count;
}

/// What the server says itself about framing.
bool is_ours(std::string_view name) {
    static constexpr std::array<std::string_view, 5> names = {"Content-Length", "Connection", "Date",
                                                              "Transfer-Encoding", "Keep-Alive"};
    return std::any_of(names.begin(), names.end(), [&](std::string_view ours) {
        return name.size() == ours.size() && strncasecmp(name.data(), ours.data(), ours.size()) == 0;
    });
}

// Whether all may be sent as they lie: no line has more than its own end, which is two characters.
bool are_fit(const Headers& headers) {
    for (std::size_t i = 0; i < headers.size(); ++i) {
        if (is_ours(headers[i].name)) return false;
    }
    return control_characters(headers.text()) == 2 * headers.size();
}

void append_headers(std::string& text, const Headers& headers) {
    if (are_fit(headers)) {
        text.append(headers.text());
        return;
    }
    for (std::size_t i = 0; i < headers.size(); ++i) {
        const HeaderLine header = headers[i];
        if (is_ours(header.name) || !is_one_line(header.name) || !is_one_line(header.value)) continue;
        text.append(header.line);
    }
}

}  // namespace

bool has_body(unsigned status) noexcept { return status >= 200 && status != 204 && status != 304; }

void append_head(std::string& text, const Response& response, const Framing& framing) {
    const auto reason = boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(response.status));
    text.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
    text.append(reason.data(), reason.size()).append("\r\n").append(date_line());
    append_headers(text, response.headers);
    if (has_body(response.status)) {
        text.append("Content-Length: ").append(std::to_string(response.body.size())).append("\r\n");
    }
    if (!framing.keep_alive) {
        text.append("Connection: close\r\n");
    } else if (framing.http_1_0) {
        text.append("Connection: keep-alive\r\n");
    }
    text.append("\r\n");
}

}  // namespace kvp11::http
