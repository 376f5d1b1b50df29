// Layout: what the members of a structure of PKCS#11 mean, as data, for structures that callers give
// (CK_GCM_PARAMS) and those that they get (CK_TOKEN_INFO).
#pragma once

#include "trace/line.hpp"

namespace kvp11::trace {

struct Field;
struct Layout;
/// Writes the field's value; `structure` is where the structure begins, and need not be aligned.
using FieldWriter = void (*)(Line& line, const std::uint8_t* structure, const Field& field);

struct Field {
    std::string_view name;
    FieldWriter write;
    std::size_t at;                      // offset of the member in bytes
    std::size_t length = 0;              // array(), characters(): bytes; behind(), pointed(): offset of the length
    std::string_view prefixes = {};      // number(): of the names that it can have
    const Flags* flags = nullptr;        // number(): whose bits these are
    const Layout* pointed_to = nullptr;  // structure_behind()
};

struct Layout {
    std::size_t size;  // of the structure, in bytes
    std::span<const Field> fields;
};

/// `{name = value, …}`
void write_structure(Line& line, const std::uint8_t* structure, const Layout& layout);

// Field writers.

/// A CK_ULONG: by its name, as flags or as a number.
void number(Line& line, const std::uint8_t* structure, const Field& field);
/// A CK_ULONG that is a handle.
void handle(Line& line, const std::uint8_t* structure, const Field& field);
void boolean(Line& line, const std::uint8_t* structure, const Field& field);
void version(Line& line, const std::uint8_t* structure, const Field& field);
/// Bytes that stand in the structure itself: in hex, or as text.
void array(Line& line, const std::uint8_t* structure, const Field& field);
void characters(Line& line, const std::uint8_t* structure, const Field& field);
/// A pointer to anything: nothing but whether it is NULL.
void pointer(Line& line, const std::uint8_t* structure, const Field& field);
/// A pointer with a length: only the length, and whether the pointer is NULL.
void size_behind(Line& line, const std::uint8_t* structure, const Field& field);
/// A pointer with a length: the bytes, for what is no secret (initial values).
void bytes_behind(Line& line, const std::uint8_t* structure, const Field& field);
/// A pointer to a structure.
void structure_behind(Line& line, const std::uint8_t* structure, const Field& field);

}  // namespace kvp11::trace
