#include "trace/layout.hpp"

#include <cstring>

namespace kvp11::trace {
namespace {

// The longest of all initial values that a mechanism takes; longer ones are refused unread (mechanism/parameters.cpp).
constexpr CK_ULONG longest_initial_value = 256;

/// Copied out, because a caller's parameter need not be aligned.
template <class Value>
Value read(const std::uint8_t* structure, std::size_t at) {
    Value value;
    std::memcpy(&value, structure + at, sizeof value);
    return value;
}

}  // namespace

void write_structure(Line& line, const std::uint8_t* structure, const Layout& layout) {
    line.open('{');
    for (const Field& field : layout.fields) {
        line.name(field.name);
        field.write(line, structure, field);
    }
    line.close('}');
}

void number(Line& line, const std::uint8_t* structure, const Field& field) {
    const auto value = read<CK_ULONG>(structure, field.at);
    if (field.flags != nullptr) return line.flags(*field.flags, value);
    if (!field.prefixes.empty()) return line.constant(field.prefixes, value);
    line.decimal(value);
}

void handle(Line& line, const std::uint8_t* structure, const Field& field) {
    line.hex(read<CK_ULONG>(structure, field.at));
}

void boolean(Line& line, const std::uint8_t* structure, const Field& field) { line.boolean(structure[field.at]); }

void version(Line& line, const std::uint8_t* structure, const Field& field) {
    const auto value = read<CK_VERSION>(structure, field.at);
    line.decimal(value.major);
    line.text(".");
    line.decimal(value.minor);
}

void array(Line& line, const std::uint8_t* structure, const Field& field) {
    line.bytes({structure + field.at, field.length});
}

void characters(Line& line, const std::uint8_t* structure, const Field& field) {
    std::size_t length = field.length;  // of a field that is padded with blanks
    while (length > 0 && structure[field.at + length - 1] == ' ') --length;
    line.quoted({structure + field.at, length});
}

void pointer(Line& line, const std::uint8_t* structure, const Field& field) {
    line.address(read<const void*>(structure, field.at));
}

void size_behind(Line& line, const std::uint8_t* structure, const Field& field) {
    if (read<const void*>(structure, field.at) == nullptr) line.text("NULL ");
    line.size(read<CK_ULONG>(structure, field.length));
}

void bytes_behind(Line& line, const std::uint8_t* structure, const Field& field) {
    const auto* start = read<const std::uint8_t*>(structure, field.at);
    const auto length = read<CK_ULONG>(structure, field.length);
    if (start == nullptr || length > longest_initial_value) return size_behind(line, structure, field);
    line.bytes({start, length});
}

void structure_behind(Line& line, const std::uint8_t* structure, const Field& field) {
    const auto* start = read<const std::uint8_t*>(structure, field.at);
    if (start == nullptr) return line.text("NULL");
    write_structure(line, start, *field.pointed_to);
}

}  // namespace kvp11::trace
