// Reads DER from its front, element by element, without copying: private keys pass through here.
// Strict about lengths. A value; of this room only.
#pragma once

#include <optional>

#include "kvp11/bytes.hpp"

namespace kvp11::crypto {

enum class DerTag : std::uint8_t {
    Integer = 0x02,
    BitString = 0x03,
    OctetString = 0x04,
    Null = 0x05,
    Identifier = 0x06,
    PrintableString = 0x13,
    Sequence = 0x30,
    Context0 = 0xa0,
    Context1 = 0xa1,
    Context1Primitive = 0x81,
};

class DerReader {
public:
    explicit DerReader(ByteView der) : rest_(der) {}

    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
    [[nodiscard]] bool next_is(DerTag tag) const noexcept {
        return !rest_.empty() && rest_[0] == static_cast<std::uint8_t>(tag);
    }

    /// The content of the next element, when it has this tag.
    std::optional<ByteView> take(DerTag tag) {
        if (!next_is(tag) || rest_.size() < 2) return std::nullopt;
        std::size_t head = 2;
        std::size_t size = rest_[1];
        if (size >= 0x80) {
            const std::size_t digits = size & 0x7f;
            if (digits == 0 || digits > 4 || rest_.size() < head + digits) return std::nullopt;
            size = 0;
            for (std::size_t i = 0; i < digits; ++i) size = size << 8 | rest_[head++];
            if (size < 0x80 || size >> (8 * (digits - 1)) == 0) return std::nullopt;  // not the shortest form
        }
        if (size > rest_.size() - head) return std::nullopt;
        const ByteView content = rest_.subspan(head, size);
        rest_ = rest_.subspan(head + size);
        return content;
    }

    /// A non-negative INTEGER, big-endian, perhaps with a leading zero.
    std::optional<ByteView> take_number() {
        const std::optional<ByteView> digits = take(DerTag::Integer);
        return digits && !digits->empty() && (*digits)[0] < 0x80 ? digits : std::nullopt;
    }

private:
    ByteView rest_;
};

}  // namespace kvp11::crypto
