// Line: one line of the trace as it is put together: `name = value, name = {name = value}`.
//
// What is written here is seen by whoever reads the log: the callers decide what may be, and give only the size
// of what may not.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "trace/flags.hpp"

namespace kvp11::trace {

class Line {
public:
    /// Bytes beyond these are left out, and counted.
    static constexpr std::size_t longest_bytes = 32;
    static constexpr std::size_t longest_text = 64;
    /// A line holds no more characters than these. The log cuts records shorter.
    static constexpr std::size_t longest = 8192;

    void text(std::string_view characters);
    /// Begins a value: a comma if there is one before it in the same braces, and `name = `.
    void name(std::string_view name);
    /// Begins a value that has no name.
    void next();
    void open(char brace);
    void close(char brace);

    void decimal(CK_ULONG value);
    void hex(CK_ULONG value);
    /// `CK_TRUE`, `CK_FALSE`, or what else is there.
    void boolean(CK_BBOOL value);
    /// `NULL`, or the address.
    void address(const void* pointer);
    /// By its name (name_of), or in hex.
    void constant(std::string_view prefixes, CK_ULONG value);
    /// `CKF_A|CKF_B|0x80`, and `0` without any.
    void flags(Flags names, CK_ULONG value);
    /// `[20 bytes]`, all that is said of a secret.
    void size(CK_ULONG bytes);
    /// In hex, cut.
    void bytes(std::span<const std::uint8_t> bytes);
    /// In quotes, cut.
    void quoted(std::span<const std::uint8_t> characters);

    [[nodiscard]] const std::string& str() const noexcept { return text_; }

private:
    std::string text_;
    bool first_ = true;  // of the values in the braces that are open
};

}  // namespace kvp11::trace
