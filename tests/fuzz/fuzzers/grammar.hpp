// What the libFuzzer programs share: mutations by our grammars beside libFuzzer's own, which know no JSON.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "dice.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

namespace kvp11::fuzz {

inline std::string_view text_of_input(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

/// Puts what `invent` makes of the input in its place, or lets libFuzzer change it. `seed` is libFuzzer's.
template <class Invent>
std::size_t change(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed, Invent invent) {
    Dice dice(seed);
    if (dice.one_in(2)) return LLVMFuzzerMutate(data, size, most);
    const std::string text = invent(std::string(text_of_input(data, size)), dice);
    const std::size_t length = std::min(text.size(), most);
    std::copy_n(text.begin(), length, data);
    return length;
}

/// Ends the program as a finding.
inline void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "broken: %s\n", what);
    std::abort();
}

}  // namespace kvp11::fuzz
