// Derived keys that hold bytes of a guarded one must not become a way to that key, byte by byte: whoever sees what a
// key of fifteen known bytes and an unknown one does has found the unknown one after 256 tries. Functions over values;
// thread-safe.
#pragma once

#include "kvp11/result.hpp"

namespace kvp11::mechanism {

/// Bytes of a guarded key that must be in a derived one if any are: nobody tries 2^128 values.
inline constexpr std::size_t fewest_kept = 16;

/// `kept` of the `size` bytes of a guarded key are in the derived one. KeySizeRange.
inline Result<void> check_kept(std::size_t kept, std::size_t size, bool partly_known) {
    if (kept == 0 || kept == size) return {};
    if (partly_known) {
        return fail(Errc::KeySizeRange, "a key of which bytes are known is derived from as a whole, not in pieces");
    }
    if (kept >= fewest_kept) return {};
    return fail(Errc::KeySizeRange, "only " + std::to_string(kept) + " bytes of the key would be in the derived one");
}

}  // namespace kvp11::mechanism
