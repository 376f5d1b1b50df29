#include "trace/kinds.hpp"

#include <algorithm>
#include <cstring>

#include "trace/attributes.hpp"
#include "trace/mechanisms.hpp"
#include "trace/structures.hpp"

namespace kvp11::trace {
namespace {

constexpr std::size_t longest_string = 4096;  // of those that end with a zero: what C_Initialize reads

void named(Line& line, const Arguments& arguments, std::size_t at) { line.name(arguments.parameter(at).name); }

// ---- By value

void number(Line& line, const Arguments& arguments, std::size_t at) {
    named(line, arguments, at);
    line.decimal(arguments.number(at));
}

void handle(Line& line, const Arguments& arguments, std::size_t at) {
    named(line, arguments, at);
    line.hex(arguments.number(at));
}

void boolean(Line& line, const Arguments& arguments, std::size_t at) {
    named(line, arguments, at);
    line.boolean(static_cast<CK_BBOOL>(arguments.number(at)));
}

void address(Line& line, const Arguments& arguments, std::size_t at) {
    named(line, arguments, at);
    line.address(arguments.pointer<void>(at));
}

void user(Line& line, const Arguments& arguments, std::size_t at) {
    named(line, arguments, at);
    line.constant("CKU_", arguments.number(at));
}

void mechanism_type(Line& line, const Arguments& arguments, std::size_t at) {
    named(line, arguments, at);
    line.constant("CKM_", arguments.number(at));
}

void validation_type(Line& line, const Arguments& arguments, std::size_t at) {
    named(line, arguments, at);
    line.constant("CKS_LAST_", arguments.number(at));
}

template <const Flags& names>
void flags(Line& line, const Arguments& arguments, std::size_t at) {
    named(line, arguments, at);
    line.flags(names, arguments.number(at));
}

// ---- By pointer, into the module

/// Bytes with a length. PINs, data, signatures and keys alike: how many there are, and no more.
void sized(Line& line, const Arguments& arguments, std::size_t at) {
    named(line, arguments, at);
    if (arguments.pointer<void>(at) == nullptr) line.text("NULL ");
    line.size(arguments.number(at + 1));
}

void user_name(Line& line, const Arguments& arguments, std::size_t at) {
    const auto* start = arguments.pointer<std::uint8_t>(at);
    const CK_ULONG length = arguments.number(at + 1);
    if (start == nullptr || length > longest_string) return sized(line, arguments, at);
    named(line, arguments, at);
    line.quoted({start, length});
}

void label(Line& line, const Arguments& arguments, std::size_t at) {
    constexpr std::size_t length = 32;  // of C_InitToken's, whatever is in it
    const auto* start = arguments.pointer<std::uint8_t>(at);
    named(line, arguments, at);
    if (start == nullptr) return line.text("NULL");
    line.quoted({start, length});
}

void string(Line& line, const Arguments& arguments, std::size_t at) {
    const auto* start = arguments.pointer<char>(at);
    named(line, arguments, at);
    if (start == nullptr) return line.text("NULL");
    line.quoted({reinterpret_cast<const std::uint8_t*>(start), strnlen(start, longest_string)});
}

template <ParameterOf owner = ParameterOf::Operation>
void mechanism(Line& line, const Arguments& arguments, std::size_t at) {
    named(line, arguments, at);
    write_mechanism(line, arguments.pointer<CK_MECHANISM>(at), owner);
}

template <Template what>
void attributes(Line& line, const Arguments& arguments, std::size_t at) {
    named(line, arguments, at);
    write_template(line, arguments.pointer<CK_ATTRIBUTE>(at), arguments.number(at + 1), what);
}

template <const Layout& layout>
void structure(Line& line, const Arguments& arguments, std::size_t at) {
    const auto* start = arguments.pointer<std::uint8_t>(at);
    named(line, arguments, at);
    if (start == nullptr) return line.text("NULL");
    const Field& first = layout.fields.front();
    if (first.name.empty()) return first.write(line, start, first);
    write_structure(line, start, layout);
}

// ---- By pointer, out of the module

/// What a pointer for a result says before there is one.
void place(Line& line, const Arguments& arguments, std::size_t at) {
    named(line, arguments, at);
    line.text(arguments.pointer<void>(at) == nullptr ? "NULL" : "(out)");
}

/// A buffer with its length: NULL asks for the length, which is not set then.
void buffer(Line& line, const Arguments& arguments, std::size_t at) {
    const auto* room = arguments.pointer<CK_ULONG>(at + 1);
    place(line, arguments, at);
    if (room == nullptr) return place(line, arguments, at + 1);
    if (arguments.pointer<void>(at) == nullptr) return;
    line.name(arguments.parameter(at + 1).name);
    line.decimal(*room);
}

void length_of_buffer(Line& line, const Arguments& arguments, std::size_t at) {
    const auto* length = arguments.pointer<CK_ULONG>(at + 1);
    if (length == nullptr) return;
    line.name(arguments.parameter(at + 1).name);
    line.decimal(*length);
}

template <auto write>
void result(Line& line, const Arguments& arguments, std::size_t at) {
    const auto* place = arguments.pointer<CK_ULONG>(at);
    if (place == nullptr) return;
    line.name(arguments.parameter(at).name);
    write(line, *place);
}

void as_decimal(Line& line, CK_ULONG value) { line.decimal(value); }
void as_hex(Line& line, CK_ULONG value) { line.hex(value); }
void as_mechanism(Line& line, CK_ULONG value) { line.constant("CKM_", value); }

constexpr CK_ULONG longest_list = 256;

template <auto write>
void write_list(Line& line, const CK_ULONG* list, CK_ULONG count) {
    line.open('{');
    for (CK_ULONG i = 0; i < std::min(count, longest_list); ++i) {
        line.next();
        write(line, list[i]);
    }
    if (count > longest_list) line.text(", ...");
    line.close('}');
}

/// A list and how many it has now.
template <auto write>
void list(Line& line, const Arguments& arguments, std::size_t at) {
    const auto* items = arguments.pointer<CK_ULONG>(at);
    const auto* count = arguments.pointer<CK_ULONG>(at + 1);
    if (count == nullptr) return;
    if (items == nullptr) return length_of_buffer(line, arguments, at);
    named(line, arguments, at);
    write_list<write>(line, items, *count);
}

/// C_FindObjects: a list, the room in it, and how many it has.
void found_before(Line& line, const Arguments& arguments, std::size_t at) {
    place(line, arguments, at);
    number(line, arguments, at + 1);
    if (arguments.pointer<void>(at + 2) == nullptr) place(line, arguments, at + 2);
}

void found(Line& line, const Arguments& arguments, std::size_t at) {
    const auto* items = arguments.pointer<CK_ULONG>(at);
    const auto* count = arguments.pointer<CK_ULONG>(at + 2);
    if (items == nullptr || count == nullptr) return;
    named(line, arguments, at);
    write_list<as_hex>(line, items, std::min(*count, arguments.number(at + 1)));
}

void interfaces(Line& line, const Arguments& arguments, std::size_t at) {
    const auto* items = arguments.pointer<CK_INTERFACE>(at);
    const auto* count = arguments.pointer<CK_ULONG>(at + 1);
    if (items == nullptr || count == nullptr) return length_of_buffer(line, arguments, at);
    named(line, arguments, at);
    line.open('{');
    for (CK_ULONG i = 0; i < *count; ++i) {
        line.next();
        write_structure(line, reinterpret_cast<const std::uint8_t*>(items + i), interface_layout);
    }
    line.close('}');
}

void interface_behind(Line& line, const Arguments& arguments, std::size_t at) {
    const auto* place = arguments.pointer<const std::uint8_t*>(at);
    if (place == nullptr || *place == nullptr) return;
    named(line, arguments, at);
    write_structure(line, *place, interface_layout);
}

template <const Layout& layout>
void filled(Line& line, const Arguments& arguments, std::size_t at) {
    if (arguments.pointer<void>(at) != nullptr) structure<layout>(line, arguments, at);
}

// ---- The table

struct Row {
    std::string_view type;
    std::string_view name;      // of the parameter; empty for any
    std::string_view next;      // type of the next parameter; empty for any
    std::string_view function;  // empty for any
    Kind kind;
};

constexpr Kind by_value(ArgumentWriter before) { return {1, false, before, nullptr, nullptr}; }
constexpr Kind in(ArgumentWriter before) { return {1, true, before, nullptr, nullptr}; }
/// What the module completes: an IV that it makes.
constexpr Kind in_and_made(ArgumentWriter writer) { return {1, true, writer, writer, nullptr}; }
constexpr Kind in_with_length(ArgumentWriter before) { return {2, true, before, nullptr, nullptr}; }
constexpr Kind in_unread = {2, false, sized, nullptr, nullptr};
constexpr Kind out(ArgumentWriter after) { return {1, false, place, after, nullptr}; }
constexpr Kind out_with_length(ArgumentWriter after) { return {2, true, buffer, after, length_of_buffer}; }
constexpr Kind given = in_with_length(attributes<Template::Given>);
constexpr Kind wanted = {2, true, attributes<Template::Wanted>, attributes<Template::Filled>,
                         attributes<Template::Filled>};

// The first row that fits counts.
constexpr Row rows[] = {
    // By value
    {"CK_SESSION_HANDLE", "", "", "", by_value(handle)},
    {"CK_OBJECT_HANDLE", "", "", "", by_value(handle)},
    {"CK_SLOT_ID", "", "", "", by_value(number)},
    {"CK_ULONG", "", "", "", by_value(number)},
    {"CK_BBOOL", "", "", "", by_value(boolean)},
    {"CK_USER_TYPE", "", "", "", by_value(user)},
    {"CK_MECHANISM_TYPE", "", "", "", by_value(mechanism_type)},
    {"CK_SESSION_VALIDATION_FLAGS_TYPE", "", "", "", by_value(validation_type)},
    {"CK_NOTIFY", "", "", "", by_value(address)},
    {"CK_FLAGS", "", "", "C_OpenSession", by_value(flags<session_flags>)},
    {"CK_FLAGS", "", "", "C_WaitForSlotEvent", by_value(flags<waiting_flags>)},
    {"CK_FLAGS", "", "", "C_GetInterface", by_value(flags<interface_flags>)},
    {"CK_FLAGS", "", "", "C_SessionCancel", by_value(flags<mechanism_flags>)},
    {"CK_FLAGS", "", "", "C_EncryptMessageNext", by_value(flags<message_flags>)},
    {"CK_FLAGS", "", "", "C_DecryptMessageNext", by_value(flags<message_flags>)},
    // In
    {"CK_VOID_PTR", "pInitArgs", "", "", in(structure<initialize_arguments>)},
    {"CK_VOID_PTR", "pParameter", "CK_ULONG", "", in_unread},
    {"CK_VOID_PTR", "", "", "", by_value(address)},
    {"CK_MECHANISM_PTR", "", "", "C_WrapKeyAuthenticated", in_and_made(mechanism<ParameterOf::Message>)},
    {"CK_MECHANISM_PTR", "", "", "C_UnwrapKeyAuthenticated", in(mechanism<ParameterOf::Message>)},
    {"CK_MECHANISM_PTR", "", "", "", in(mechanism<>)},
    {"CK_VERSION_PTR", "", "", "", in(structure<version_layout>)},
    {"CK_UTF8CHAR_PTR", "pLabel", "", "C_InitToken", in(label)},
    {"CK_UTF8CHAR_PTR", "pUsername", "CK_ULONG", "", in_with_length(user_name)},
    {"CK_UTF8CHAR_PTR", "pInterfaceName", "", "", in(string)},
    {"CK_UTF8CHAR_PTR", "pFunctionName", "", "", in(string)},
    {"CK_UTF8CHAR_PTR", "", "CK_ULONG", "", in_unread},
    {"CK_CHAR_PTR", "", "CK_ULONG", "", in_unread},
    {"CK_BYTE_PTR", "", "CK_ULONG", "", in_unread},
    {"CK_ATTRIBUTE_PTR", "", "CK_ULONG", "C_GetAttributeValue", wanted},
    {"CK_ATTRIBUTE_PTR", "", "CK_ULONG", "", given},
    // Out
    {"CK_BYTE_PTR", "", "CK_ULONG_PTR", "", out_with_length(length_of_buffer)},
    {"CK_SLOT_ID_PTR", "", "CK_ULONG_PTR", "", out_with_length(list<as_decimal>)},
    {"CK_SLOT_ID_PTR", "", "", "", out(result<as_decimal>)},
    {"CK_MECHANISM_TYPE_PTR", "", "CK_ULONG_PTR", "", out_with_length(list<as_mechanism>)},
    {"CK_OBJECT_HANDLE_PTR", "", "CK_ULONG", "C_FindObjects", {3, false, found_before, found, nullptr}},
    {"CK_OBJECT_HANDLE_PTR", "", "", "", out(result<as_hex>)},
    {"CK_SESSION_HANDLE_PTR", "", "", "", out(result<as_hex>)},
    {"CK_ULONG_PTR", "", "", "", out(result<as_decimal>)},
    {"CK_FLAGS_PTR", "", "", "", out(result<as_hex>)},
    {"CK_INFO_PTR", "", "", "", out(filled<info>)},
    {"CK_SLOT_INFO_PTR", "", "", "", out(filled<slot_info>)},
    {"CK_TOKEN_INFO_PTR", "", "", "", out(filled<token_info>)},
    {"CK_MECHANISM_INFO_PTR", "", "", "", out(filled<mechanism_info>)},
    {"CK_SESSION_INFO_PTR", "", "", "", out(filled<session_info>)},
    {"CK_ASYNC_DATA_PTR", "", "", "", out(filled<async_data>)},
    {"CK_INTERFACE_PTR", "", "CK_ULONG_PTR", "", out_with_length(interfaces)},
    {"CK_INTERFACE_PTR_PTR", "", "", "", out(interface_behind)},
    {"CK_FUNCTION_LIST_PTR_PTR", "", "", "", out(nullptr)},
};

bool fits(std::string_view asked, std::string_view found) { return asked.empty() || asked == found; }

}  // namespace

const Kind* kind_of(const Arguments& arguments, std::size_t at) noexcept {
    const Parameter& parameter = arguments.parameter(at);
    for (const Row& row : rows) {
        if (row.type == parameter.type && fits(row.name, parameter.name) &&
            fits(row.next, arguments.parameter(at + 1).type) && fits(row.function, arguments.function())) {
            return &row.kind;
        }
    }
    return nullptr;
}

}  // namespace kvp11::trace
