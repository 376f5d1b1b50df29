#include "partition/operation_guard.hpp"

#include <algorithm>

#include "access/token_principals.hpp"
#include "fips/error_state.hpp"
#include "partition/caller_record.hpp"
#include "partition/service_error.hpp"

namespace kvp11::partition {
namespace {

std::string resource_of(std::string_view key_name, Sphere sphere) {
    if (sphere == Sphere::Partition) return "/";
    return key_name.empty() ? "/keys" : "/keys/" + std::string(key_name);
}

}  // namespace

OperationGuard::OperationGuard(const PartitionCore& core, Operation operation, std::string_view key_name,
                               CallerPtr caller, TimePoint begun)
    : core_(core),
      row_(row_of(operation)),
      key_name_(key_name),
      caller_(std::move(caller)),
      sphere_(row_.sphere),
      begun_(begun) {}

Result<void> OperationGuard::allow() {
    const Result<void> allowed = check();
    if (!allowed.ok()) TRY(close(&allowed.error()));
    return allowed;
}

Result<void> OperationGuard::check() const {
    if (row_.readiness == Readiness::Active) TRY(fips::require_operational(core_.settings().mode));
    if (core_.is_memory()) return {};
    // PINs and the folder authorise whoever is at this machine, not a principal that came over the network.
    if (!row_.needs && sphere_ == Sphere::Partition && !caller_->is_token()) {
        return fail(Errc::AccessDenied, std::string(row_.name) + " is not for principals");
    }
    if (row_.needs || row_.readiness == Readiness::Active) TRY(check_standing());
    audit::AuditLog* log = core_.audit_log();
    if (log && is_recorded()) TRY(log->reserve());
    return {};
}

bool OperationGuard::is_recorded() const noexcept {
    return row_.kind == OperationClass::Management || core_.settings().audit_level == audit::Level::All;
}

Result<void> OperationGuard::check_standing() const {
    const bool must_be_active = row_.readiness == Readiness::Active;
    PartitionCore::StandingPtr standing = core_.known_standing();
    if (standing) {
        if (must_be_active) TRY(PartitionCore::require_active(standing->life_cycle));
    } else {
        const PartitionCore::View view = TRY(core_.view());
        if (must_be_active) TRY(PartitionCore::require_active(view.facts->life_cycle));
        if (row_.needs) standing = TRY(core_.standing(view));
    }
    return row_.needs ? check_rights(*standing) : Result<void>{};
}

// A login takes nothing out of sight: what PKCS#11 shows to everybody, it shows to who has logged in as well.
Result<void> OperationGuard::check_rights(const PartitionCore::Standing& standing) const {
    const access::AccessTable& table = *standing.table;
    const auto permits = [&](std::string_view principal) {
        return sphere_ == Sphere::Partition ? table.permits_at_root(principal, *row_.needs)
                                            : table.permits(principal, *row_.needs, key_name_);
    };
    const bool is_shown = caller_->is_token() && *row_.needs == access::DataAction::KeysRead;
    const bool is_permitted = permits(caller_->object_id) ||
                              std::any_of(caller_->groups.begin(), caller_->groups.end(), permits) ||
                              (is_shown && permits(access::public_principal));
    if (!is_permitted) return refusal();
    if (caller_->is_token() || standing.is_unsealed) return {};
    return fail(Errc::UserNotLoggedIn, "the partition is sealed: nobody has logged in to it in this process");
}

// PKCS#11 knows whom an operation wants to be logged in; everybody else is told the data action, as the service does.
Failure OperationGuard::refusal() const {
    const bool is_for_officer = sphere_ == Sphere::Partition;
    const CallerKind wanted = is_for_officer ? CallerKind::TokenOfficer : CallerKind::TokenUser;
    if (caller_->is_token() && caller_->kind != wanted) {
        return fail(Errc::UserNotLoggedIn, is_for_officer ? "this needs the security officer to be logged in"
                                                          : "this needs the user to be logged in");
    }
    return fail(Errc::AccessDenied, "not authorised to access " + std::string(access::name_of(*row_.needs)) + " on '" +
                                        resource_of(key_name_, sphere_) + "'");
}

Result<void> OperationGuard::close(const Error* error, bool approved) {
    audit::AuditLog* log = core_.audit_log();
    if (!log) return {};
    if (!error && !is_recorded()) return {};
    Texts texts;
    const Result<void> recorded = log->append(record(error, approved, texts));
    if (!recorded.ok() && error) return {};  // the caller learns of the first trouble
    TRY(Result<void>(recorded));
    caller_->record_mark.set();
    if (log->needs_checkpoint()) core_.checkpoint_audit();
    return {};
}

Result<void> OperationGuard::close_preparation(const Error* error) { return error ? close(error) : Result<void>{}; }

audit::AuditEntry OperationGuard::record(const Error* error, bool approved, Texts& texts) const {
    using namespace std::chrono;
    audit::AuditEntry record = caller_record(core_, *caller_, texts.program);
    record.operation = row_.name;
    texts.resource = resource_of(key_name_, sphere_);
    record.key = texts.resource;
    record.result = "Success";
    if (error) {
        const ServiceError& named = service_error(error->code);
        record.result = named.code;
        record.http_status = named.status;
    }
    const auto lasted = duration_cast<std::chrono::microseconds>(steady_clock::now() - begun_).count();
    record.duration_us = static_cast<std::uint32_t>(lasted);
    record.approved = approved;
    return record;
}

}  // namespace kvp11::partition
