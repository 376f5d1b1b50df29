// FoldedMap: values by names that are compared without the case of ASCII letters. It keeps the first spelling.
// Looking up by a view allocates nothing. Thread-safe for reading, as std::unordered_map.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_map>

namespace kvp11::access {

constexpr char folded(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

inline bool same_folded(std::string_view left, std::string_view right) noexcept {
    if (left.size() != right.size()) return false;
    if (left == right) return true;  // the usual case, many bytes at a time
    for (std::size_t i = 0; i < left.size(); ++i) {
        if (folded(left[i]) != folded(right[i])) return false;
    }
    return true;
}

/// Eight bytes at a time, with the bit set in which the cases of a letter differ: names that are the same when
/// folded get the same number, and few others do.
struct FoldedHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const noexcept {
        constexpr std::uint64_t case_bits = 0x2020202020202020U;
        constexpr std::uint64_t odd = 0x9E3779B97F4A7C15U;  // 2^64 over the golden ratio
        std::uint64_t hash = name.size();
        while (!name.empty()) {
            std::uint64_t chunk = 0;
            const std::size_t size = name.size() < sizeof chunk ? name.size() : sizeof chunk;
            std::memcpy(&chunk, name.data(), size);
            hash = (hash ^ (chunk | case_bits)) * odd;
            hash ^= hash >> 32;
            name.remove_prefix(size);
        }
        return hash;
    }
};

struct FoldedEqual {
    using is_transparent = void;
    bool operator()(std::string_view left, std::string_view right) const noexcept { return same_folded(left, right); }
};

template <class Value>
using FoldedMap = std::unordered_map<std::string, Value, FoldedHash, FoldedEqual>;

}  // namespace kvp11::access
