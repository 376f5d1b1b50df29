// Reading attributes of objects for a caller's template (PKCS#11 2.40 §5.7.5). Thread-safe.
#pragma once

#include <span>

#include "token/session.hpp"

namespace kvp11::token {

/// Fills the caller's template attribute by attribute, whatever happens with single ones: those that
/// cannot be given get CK_UNAVAILABLE_INFORMATION as their length. AttributeSensitive,
/// AttributeTypeInvalid or BufferTooSmall when one of them could not be given.
Result<void> get_attributes(Session& session, Handle handle, std::span<CK_ATTRIBUTE> wanted);

/// Bytes that an object's readable attributes take.
Result<CK_ULONG> object_size(Session& session, Handle handle);

/// A secret key's value for C_DigestKey: KeyHandleInvalid, KeyIndigestible.
Result<SecretBytes> expose_digestible(Session& session, Handle handle);

}  // namespace kvp11::token
