// What a body says of a key that is to be made or changed: attributes, operations, tags, release policy.
// Pure functions; errors name the property.
#pragma once

#include "kvp11/backend.hpp"
#include "rest/wire_value.hpp"

namespace kvp11::rest {

/// The body of POST …/create. `name` may get one more version.
Result<NewKey> new_key_of(const std::string& name, const json::object& body);

/// What create and import have in common, into a key whose type is known.
Result<void> read_key_properties(const json::object& body, NewKey& key);

/// The operations that the body or its JWK names; nothing when it names none.
Result<std::optional<KeyOps>> optional_operations(const json::object& object);

/// The body of PATCH, and whether it says that the key be exportable, which cannot change.
struct WireUpdate {
    KeyUpdate update;
    std::optional<bool> exportable;
};
Result<WireUpdate> key_update_of(const json::object& body);

/// The sentences that the service has for release policies, where it was seen to have its own.
Error with_service_text(Error error);

}  // namespace kvp11::rest
