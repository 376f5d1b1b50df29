// The front's half for the server: what it asks and tells beside the operations themselves.
#include "partition/caller_record.hpp"
#include "partition/partition.hpp"
#include "partition/partition_core.hpp"
#include "partition/perform.hpp"

namespace kvp11::partition {

// Its record tells whether the wrapping was approved, as that of a use of a key does.
Result<ReleasedKey> Partition::release_key(const KeyId& id, const AttestedEnvironment& environment,
                                           const WrapAlgorithm& algorithm) {
    const CallerPtr caller = this->caller();
    OperationGuard guard(*core_, Operation::KeyRelease, id.name, caller);
    TRY(guard.allow());
    auto released = core_->release_key(*caller, id, environment, algorithm);
    TRY(guard.close(released.ok() ? nullptr : &released.error(), released.ok() && released->is_approved));
    if (!released.ok()) return fail(released.error());
    return std::move(released->key);
}

Result<KeyAttestation> Partition::attest_key(const KeyId& id) const {
    return perform(Operation::KeyAttestationGet, id.name,
                   [&](const Caller& caller) { return core_->attest_key(caller, id); });
}

Result<void> Partition::authorise(Operation operation, const std::string& key_name) const {
    return perform(operation, key_name, [](const Caller&) { return Result<void>{}; });
}

Result<void> Partition::may_begin(Operation operation, const std::string& key_name) const {
    return OperationGuard(*core_, operation, key_name, caller()).allow();
}

Result<void> Partition::refuse(Operation operation, const std::string& key_name, Error error) const {
    return perform(operation, key_name, [&](const Caller&) -> Result<void> { return fail(std::move(error)); });
}

bool Partition::was_recorded() const noexcept { return fixed_ && fixed_->record_mark.is_set(); }

// The request is refused already, so a log that takes no record changes nothing.
void Partition::record_refusal(std::string_view operation_name, std::string_view resource, unsigned http_status,
                               std::string_view code) const {
    if (core_->settings().audit_level == audit::Level::Off) return;
    (void)core_->view();  // opens the store: the first request of a process is recorded as well
    audit::AuditLog* log = core_->audit_log();
    if (!log) return;
    const CallerPtr caller = this->caller();
    std::string program;
    audit::AuditEntry record = caller_record(*core_, *caller, program);
    record.operation = operation_name;
    record.key = resource;
    record.result = code;
    record.http_status = http_status;
    if (!log->append(record).ok()) return;
    caller->record_mark.set();
    if (log->needs_checkpoint()) core_->checkpoint_audit();
}

}  // namespace kvp11::partition
