// What strings in the configuration may be, beyond their type. Pure functions.
#pragma once

#include <algorithm>
#include <filesystem>
#include <string_view>

#include "config/schema.hpp"

namespace kvp11::config {

[[nodiscard]] constexpr bool is_letter_or_digit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

template <class Predicate>
[[nodiscard]] bool only(std::string_view text, Predicate allowed) {
    return std::all_of(text.begin(), text.end(), allowed);
}

/// `scheme` ("https://"), a host and perhaps a port, and nothing behind them but a slash.
[[nodiscard]] bool is_origin(std::string_view text, std::string_view scheme);

/// A relative path in a file means: beside that file.
[[nodiscard]] std::filesystem::path beside(const std::filesystem::path& file, std::string_view written);

[[nodiscard]] Problem problem_with_path(std::string_view text);
[[nodiscard]] Problem problem_with_log_target(std::string_view text);
[[nodiscard]] Problem problem_with_label(std::string_view text);
[[nodiscard]] Problem problem_with_group(std::string_view text);
[[nodiscard]] Problem problem_with_url(std::string_view text);

}  // namespace kvp11::config
