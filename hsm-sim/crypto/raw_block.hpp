// The input of raw RSA: left-padded with zeros to the modulus' size (PKCS#11 2.40 §2.1.10), in a place
// that is used again and wiped at the end. One caller's at a time; of this room only.
#pragma once

#include <algorithm>
#include <bit>

#include "kvp11/result.hpp"
#include "kvp11/secret.hpp"

namespace kvp11::crypto {

/// `modulus` has no leading zeros.
inline int modulus_bits(const Bytes& modulus) {
    return static_cast<int>(8 * (modulus.size() - 1)) + static_cast<int>(std::bit_width(modulus.front()));
}

class RawBlock {
public:
    explicit RawBlock(const Bytes& modulus) : modulus_(modulus), block_(modulus.size()) {}

    [[nodiscard]] std::size_t size() const noexcept { return modulus_.size(); }

    Result<ByteView> padded(ByteView input) {
        if (input.size() > size()) {
            return fail(Errc::DataLenRange, "got " + std::to_string(input.size()) +
                                                " bytes for raw RSA, want at most " + std::to_string(size()));
        }
        const MutableBytes place = block_.expose_writable();
        const auto zeros = static_cast<std::ptrdiff_t>(size() - input.size());
        std::fill(place.begin(), place.begin() + zeros, std::uint8_t{0});
        std::copy(input.begin(), input.end(), place.begin() + zeros);
        if (!std::lexicographical_compare(place.begin(), place.end(), modulus_.begin(), modulus_.end())) {
            return fail(Errc::DataInvalid, "the input of raw RSA is not below the modulus");
        }
        return block_.expose_bytes();
    }

private:
    Bytes modulus_;
    SecretBytes block_;
};

}  // namespace kvp11::crypto
