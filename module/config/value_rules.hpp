// What strings in the configuration may be, beyond their type. Pure functions.
#pragma once

#include <filesystem>
#include <string_view>

#include "config/schema.hpp"

namespace kvp11::config {

/// A relative path in a file means: beside that file.
[[nodiscard]] std::filesystem::path beside(const std::filesystem::path& file, std::string_view written);

[[nodiscard]] Problem problem_with_path(std::string_view text);
[[nodiscard]] Problem problem_with_log_target(std::string_view text);
[[nodiscard]] Problem problem_with_label(std::string_view text);
[[nodiscard]] Problem problem_with_group(std::string_view text);
[[nodiscard]] Problem problem_with_url(std::string_view text);

}  // namespace kvp11::config
