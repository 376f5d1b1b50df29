// Keys out of nothing, out of other keys and into other keys (PKCS#11 2.40 §5.13). Thread-safe.
#pragma once

#include "token/session.hpp"

namespace kvp11::token {

/// A mechanism as the caller named it.
struct MechanismUse {
    CK_MECHANISM_TYPE type = 0;
    ByteView parameter;
    std::optional<ByteView> associated = {};  // the data beside a key that is wrapped by an AEAD; none for C_WrapKey
};

struct PairHandles {
    Handle public_key = CK_INVALID_HANDLE;
    Handle private_key = CK_INVALID_HANDLE;
};

Result<Handle> generate_key(Session& session, const MechanismUse& mechanism, const Template& attributes);
/// One change of the store for both halves, unless they are to live in different ones.
Result<PairHandles> generate_key_pair(Session& session, const MechanismUse& mechanism,
                                      const Template& public_attributes, const Template& private_attributes);
/// Bytes of what wrap_key() gives; nothing is wrapped, and the service indicator stays as it is.
Result<std::size_t> wrapped_key_size(Session& session, const MechanismUse& mechanism, Handle wrapping_key, Handle key);
/// BufferTooSmall, with nothing wrapped, where that is more than `room`.
Result<Bytes> wrap_key(Session& session, const MechanismUse& mechanism, Handle wrapping_key, Handle key,
                       std::size_t room);
/// The unwrapping key's CKA_UNWRAP_TEMPLATE is added to the attributes: TemplateInconsistent where they differ.
Result<Handle> unwrap_key(Session& session, const MechanismUse& mechanism, Handle unwrapping_key, ByteView wrapped,
                          Template attributes);
Result<Handle> derive_key(Session& session, const MechanismUse& mechanism, Handle base_key, Template attributes);

}  // namespace kvp11::token
