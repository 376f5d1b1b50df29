#include "access/guid.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace kvp11::access {
namespace {

constexpr std::size_t guid_size = 36;

constexpr bool has_dash(std::size_t at) noexcept { return at == 8 || at == 13 || at == 18 || at == 23; }

}  // namespace

bool is_guid(std::string_view text) noexcept {
    if (text.size() != guid_size) return false;
    for (std::size_t i = 0; i < guid_size; ++i) {
        const bool fits = has_dash(i) ? text[i] == '-' : std::isxdigit(static_cast<unsigned char>(text[i])) != 0;
        if (!fits) return false;
    }
    return true;
}

std::string guid_of(std::span<const std::uint8_t, 16> random) {
    static constexpr char digits[] = "0123456789abcdef";
    std::array<std::uint8_t, 16> bytes{};
    std::copy(random.begin(), random.end(), bytes.begin());
    bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0F) | 0x40);  // version
    bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3F) | 0x80);  // variant
    std::string text;
    text.reserve(guid_size);
    for (const std::uint8_t byte : bytes) {
        if (has_dash(text.size())) text += '-';
        text += digits[byte >> 4];
        text += digits[byte & 0x0F];
    }
    return text;
}

}  // namespace kvp11::access
