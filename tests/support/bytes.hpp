// Byte strings of the tests: from and to hexadecimal, patterns, joining.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "kvp11/bytes.hpp"

namespace kvp11::test {

inline int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    throw std::runtime_error(std::string("not a hexadecimal digit: ") + c);
}

inline Bytes from_hex(std::string_view text) {
    if (text.size() % 2 != 0) throw std::runtime_error("odd number of hexadecimal digits");
    Bytes bytes(text.size() / 2);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<std::uint8_t>(hex_digit(text[2 * i]) * 16 + hex_digit(text[2 * i + 1]));
    }
    return bytes;
}

inline std::string to_hex(ByteView bytes) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (std::uint8_t byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

inline Bytes text_bytes(std::string_view text) { return {text.begin(), text.end()}; }

/// `size` bytes that differ from each other and repeat after 251.
inline Bytes pattern(std::size_t size) {
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i % 251 + 1);
    return bytes;
}

inline Bytes operator+(Bytes left, const Bytes& right) {
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

}  // namespace kvp11::test
