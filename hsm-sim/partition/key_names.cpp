#include "partition/key_names.hpp"

#include <algorithm>
#include <array>

#include "crypto/random.hpp"

namespace kvp11::partition {
namespace {

bool is_name_character(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

}  // namespace

bool is_legal_name(std::string_view name) {
    return !name.empty() && name.size() <= 127 && std::all_of(name.begin(), name.end(), is_name_character);
}

std::string hex_of(ByteView bytes) {
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const std::uint8_t byte : bytes) {
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
    return text;
}

Result<std::string> random_id() {
    std::array<std::uint8_t, 16> bytes{};
    TRY(crypto::random_bytes(bytes));
    return hex_of(bytes);
}

Result<std::string> random_name() {
    const std::string id = TRY(random_id());
    return "p11-" + id;
}

}  // namespace kvp11::partition
