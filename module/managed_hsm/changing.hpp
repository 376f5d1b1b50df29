// Changes of keys at the service: their tags and attributes, and their end. Functions; thread-safe.
#pragma once

#include "managed_hsm/remote_service.hpp"

namespace kvp11::managed_hsm {

/// One PATCH of that version, of what it is now: tags that others wrote stay. AttributeValueInvalid for what does not
/// fit into tags, for a date that is to go, and for a key that could do nothing any more; AttributeReadOnly for
/// protection, and for label and id of a version that is not the latest.
Result<KeyRecordPtr> update_key(const RemoteService& service, const KeyId& id, const KeyUpdate& update);

/// A private half or a secret key: DELETE, which is soft: the key with all versions and its public half. A public half:
/// a tag says that there is none any more.
Result<void> remove_object(const RemoteService& service, const ObjectRef& ref);

}  // namespace kvp11::managed_hsm
