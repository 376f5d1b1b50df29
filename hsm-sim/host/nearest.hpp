// Finds what somebody meant to type.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace kvp11::host {

/// The nearest of the known words by edit distance (a swap of neighbours counts one), or a word
/// that begins like it; none if all are far.
[[nodiscard]] std::optional<std::string_view> nearest(std::string_view typed, std::span<const std::string_view> known);

/// "; did you mean label?", or nothing.
[[nodiscard]] std::string did_you_mean(std::string_view typed, std::span<const std::string_view> known);

/// "a, b or c".
[[nodiscard]] std::string enumerate(std::span<const std::string_view> words);

}  // namespace kvp11::host
