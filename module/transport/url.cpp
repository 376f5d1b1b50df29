#include <algorithm>
#include <charconv>

#include "transport/authority.hpp"
#include "transport/transport.hpp"

namespace kvp11::transport {
namespace {

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
    return port;
}

/// What may stand in a request line as it is.
bool is_visible(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace

std::optional<Authority> split_authority(std::string_view text) {
    Authority authority;
    const bool bracketed = text.starts_with('[');
    const std::size_t end = std::min(bracketed ? text.find(']') : text.find(':'), text.size());
    if (bracketed && end == text.size()) return std::nullopt;
    authority.host = bracketed ? text.substr(1, end - 1) : text.substr(0, end);
    const std::string_view rest = text.substr(bracketed ? end + 1 : end);
    if (authority.host.empty() || authority.host.find_first_of("@/?#[]") != std::string::npos) return std::nullopt;
    if (rest.empty()) return authority;
    if (!rest.starts_with(':')) return std::nullopt;
    authority.port = parse_port(rest.substr(1));
    if (!authority.port) return std::nullopt;
    return authority;
}

Result<ParsedUrl> parse_url(std::string_view url) {
    constexpr std::string_view https = "https://";
    constexpr std::string_view http = "http://";
    constexpr std::uint16_t https_port = 443;
    constexpr std::uint16_t http_port = 80;
    const auto bad = [&] {
        return fail(Errc::ArgumentsBad, "\"" + std::string(url) + "\" is no https://host[:port] address");
    };
    const bool tls = url.starts_with(https);
    if ((!tls && !url.starts_with(http)) || !is_visible(url) || url.find('#') != std::string_view::npos) return bad();
    const std::string_view text = url.substr(tls ? https.size() : http.size());
    const std::size_t end = std::min(text.find_first_of("/?"), text.size());
    const auto authority = split_authority(text.substr(0, end));
    if (!authority) return bad();
    ParsedUrl parsed;
    parsed.endpoint = {authority->host, authority->port.value_or(tls ? https_port : http_port), tls};
    const std::string_view rest = text.substr(end);
    parsed.target = (rest.starts_with('/') ? "" : "/") + std::string(rest);
    return parsed;
}

}  // namespace kvp11::transport
