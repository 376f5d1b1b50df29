#include "trace/line.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace kvp11::trace {
namespace {

std::string written(CK_ULONG value, int base) {
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, base).ptr;
    return {digits.data(), end};
}

}  // namespace

void Line::text(std::string_view characters) { text_ += characters.substr(0, longest - text_.size()); }

void Line::next() {
    if (!first_) text(", ");
    first_ = false;
}

void Line::name(std::string_view name) {
    next();
    text(name);
    text(" = ");
}

void Line::open(char brace) {
    text({&brace, 1});
    first_ = true;
}

void Line::close(char brace) {
    text({&brace, 1});
    first_ = false;
}

void Line::decimal(CK_ULONG value) {
    text(value == CK_UNAVAILABLE_INFORMATION ? "CK_UNAVAILABLE_INFORMATION" : written(value, 10));
}

void Line::hex(CK_ULONG value) { text("0x" + written(value, 16)); }

void Line::boolean(CK_BBOOL value) {
    if (value > CK_TRUE) return hex(value);
    text(value == CK_TRUE ? "CK_TRUE" : "CK_FALSE");
}

void Line::address(const void* pointer) {
    if (pointer == nullptr) return text("NULL");
    hex(reinterpret_cast<std::uintptr_t>(pointer));
}

void Line::constant(std::string_view prefixes, CK_ULONG value) {
    const std::string_view known = name_of(prefixes, value);
    if (known.empty()) return hex(value);
    text(known);
}

void Line::flags(Flags names, CK_ULONG value) {
    if (value == 0) return text("0");
    std::string_view separator;
    for (const Constant& flag : names) {
        if ((value & flag.value) == 0) continue;
        text(separator);
        text(flag.name);
        separator = "|";
        value &= ~flag.value;
    }
    if (value == 0) return;
    text(separator);
    hex(value);
}

void Line::size(CK_ULONG bytes) { text("[" + written(bytes, 10) + (bytes == 1 ? " byte]" : " bytes]")); }

void Line::bytes(std::span<const std::uint8_t> bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    if (bytes.empty()) return size(0);
    for (const std::uint8_t byte : bytes.first(std::min(bytes.size(), longest_bytes))) {
        text(digits.substr(byte >> 4, 1));
        text(digits.substr(byte & 15, 1));
    }
    if (bytes.size() <= longest_bytes) return;
    text("... ");
    size(bytes.size());
}

void Line::quoted(std::span<const std::uint8_t> characters) {
    text("\"");
    for (const std::uint8_t character : characters.first(std::min(characters.size(), longest_text))) {
        // The log makes blanks of control characters, so that a line stays one.
        if (character == '"' || character == '\\') text("\\");
        text({reinterpret_cast<const char*>(&character), 1});
    }
    text(characters.size() > longest_text ? "...\"" : "\"");
}

}  // namespace kvp11::trace
