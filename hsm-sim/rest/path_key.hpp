// The key that a request's path names. For the key routes.
#pragma once

#include <memory>
#include <string>

#include "rest/exchange.hpp"

namespace kvp11::rest {

/// Of a key to be made: KeyNameInvalid for a name that no key can have. Versions are without regard to case on the
/// wire.
Result<KeyId> path_of_new_key(const Exchange& exchange);
/// Of one that is there: the same, and KeyNotFound, as refused() gives it, for a key of a type that the service
/// has not.
Result<KeyId> path_key(const Exchange& exchange);

/// The error, as the operation of this route: recorded, and told only to a caller who may do it. Others learn
/// nothing of a key, not even whether there is one: AccessDenied.
Failure refused(const Exchange& exchange, Error error);

/// Opened: KeyNotFound as refused() gives it.
Result<std::shared_ptr<const Key>> open_key(const Exchange& exchange);

/// What kind of key it is, for traffic; null when there is none, which is for the operation to say.
std::shared_ptr<const Key> peek_key(const Exchange& exchange);

/// Whether a use of this key's private half is too slow for a connection's thread.
bool is_for_worker(const Exchange& exchange, const KeySpec& spec) noexcept;

}  // namespace kvp11::rest
