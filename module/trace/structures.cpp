#include "trace/structures.hpp"

#include <cstddef>
#include <cstring>

namespace kvp11::trace {
namespace {

/// Every function list begins with its version.
void version_behind(Line& line, const std::uint8_t* structure, const Field& field) {
    CK_INTERFACE interface;
    std::memcpy(&interface, structure, sizeof interface);
    if (interface.pFunctionList == nullptr) return line.text("NULL");
    version(line, static_cast<const std::uint8_t*>(interface.pFunctionList), {field.name, version, 0});
}

#define NUMBER(Struct, member)                                                                                         \
    { #member, number, offsetof(Struct, member) }
#define NAMED(Struct, member, prefixes)                                                                                \
    { #member, number, offsetof(Struct, member), 0, prefixes }
#define FLAGS(Struct, names)                                                                                           \
    { "flags", number, offsetof(Struct, flags), 0, {}, &(names) }
#define HANDLE(Struct, member)                                                                                         \
    { #member, handle, offsetof(Struct, member) }
#define TEXT(Struct, member)                                                                                           \
    { #member, characters, offsetof(Struct, member), sizeof(Struct::member) }
#define POINTER(Struct, member)                                                                                        \
    { #member, pointer, offsetof(Struct, member) }
#define VERSION(Struct, member)                                                                                        \
    { #member, version, offsetof(Struct, member) }

constexpr Field initialize_fields[] = {
    POINTER(CK_C_INITIALIZE_ARGS, CreateMutex),    POINTER(CK_C_INITIALIZE_ARGS, DestroyMutex),
    POINTER(CK_C_INITIALIZE_ARGS, LockMutex),      POINTER(CK_C_INITIALIZE_ARGS, UnlockMutex),
    FLAGS(CK_C_INITIALIZE_ARGS, initialize_flags), POINTER(CK_C_INITIALIZE_ARGS, pReserved),
};

constexpr Field version_fields[] = {{"", version, 0}};

constexpr Field info_fields[] = {
    VERSION(CK_INFO, cryptokiVersion), TEXT(CK_INFO, manufacturerID),    FLAGS(CK_INFO, no_flags),
    TEXT(CK_INFO, libraryDescription), VERSION(CK_INFO, libraryVersion),
};

constexpr Field slot_fields[] = {
    TEXT(CK_SLOT_INFO, slotDescription),    TEXT(CK_SLOT_INFO, manufacturerID),     FLAGS(CK_SLOT_INFO, slot_flags),
    VERSION(CK_SLOT_INFO, hardwareVersion), VERSION(CK_SLOT_INFO, firmwareVersion),
};

constexpr Field token_fields[] = {
    TEXT(CK_TOKEN_INFO, label),
    TEXT(CK_TOKEN_INFO, manufacturerID),
    TEXT(CK_TOKEN_INFO, model),
    TEXT(CK_TOKEN_INFO, serialNumber),
    FLAGS(CK_TOKEN_INFO, token_flags),
    NUMBER(CK_TOKEN_INFO, ulMaxSessionCount),
    NUMBER(CK_TOKEN_INFO, ulSessionCount),
    NUMBER(CK_TOKEN_INFO, ulMaxRwSessionCount),
    NUMBER(CK_TOKEN_INFO, ulRwSessionCount),
    NUMBER(CK_TOKEN_INFO, ulMaxPinLen),
    NUMBER(CK_TOKEN_INFO, ulMinPinLen),
    NUMBER(CK_TOKEN_INFO, ulTotalPublicMemory),
    NUMBER(CK_TOKEN_INFO, ulFreePublicMemory),
    NUMBER(CK_TOKEN_INFO, ulTotalPrivateMemory),
    NUMBER(CK_TOKEN_INFO, ulFreePrivateMemory),
    VERSION(CK_TOKEN_INFO, hardwareVersion),
    VERSION(CK_TOKEN_INFO, firmwareVersion),
    TEXT(CK_TOKEN_INFO, utcTime),
};

constexpr Field mechanism_fields[] = {
    NUMBER(CK_MECHANISM_INFO, ulMinKeySize),
    NUMBER(CK_MECHANISM_INFO, ulMaxKeySize),
    FLAGS(CK_MECHANISM_INFO, mechanism_flags),
};

constexpr Field session_fields[] = {
    NUMBER(CK_SESSION_INFO, slotID),
    NAMED(CK_SESSION_INFO, state, "CKS_RO_ CKS_RW_"),
    FLAGS(CK_SESSION_INFO, session_flags),
    NUMBER(CK_SESSION_INFO, ulDeviceError),
};

constexpr Field interface_fields[] = {
    {"version", version_behind, offsetof(CK_INTERFACE, pFunctionList)},
    FLAGS(CK_INTERFACE, interface_flags),
};

constexpr Field async_fields[] = {
    NUMBER(CK_ASYNC_DATA, ulVersion),
    {"pValue", size_behind, offsetof(CK_ASYNC_DATA, pValue), offsetof(CK_ASYNC_DATA, ulValue)},
    HANDLE(CK_ASYNC_DATA, hObject),
    HANDLE(CK_ASYNC_DATA, hAdditionalObject),
};

}  // namespace

const Layout initialize_arguments{sizeof(CK_C_INITIALIZE_ARGS), initialize_fields};
const Layout version_layout{sizeof(CK_VERSION), version_fields};
const Layout info{sizeof(CK_INFO), info_fields};
const Layout slot_info{sizeof(CK_SLOT_INFO), slot_fields};
const Layout token_info{sizeof(CK_TOKEN_INFO), token_fields};
const Layout mechanism_info{sizeof(CK_MECHANISM_INFO), mechanism_fields};
const Layout session_info{sizeof(CK_SESSION_INFO), session_fields};
const Layout interface_layout{sizeof(CK_INTERFACE), interface_fields};
const Layout async_data{sizeof(CK_ASYNC_DATA), async_fields};

}  // namespace kvp11::trace
