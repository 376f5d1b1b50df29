// Creating, copying, changing and destroying objects (PKCS#11 2.40 §5.7). Thread-safe.
#pragma once

#include "token/session.hpp"

namespace kvp11::token {

Result<Handle> create_object(Session& session, const Template& attributes);
/// ActionProhibited when the object may not be copied.
Result<Handle> copy_object(Session& session, Handle handle, const Template& changes);
/// ActionProhibited when it may not be destroyed. Of a pair the other half stays, where the store keeps it; where it
/// goes along, destroying it by its handle, too, is no error once.
Result<void> destroy_object(Session& session, Handle handle);
/// ActionProhibited when it may not be changed.
Result<void> set_attributes(Session& session, Handle handle, const Template& changes);

}  // namespace kvp11::token
