#include "http/url.hpp"

#include <algorithm>

namespace kvp11::http {
namespace {

bool is_port(std::string_view text) {
    return !text.empty() && text.size() <= 5 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// What may stand in a request line as it is.
bool is_visible(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) {
    constexpr std::string_view https = "https://";
    constexpr std::string_view http = "http://";
    Url url;
    url.tls = text.starts_with(https);
    if ((!url.tls && !text.starts_with(http)) || !is_visible(text)) return std::nullopt;
    text.remove_prefix(url.tls ? https.size() : http.size());
    if (text.find('#') != std::string_view::npos) return std::nullopt;
    const std::size_t end = std::min(text.find_first_of("/?"), text.size());
    const std::string_view authority = text.substr(0, end);
    if (end < text.size()) url.target = (text[end] == '?' ? "/" : "") + std::string(text.substr(end));
    const bool bracketed = authority.starts_with('[');
    const std::size_t bracket = authority.find(']');
    if (bracketed && bracket == std::string_view::npos) return std::nullopt;
    const std::string_view host =
        bracketed ? authority.substr(1, bracket - 1) : authority.substr(0, authority.find(':'));
    const std::string_view rest = authority.substr(bracketed ? bracket + 1 : host.size());
    if (host.empty() || host.find('@') != std::string_view::npos) return std::nullopt;
    if (!rest.empty() && (rest.front() != ':' || !is_port(rest.substr(1)))) return std::nullopt;
    url.host = host;
    url.authority = authority;
    url.port = rest.empty() ? (url.tls ? "443" : "80") : std::string(rest.substr(1));
    return url;
}

}  // namespace kvp11::http
