// C arguments as values: pointers with lengths become spans, NULL where it must not be is
// CKR_ARGUMENTS_BAD. Nothing is copied.
#pragma once

#include "kvp11/bytes.hpp"
#include "kvp11/secret.hpp"
#include "token/key_making.hpp"

namespace kvp11::abi {

template <class... Pointers>
Result<void> require(const Pointers*... pointers) {
    const bool all_given = (static_cast<bool>(pointers) && ...);
    if (!all_given) return fail(Errc::ArgumentsBad, "a pointer is NULL");
    return {};
}

/// NULL is fine for no bytes at all.
inline Result<ByteView> input(const void* bytes, CK_ULONG size) {
    if (bytes == nullptr && size > 0) return fail(Errc::ArgumentsBad, "a pointer is NULL, but its length is not 0");
    return ByteView(static_cast<const std::uint8_t*>(bytes), size);
}

/// A copy that wipes itself.
inline Result<SecretBytes> pin(const CK_UTF8CHAR* bytes, CK_ULONG size) {
    constexpr CK_ULONG longest = 4096;
    if (bytes == nullptr) return fail(Errc::ArgumentsBad, "a PIN is NULL, and there is no other way to give one");
    if (size > longest) return fail(Errc::PinLenRange);
    return SecretBytes::copy_of({bytes, size});
}

inline Result<token::MechanismUse> mechanism_use(const CK_MECHANISM* given) {
    TRY(require(given));
    return token::MechanismUse{given->mechanism, TRY(input(given->pParameter, given->ulParameterLen))};
}

inline Result<token::Template> attributes(const CK_ATTRIBUTE* given, CK_ULONG count) {
    return token::Template::parse(given, count);
}

inline Result<token::MechanismUse> mechanism_use(const CK_MECHANISM* given, const void* associated, CK_ULONG size) {
    token::MechanismUse use = TRY(mechanism_use(given));
    use.associated = TRY(input(associated, size));
    return use;
}

/// What C_UnwrapKey and its kin make a key of, and as what.
struct Unwrapping {
    ByteView wrapped;
    token::Template wanted;
};

inline Result<Unwrapping> unwrapping(const void* wrapped, CK_ULONG size, const CK_ATTRIBUTE* attributes_given,
                                     CK_ULONG count, const CK_OBJECT_HANDLE* key) {
    TRY(require(key, wrapped));
    return Unwrapping{TRY(input(wrapped, size)), TRY(attributes(attributes_given, count))};
}

/// C_SignInit and its like. Without a mechanism it ends the active operation (3.0 §5.9.1), if there is one.
template <class Kind>
Result<void> begin(token::Session& session, const CK_MECHANISM* given, CK_OBJECT_HANDLE key) {
    if (given == nullptr && session.cancel<Kind>()) return {};
    const token::MechanismUse use = TRY(mechanism_use(given));
    return session.start<Kind>(use.type, use.parameter, key);
}

}  // namespace kvp11::abi
