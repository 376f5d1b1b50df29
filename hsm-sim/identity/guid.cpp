#include "identity/guid.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "crypto/random.hpp"

namespace kvp11::identity {
namespace {

constexpr std::size_t guid_size = 36;

bool is_dash(std::size_t position) { return position == 8 || position == 13 || position == 18 || position == 23; }

char lower(char letter) { return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter; }

}  // namespace

bool is_guid(std::string_view text) noexcept {
    if (text.size() != guid_size) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = lower(text[i]);
        const bool is_digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        if (is_dash(i) ? c != '-' : !is_digit) return false;
    }
    return true;
}

std::string random_guid() {
    constexpr std::string_view digits = "0123456789abcdef";
    std::array<std::uint8_t, 16> bytes{};
    (void)crypto::random_bytes(bytes);  // an id of a request is worth no refusal
    bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0fU) | 0x40U);
    bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3fU) | 0x80U);
    std::string text;
    for (const std::uint8_t byte : bytes) {
        if (is_dash(text.size())) text += '-';
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
    return text;
}

bool equal_without_case(std::string_view left, std::string_view right) noexcept {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](char a, char b) { return lower(a) == lower(b); });
}

}  // namespace kvp11::identity
