// Wrapped keys and the two-call rule (output.hpp): nothing is wrapped, and no IV made, for a buffer that is too small.
#pragma once

#include "abi/output.hpp"
#include "token/key_making.hpp"

namespace kvp11::abi {

struct WrappingHandles {
    CK_OBJECT_HANDLE wrapping_key;
    CK_OBJECT_HANDLE key;
};

inline Result<void> write_wrapped(token::Session& session, const token::MechanismUse& use, WrappingHandles handles,
                                  Output out) {
    if (out.bytes != nullptr) {
        auto wrapped = token::wrap_key(session, use, handles.wrapping_key, handles.key, *out.length);
        if (wrapped.ok()) return write_list(*wrapped, out.bytes, out.length);
        if (wrapped.code() != Errc::BufferTooSmall) return fail(wrapped.error());
    }
    *out.length = TRY(token::wrapped_key_size(session, use, handles.wrapping_key, handles.key));
    return out.bytes == nullptr ? Result<void>() : fail(Errc::BufferTooSmall);
}

}  // namespace kvp11::abi
