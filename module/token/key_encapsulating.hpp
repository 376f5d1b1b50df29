// C_EncapsulateKey and C_DecapsulateKey (PKCS#11 3.2 §5.18.8, §5.18.9) with ECDH, whose ciphertext is the public value
// of a pair made for this one key (§6.3.20). Thread-safe functions.
#pragma once

#include "token/key_making.hpp"

namespace kvp11::token {

struct Encapsulated {
    Handle key = CK_INVALID_HANDLE;
    Bytes ciphertext;
};

/// Bytes of the ciphertext; nothing is made. The errors of encapsulate_key() that can be seen before.
Result<std::size_t> encapsulated_size(Session& session, const MechanismUse& mechanism, Handle public_key);
Result<Encapsulated> encapsulate_key(Session& session, const MechanismUse& mechanism, Handle public_key,
                                     const Template& attributes);
/// UnwrappingKeyHandleInvalid, WrappedKeyInvalid for a ciphertext that is no point of the key's curve.
Result<Handle> decapsulate_key(Session& session, const MechanismUse& mechanism, Handle private_key, ByteView ciphertext,
                               Template attributes);

}  // namespace kvp11::token
