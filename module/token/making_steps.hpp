// What the makers of keys (key_making.cpp, key_deriving.cpp) have in common. Thread-safe functions.
#pragma once

#include "token/draft.hpp"
#include "token/key_making.hpp"

namespace kvp11::token {

[[nodiscard]] bool is_officer(const Session& session);

/// The mechanism's row, if the slot lists it for this. Also the beginning of the call: what follows either completes or
/// leaves no approved service behind. MechanismInvalid, MechanismParamInvalid.
Result<mechanism::Request> begin_making(Session& session, const MechanismUse& mechanism, CK_FLAGS needed);

/// A handle that must be a key; `when_missing` where it is none.
Result<std::shared_ptr<const Object>> key_argument(Session& session, Handle handle, Errc when_missing);
/// The key for a call with a handle, once its attributes permit the use. KeyFunctionNotPermitted, MechanismInvalid.
Result<std::shared_ptr<const Key>> key_for(Session& session, const Object& object, Handle handle,
                                           CK_ATTRIBUTE_TYPE usage, CK_MECHANISM_TYPE mechanism);

/// Makes the key that the draft describes of material in its transport encoding. AttributeValueInvalid.
Result<Handle> import_material(Session& session, const Draft& draft, const Template& attributes,
                               const SecretMaterial& material);

/// As much of an agreed secret as the key takes; what is too much is cut off at the leading end
/// (PKCS#11 2.40 mechanisms §2.3.8). KeySizeRange.
Result<SecretMaterial> fitted(const SecretBytes& secret, KeyType type, std::size_t wanted);

}  // namespace kvp11::token
