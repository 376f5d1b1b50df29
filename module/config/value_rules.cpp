#include "config/value_rules.hpp"

#include <algorithm>
#include <charconv>

namespace kvp11::config {

namespace {

constexpr std::size_t longest_label = 32;  // CK_TOKEN_INFO.label

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

bool is_port(std::string_view text) {
    unsigned port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

bool is_host(std::string_view text) {
    if (text.starts_with('[') && text.ends_with(']'))
        return text.size() > 2 && only(text.substr(1, text.size() - 2),
                                       [](char c) { return is_letter_or_digit(c) || c == ':' || c == '.'; });
    return !text.empty() && only(text, [](char c) { return is_letter_or_digit(c) || c == '-' || c == '.'; });
}

}  // namespace

std::filesystem::path beside(const std::filesystem::path& file, std::string_view written) {
    return (file.parent_path() / std::filesystem::path(written)).lexically_normal();
}

Problem problem_with_path(std::string_view text) {
    if (text.empty()) return "must name a path, and is empty";
    if (text.starts_with('~')) return "begins with ~, which is not replaced here; write the path out";
    if (!only(text, [](char c) { return !is_control(c); })) return "must not hold control characters";
    return std::nullopt;
}

Problem problem_with_log_target(std::string_view text) {
    if (text == "stderr" || text == "syslog") return std::nullopt;
    if (auto problem = problem_with_path(text)) return problem;
    if (text.starts_with('/')) return std::nullopt;
    return "must be stderr, syslog or an absolute path, and is \"" + std::string(text) + '"';
}

Problem problem_with_label(std::string_view text) {
    if (text.size() > longest_label) return "must be at most 32 bytes long, and has " + std::to_string(text.size());
    if (!only(text, [](char c) { return !is_control(c); })) return "must not hold control characters";
    return std::nullopt;
}

Problem problem_with_group(std::string_view text) {
    const auto allowed = [](char c) { return is_letter_or_digit(c) || c == '_' || c == '-' || c == '.'; };
    if (!text.empty() && text.size() <= longest_label && only(text, allowed)) return std::nullopt;
    return "must be the name of a group of users, such as www-data";
}

bool is_origin(std::string_view text, std::string_view scheme) {
    if (!text.starts_with(scheme)) return false;
    text.remove_prefix(scheme.size());
    if (text.ends_with('/')) text.remove_suffix(1);
    const auto bracket = text.rfind(']');
    const auto colon = text.rfind(':');
    const bool has_port = colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
    if (has_port && !is_port(text.substr(colon + 1))) return false;
    return is_host(has_port ? text.substr(0, colon) : text);
}

Problem problem_with_url(std::string_view text) {
    if (is_origin(text, "https://")) return std::nullopt;
    return "must have the form https://host or https://host:port";
}

}  // namespace kvp11::config
