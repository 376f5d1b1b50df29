// How the service names the conditions under which an operation does not succeed: HTTP status and error code, for
// the audit log and for the REST server, one row per condition that has a name of its own; and the sentences that its
// users know about keys which are not where they were looked for. Thread-safe.
#pragma once

#include <string_view>

#include "kvp11/key.hpp"
#include "kvp11/result.hpp"

namespace kvp11::partition {

struct ServiceError {
    Errc condition;
    unsigned status;
    std::string_view code;
};

/// Conditions without a row are 400 BadParameter.
const ServiceError& service_error(Errc condition) noexcept;

/// KeyNotFound: no such key, or not of that version; or no deleted one.
Failure key_not_found(const KeyId& id);
Failure deleted_key_not_found(std::string_view name);
/// KeyDeleted: the name is held by a deleted key.
Failure key_name_is_held(std::string_view name);

}  // namespace kvp11::partition
