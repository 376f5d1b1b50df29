#include "transport/proxy.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>

#include <openssl/evp.h>

#include "transport/authority.hpp"
#include "transport/host_name.hpp"

namespace kvp11::transport {
namespace {

constexpr std::uint16_t default_port = 80;
constexpr std::array proxy_variables = {"HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"};
constexpr std::array exception_variables = {"NO_PROXY", "no_proxy"};

struct Variable {
    const char* name = nullptr;
    std::string value;
};

template <std::size_t count>
Variable first_set(const std::array<const char*, count>& names) {
    for (const char* name : names) {
        const char* const value = secure_getenv(name);
        if (value != nullptr && *value != '\0') return {name, value};
    }
    return {};
}

int digit_of(char c) {
    constexpr std::string_view digits = "0123456789abcdef";
    const std::size_t at = digits.find(c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c);
    return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

/// A percent sign that encodes nothing stands for itself.
std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool room = text[i] == '%' && i + 2 < text.size();
        const int high = room ? digit_of(text[i + 1]) : -1;
        const int low = room ? digit_of(text[i + 2]) : -1;
        if (high < 0 || low < 0) {
            out += text[i];
            continue;
        }
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

std::string basic_authorization(std::string_view user_and_password) {
    const std::size_t colon = std::min(user_and_password.find(':'), user_and_password.size());
    std::string plain = percent_decoded(user_and_password.substr(0, colon)) + ":";
    if (colon < user_and_password.size()) plain += percent_decoded(user_and_password.substr(colon + 1));
    std::string text((plain.size() + 2) / 3 * 4 + 1, '\0');
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), reinterpret_cast<const unsigned char*>(plain.data()),
                    static_cast<int>(plain.size()));
    text.pop_back();
    explicit_bzero(plain.data(), plain.size());
    return "Basic " + text;
}

std::vector<std::string> split(std::string_view list) {
    std::vector<std::string> entries;
    while (!list.empty()) {
        const std::size_t end = std::min(list.find_first_of(", \t"), list.size());
        if (end != 0) entries.emplace_back(list.substr(0, end));
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return entries;
}

bool is_in_network(std::string_view network, const std::string& address) {
    const std::size_t slash = network.find('/');
    const std::string base = address_bytes(std::string(network.substr(0, slash)));
    const std::string bits_text(network.substr(slash + 1));
    if (base.empty() || base.size() != address.size() || bits_text.empty() || bits_text.size() > 3) return false;
    if (bits_text.find_first_not_of("0123456789") != std::string::npos) return false;
    const auto bits = static_cast<std::size_t>(std::stoul(bits_text));
    if (bits > base.size() * 8) return false;
    for (std::size_t bit = 0; bit < bits; ++bit) {
        const unsigned mask = 0x80U >> (bit % 8);
        const auto difference =
            static_cast<unsigned char>(base[bit / 8]) ^ static_cast<unsigned char>(address[bit / 8]);
        if ((static_cast<unsigned>(difference) & mask) != 0) return false;
    }
    return true;
}

bool is_name_or_below(std::string_view name, std::string_view host) {
    while (name.starts_with('.')) name.remove_prefix(1);
    if (name.empty() || host.size() < name.size()) return false;
    if (!equals_ignoring_case(host.substr(host.size() - name.size()), name)) return false;
    return host.size() == name.size() || host[host.size() - name.size() - 1] == '.';
}

}  // namespace

Result<Proxy> parse_proxy(std::string_view text) {
    constexpr std::string_view scheme = "http://";
    const auto bad = [&](const char* why) {
        return fail(Errc::ConfigurationInvalid,
                    std::string("the proxy is to be http://host:port or http://user:password@host:port, ") + why);
    };
    if (text.substr(0, scheme.size()) == scheme) text.remove_prefix(scheme.size());
    if (text.find("://") != std::string_view::npos) return bad("and no other scheme can be used");
    text = text.substr(0, text.find('/'));
    Proxy proxy;
    const std::size_t at = text.rfind('@');
    if (at != std::string_view::npos) {
        proxy.authorization = basic_authorization(text.substr(0, at));
        text.remove_prefix(at + 1);
    }
    const auto authority = split_authority(text);
    if (!authority) return bad("but there is no host, or the port is none");
    proxy.endpoint = {authority->host, authority->port.value_or(default_port), false};
    return proxy;
}

Result<ProxyRules> ProxyRules::read(const std::string& setting) {
    ProxyRules rules;
    if (setting == "none") return rules;
    if (!setting.empty()) {
        rules.proxy_ = TRY(parse_proxy(setting));
        return rules;
    }
    const Variable variable = first_set(proxy_variables);
    if (variable.name == nullptr) return rules;
    auto proxy = parse_proxy(variable.value);
    if (!proxy) {
        return fail(proxy.code(), std::string("the environment's ") + variable.name + ": " + proxy.error().message +
                                      " (proxy = \"none\" would have it not looked at)");
    }
    rules.proxy_ = std::move(*proxy);
    rules.exceptions_ = split(first_set(exception_variables).value);
    return rules;
}

const Proxy* ProxyRules::proxy_for(const Endpoint& endpoint) const {
    if (!proxy_ || !endpoint.tls || stays_here(endpoint.host)) return nullptr;
    const bool exempted = std::any_of(exceptions_.begin(), exceptions_.end(),
                                      [&](const std::string& entry) { return is_exempted_by(entry, endpoint); });
    return exempted ? nullptr : &*proxy_;
}

bool is_exempted_by(std::string_view entry, const Endpoint& endpoint) {
    if (entry == "*") return true;
    const std::string address = address_bytes(endpoint.host);
    if (entry.find('/') != std::string_view::npos) return is_in_network(entry, address);
    // An IPv6 address may stand without brackets, and then has no port.
    const bool bare = is_address(std::string(entry));
    const auto authority = bare ? Authority{std::string(entry), std::nullopt} : split_authority(entry);
    if (!authority || (authority->port && *authority->port != endpoint.port)) return false;
    if (!address.empty()) return address_bytes(authority->host) == address;
    return is_name_or_below(authority->host, endpoint.host);
}

}  // namespace kvp11::transport
