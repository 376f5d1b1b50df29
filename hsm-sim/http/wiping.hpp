// Text that may hold secrets: wiped where it is given up or outgrown. Not thread-safe.
#pragma once

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

namespace kvp11::http {

inline void wipe(std::string& text) noexcept {
    explicit_bzero(text.data(), text.size());
    text.clear();
}

/// Appends without leaving a copy behind when `text` has to move.
inline void append_wiping(std::string& text, std::string_view more) {
    if (text.capacity() - text.size() < more.size()) {
        std::string larger;
        larger.reserve(std::max(text.size() + more.size(), 2 * text.size()));
        larger.append(text);
        wipe(text);
        text.swap(larger);
    }
    text.append(more);
}

}  // namespace kvp11::http
