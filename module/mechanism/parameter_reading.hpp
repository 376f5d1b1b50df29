// How decoders read CK_…_PARAMS: whole structs out of bytes, and what their pointers lead to. For the decoders' files
// only. Thread-safe functions.
#pragma once

#include <cstring>
#include <limits>
#include <string>
#include <type_traits>

#include "kvp11/bytes.hpp"
#include "kvp11/pkcs11.h"
#include "kvp11/result.hpp"

namespace kvp11::mechanism {

inline Failure invalid_parameter(std::string message) { return fail(Errc::MechanismParamInvalid, std::move(message)); }

inline Failure unfitting_parameter(ByteView parameter, std::string_view what) {
    return invalid_parameter("mechanism parameter of " + std::to_string(parameter.size()) + " bytes, want " +
                             std::string(what));
}

/// Copied out, because a caller's parameter need not be aligned.
template <class Struct>
Result<Struct> read_parameter(ByteView parameter, std::string_view name) {
    static_assert(std::is_trivially_copyable_v<Struct>);
    if (parameter.data() == nullptr || parameter.size() != sizeof(Struct)) return unfitting_parameter(parameter, name);
    Struct value;
    std::memcpy(&value, parameter.data(), sizeof value);
    return value;
}

/// What a pointer and a length in a struct stand for. Lengths beyond an int's are no real caller's.
inline Result<ByteView> pointed_bytes(const void* start, CK_ULONG size, std::string_view what) {
    if (size == 0) return ByteView{};
    if (start == nullptr) return invalid_parameter(std::string(what) + " is NULL with a length");
    if (size > static_cast<CK_ULONG>(std::numeric_limits<int>::max())) {
        return invalid_parameter(std::string(what) + " is longer than any real one");
    }
    return ByteView{static_cast<const std::uint8_t*>(start), size};
}

}  // namespace kvp11::mechanism
