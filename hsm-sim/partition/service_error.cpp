#include "partition/service_error.hpp"

#include <array>

namespace kvp11::partition {
namespace {

// Codes as documented or recorded; where a code was not seen, the vault's.
constexpr auto rows = std::to_array<ServiceError>({
    {Errc::AccessDenied, 403, "AccessDenied"},
    {Errc::UserNotLoggedIn, 401, "Unauthorized"},
    {Errc::PinIncorrect, 401, "Unauthorized"},
    {Errc::PinLocked, 401, "Unauthorized"},
    {Errc::KeyNotFound, 404, "KeyNotFound"},
    {Errc::ObjectHandleInvalid, 404, "KeyNotFound"},
    {Errc::KeyExists, 409, "Conflict"},
    {Errc::KeyDeleted, 409, "Conflict"},
    {Errc::StoreConflict, 409, "Conflict"},
    {Errc::AlreadyInitialized, 409, "Conflict"},
    {Errc::KeyDisabled, 403, "Forbidden"},
    {Errc::KeyNotYetValid, 403, "Forbidden"},
    {Errc::KeyExpired, 403, "Forbidden"},
    {Errc::KeyFunctionNotPermitted, 403, "Forbidden"},
    {Errc::KeyVersionLimit, 403, "Forbidden"},
    {Errc::PurgeProtected, 403, "Forbidden"},
    {Errc::AttributeSensitive, 403, "Forbidden"},
    {Errc::KeyUnextractable, 403, "Forbidden"},
    {Errc::RoleDefinitionNotFound, 404, "RoleDefinitionNotFound"},
    {Errc::RoleAssignmentNotFound, 404, "RoleAssignmentNotFound"},
    {Errc::PartitionNotActive, 403, "Forbidden"},
    {Errc::PartitionErrorState, 500, "InternalServerError"},
    {Errc::Internal, 500, "InternalServerError"},
    {Errc::OutOfMemory, 503, "ServiceUnavailable"},
    {Errc::DeviceError, 500, "InternalServerError"},
    {Errc::DeviceMemory, 503, "ServiceUnavailable"},
    {Errc::AuditBroken, 500, "InternalServerError"},
    {Errc::TokenNotRecognized, 503, "ServiceUnavailable"},  // the folder is gone
    {Errc::TokenNotPresent, 503, "ServiceUnavailable"},
    {Errc::StoreNotFound, 500, "InternalServerError"},
    {Errc::StoreDamaged, 500, "InternalServerError"},
    {Errc::StoreNewer, 500, "InternalServerError"},
    {Errc::StoreBusy, 503, "ServiceUnavailable"},
    {Errc::StoreFull, 503, "ServiceUnavailable"},
    {Errc::StoreReadOnly, 503, "ServiceUnavailable"},
});
constexpr ServiceError otherwise{Errc::ArgumentsBad, 400, "BadParameter"};

}  // namespace

const ServiceError& service_error(Errc condition) noexcept {
    for (const ServiceError& row : rows) {
        if (row.condition == condition) return row;
    }
    return otherwise;
}

Failure key_not_found(const KeyId& id) {
    const std::string version = id.version.empty() ? "" : "/" + id.version;
    return fail(Errc::KeyNotFound, "a key with (name/id) " + id.name + version + " was not found in this HSM");
}

Failure deleted_key_not_found(std::string_view name) {
    return fail(Errc::KeyNotFound, "deleted key not found: " + std::string(name));
}

Failure key_name_is_held(std::string_view name) {
    return fail(Errc::KeyDeleted, "the key " + std::string(name) +
                                      " is in a deleted but recoverable state: its name is free again when the key has "
                                      "been purged, and until then it can be recovered");
}

}  // namespace kvp11::partition
