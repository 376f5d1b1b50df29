#include "transport/host_name.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>

namespace kvp11::transport {
namespace {

constexpr std::size_t ipv4_bytes = 4;
constexpr std::size_t ipv6_bytes = 16;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_local_ipv4(std::string_view bytes) {
    const auto first = static_cast<unsigned char>(bytes[0]);
    return first == 127 || (first == 169 && static_cast<unsigned char>(bytes[1]) == 254);
}

bool is_local_ipv6(std::string_view bytes) {
    using namespace std::string_view_literals;
    if (bytes == "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1"sv) return true;
    if (bytes.starts_with("\0\0\0\0\0\0\0\0\0\0\xff\xff"sv)) return is_local_ipv4(bytes.substr(12));
    return static_cast<unsigned char>(bytes[0]) == 0xfe && (static_cast<unsigned char>(bytes[1]) & 0xc0U) == 0x80;
}

}  // namespace

std::string address_bytes(const std::string& text) {
    std::array<char, ipv6_bytes> bytes{};
    if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return {bytes.data(), ipv4_bytes};
    if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return {bytes.data(), ipv6_bytes};
    return {};
}

bool is_address(const std::string& host) noexcept { return !address_bytes(host).empty(); }

std::string address_text(std::string_view bytes) {
    if (bytes.size() != ipv4_bytes && bytes.size() != ipv6_bytes) return {};
    std::array<char, INET6_ADDRSTRLEN> text{};
    const int family = bytes.size() == ipv4_bytes ? AF_INET : AF_INET6;
    return inet_ntop(family, bytes.data(), text.data(), text.size()) == nullptr ? "" : text.data();
}

bool is_localhost(std::string_view host) noexcept {
    constexpr std::string_view name = "localhost";
    if (host.ends_with('.')) host.remove_suffix(1);
    if (host.size() < name.size() || !equals_ignoring_case(host.substr(host.size() - name.size()), name)) return false;
    return host.size() == name.size() || host[host.size() - name.size() - 1] == '.';
}

bool stays_here(const std::string& host) noexcept {
    if (is_localhost(host)) return true;
    const std::string bytes = address_bytes(host);
    if (bytes.empty()) return false;
    return bytes.size() == ipv4_bytes ? is_local_ipv4(bytes) : is_local_ipv6(bytes);
}

bool equals_ignoring_case(std::string_view one, std::string_view other) noexcept {
    return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                      [](char a, char b) { return lower(a) == lower(b); });
}

std::string lower_case(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), lower);
    return out;
}

}  // namespace kvp11::transport
