#include "config/remote_rules.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "config/value_rules.hpp"

namespace kvp11::config {

namespace {

constexpr std::size_t longest_key_name = 127;
constexpr std::size_t pin_size = 44;  // base64 of 32 bytes

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_hexadecimal(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/// Where `pattern` has 0 there is a character that `allowed` takes; the rest is the same.
template <class Predicate>
bool has_form(std::string_view text, std::string_view pattern, Predicate allowed) {
    return std::equal(text.begin(), text.end(), pattern.begin(), pattern.end(),
                      [&](char is, char wanted) { return wanted == '0' ? allowed(is) : is == wanted; });
}

bool is_guid(std::string_view text) { return has_form(text, "00000000-0000-0000-0000-000000000000", is_hexadecimal); }

bool is_address(const std::string& text) {
    std::array<unsigned char, sizeof(in6_addr)> binary{};
    return ::inet_pton(AF_INET, text.c_str(), binary.data()) == 1 ||
           ::inet_pton(AF_INET6, text.c_str(), binary.data()) == 1;
}

}  // namespace

std::string without_last_slash(std::string_view url) {
    if (url.ends_with('/')) url.remove_suffix(1);
    return std::string(url);
}

Problem problem_with_plain_url(std::string_view text) {
    if (is_origin(text, "http://")) return std::nullopt;
    return "must have the form http://host or http://host:port";
}

Problem problem_with_proxy(std::string_view text) {
    if (text == "none" || is_origin(text, "http://")) return std::nullopt;
    if (text.find('@') != std::string_view::npos)
        return "must not hold a password; give a proxy that wants one by the environment, in HTTPS_PROXY";
    return "must be none, or have the form http://host:port";
}

Problem problem_with_api_version(std::string_view text) {
    for (const std::string_view form : {"0.0", "0000-00-00"})
        if (has_form(text, form, is_digit)) return std::nullopt;
    return "must be a version of the service's API, such as 7.6 or 2025-07-01";
}

Problem problem_with_guid(std::string_view text) {
    if (is_guid(text)) return std::nullopt;
    return "must be a GUID, such as 11111111-2222-3333-4444-555555555555";
}

Problem problem_with_tenant(std::string_view text) {
    const auto allowed = [](char c) { return is_letter_or_digit(c) || c == '-' || c == '.'; };
    if (!text.empty() && only(text, allowed)) return std::nullopt;
    return "must be a tenant's GUID or one of its domains";
}

Problem problem_with_resource_id(std::string_view text) {
    if (text.starts_with("/subscriptions/")) return std::nullopt;
    return "must be the resource id of a managed identity, which begins with /subscriptions/";
}

Problem problem_with_pin(std::string_view text) {
    constexpr std::string_view form = "must hold pins of the form sha256/ and 44 characters of base64";
    if (!text.starts_with(pin_prefix)) return std::string(form);
    text.remove_prefix(pin_prefix.size());
    const auto allowed = [](char c) { return is_letter_or_digit(c) || c == '+' || c == '/'; };
    if (text.size() != pin_size || !text.ends_with('=') || !only(text.substr(0, pin_size - 1), allowed))
        return std::string(form);
    return std::nullopt;
}

Problem problem_with_host_address(std::string_view text) {
    const auto equals = text.find('=');
    const bool has_host = equals != std::string_view::npos &&
                          is_origin("https://" + std::string(text.substr(0, equals)), "https://") &&
                          only(text.substr(0, equals), [](char c) { return c != ':' && c != '/' && c != '['; });
    if (has_host && is_address(std::string(text.substr(equals + 1)))) return std::nullopt;
    return "must hold entries of the form host=address, such as contoso.managedhsm.azure.net=10.0.0.4";
}

Problem problem_with_key_name(std::string_view text) {
    const auto allowed = [](char c) { return is_letter_or_digit(c) || c == '-'; };
    if (!text.empty() && text.size() <= longest_key_name && only(text, allowed)) return std::nullopt;
    return "must be the name of a key: 1 to 127 letters, digits and hyphens";
}

}  // namespace kvp11::config
