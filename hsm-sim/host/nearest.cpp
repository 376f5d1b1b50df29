#include "host/nearest.hpp"

#include <algorithm>
#include <vector>

namespace kvp11::host {

namespace {

// Optimal string alignment: three rows of the usual table.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> two_above(b.size() + 1);
    std::vector<std::size_t> above(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t changed = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, changed});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], two_above[j - 2] + 1);
        }
        std::swap(two_above, above);
        std::swap(above, row);
    }
    return above[b.size()];
}

bool begins_alike(std::string_view typed, std::string_view word) {
    return typed.size() >= 3 && (word.starts_with(typed) || typed.starts_with(word));
}

}  // namespace

std::optional<std::string_view> nearest(std::string_view typed, std::span<const std::string_view> known) {
    constexpr std::size_t longest = 64;
    if (typed.size() > longest) return std::nullopt;
    std::size_t limit = 1 + typed.size() / 4;
    std::optional<std::string_view> best;
    for (const auto word : known) {
        const auto steps = begins_alike(typed, word) ? 1 : distance(typed, word);
        if (steps > limit || steps >= word.size()) continue;
        if (best && steps == limit) continue;
        best = word;
        limit = steps;
    }
    return best;
}

std::string did_you_mean(std::string_view typed, std::span<const std::string_view> known) {
    const auto word = nearest(typed, known);
    return word ? "; did you mean " + std::string(*word) + "?" : std::string();
}

std::string enumerate(std::span<const std::string_view> words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
        text += words[i];
    }
    return text;
}

}  // namespace kvp11::host
