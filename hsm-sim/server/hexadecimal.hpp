// Bytes as lower-case hexadecimal digits. Thread-safe.
#pragma once

#include <string>

#include "kvp11/bytes.hpp"

namespace kvp11::server {

inline std::string hexadecimal(ByteView bytes) {
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t byte : bytes) {
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
    return text;
}

}  // namespace kvp11::server
