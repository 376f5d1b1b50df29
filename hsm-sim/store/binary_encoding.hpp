// Little-endian integers and length-prefixed byte strings: what stored records are written in.
//
// A reader never reads past its input: the first value that does not fit makes it fail for good, later
// values are zero or empty, and complete() is false. Values; one caller's at a time.
#pragma once

#include <string>
#include <type_traits>

#include "kvp11/bytes.hpp"

namespace kvp11::store {

class BinaryWriter {
public:
    template <class Integer>
    requires std::is_integral_v<Integer> BinaryWriter& integer(Integer value) {
        const auto bits = static_cast<std::make_unsigned_t<Integer>>(value);
        for (std::size_t i = 0; i < sizeof(Integer); ++i) {
            bytes_.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(bits) >> (8 * i)));
        }
        return *this;
    }
    BinaryWriter& flag(bool value) { return integer<std::uint8_t>(value ? 1 : 0); }
    BinaryWriter& bytes(ByteView value) {
        integer(static_cast<std::uint32_t>(value.size()));
        bytes_.insert(bytes_.end(), value.begin(), value.end());
        return *this;
    }
    BinaryWriter& text(std::string_view value) { return bytes(bytes_of(value)); }

    [[nodiscard]] Bytes take() { return std::move(bytes_); }
    [[nodiscard]] ByteView view() const { return bytes_; }

private:
    Bytes bytes_;
};

class BinaryReader {
public:
    explicit BinaryReader(ByteView input) : rest_(input) {}

    template <class Integer>
        requires std::is_integral_v<Integer> Integer integer() {
            const ByteView raw = take(sizeof(Integer));
            std::uint64_t value = 0;
            for (std::size_t i = 0; i < raw.size(); ++i) value |= static_cast<std::uint64_t>(raw[i]) << (8 * i);
            return static_cast<Integer>(value);
        }
    bool flag() {
        const auto value = integer<std::uint8_t>();
        if (value > 1) failed_ = true;
        return value == 1;
    }
    /// An enumerator up to and with `last`.
    template <class Enum>
    Enum enumerator(Enum last) {
        const auto value = integer<std::underlying_type_t<Enum>>();
        if (value > static_cast<std::underlying_type_t<Enum>>(last)) {
            failed_ = true;
            return Enum{};
        }
        return static_cast<Enum>(value);
    }
    ByteView view() { return take(integer<std::uint32_t>()); }
    Bytes bytes() { return copy_of(view()); }
    std::string text() { return std::string(text_of(view())); }

    void fail() { failed_ = true; }
    [[nodiscard]] bool ok() const { return !failed_; }
    [[nodiscard]] bool complete() const { return !failed_ && rest_.empty(); }
    [[nodiscard]] std::size_t left() const { return rest_.size(); }

private:
    ByteView take(std::size_t size) {
        if (failed_ || size > rest_.size()) {
            failed_ = true;
            return {};
        }
        const ByteView taken = rest_.first(size);
        rest_ = rest_.subspan(size);
        return taken;
    }

    ByteView rest_;
    bool failed_ = false;
};

}  // namespace kvp11::store
