#include "http/message.hpp"

#include <algorithm>

namespace kvp11::http {
namespace {

char folded(char letter) noexcept {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
}

bool equal(std::string_view left, std::string_view right) noexcept {
    return left.size() == right.size() &&
           std::equal(left.begin(), left.end(), right.begin(), [](char a, char b) { return folded(a) == folded(b); });
}

}  // namespace

std::optional<std::string_view> Headers::find(std::string_view name) const noexcept {
    for (const Header& header : all_) {
        if (equal(header.name, name)) return header.value;
    }
    return {};
}

}  // namespace kvp11::http
