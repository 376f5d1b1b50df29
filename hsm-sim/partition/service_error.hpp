// How the service names the conditions under which an operation does not succeed: HTTP status and error code, for
// the audit log and for the REST server. One row per condition that has a name of its own. Thread-safe.
#pragma once

#include <string_view>

#include "kvp11/error.hpp"

namespace kvp11::partition {

struct ServiceError {
    Errc condition;
    unsigned status;
    std::string_view code;
};

/// Conditions without a row are 400 BadParameter.
const ServiceError& service_error(Errc condition) noexcept;

}  // namespace kvp11::partition
