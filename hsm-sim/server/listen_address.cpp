#include "server/listen_address.hpp"

#include <arpa/inet.h>

#include <charconv>

namespace kvp11::server {
namespace {

bool is_address(const std::string& text) {
    in6_addr room{};
    return inet_pton(AF_INET, text.c_str(), &room) == 1 || inet_pton(AF_INET6, text.c_str(), &room) == 1;
}

}  // namespace

Result<ListenAddress> ListenAddress::parse(std::string_view option, std::string_view text) {
    const Failure bad = fail(Errc::ArgumentsBad, "got " + std::string(option) + " '" + std::string(text) +
                                                     "', want ADDRESS:PORT, such as 127.0.0.1:8443 or [::1]:8443");
    const std::size_t colon = text.rfind(':');
    const std::string_view digits = colon == text.npos ? text : text.substr(colon + 1);
    std::string_view host = colon == text.npos ? std::string_view{} : text.substr(0, colon);
    ListenAddress parsed;
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), parsed.port);
    if (problem != std::errc{} || end != digits.data() + digits.size()) return bad;
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
    } else if (host.find(':') != host.npos) {
        return bad;
    }
    if (!host.empty()) parsed.address = host == "*" ? "::" : host == "localhost" ? "127.0.0.1" : std::string(host);
    if (!is_address(parsed.address)) return bad;
    return parsed;
}

bool ListenAddress::is_loopback() const noexcept { return address.starts_with("127.") || address == "::1"; }

std::string ListenAddress::text() const {
    const bool is_ipv6 = address.find(':') != address.npos;
    return (is_ipv6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

}  // namespace kvp11::server
