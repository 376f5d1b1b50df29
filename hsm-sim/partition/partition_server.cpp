// The front's half for the server: what it asks and tells beside the operations themselves.
#include "partition/caller_record.hpp"
#include "partition/partition.hpp"
#include "partition/partition_core.hpp"
#include "partition/perform.hpp"

namespace kvp11::partition {

Result<void> Partition::authorise(Operation operation, const std::string& key_name) const {
    return perform(operation, key_name, [](const Caller&) { return Result<void>{}; });
}

// The request is refused already, so a log that takes no record changes nothing.
void Partition::record_refusal(std::string_view operation_name, std::string_view resource, unsigned http_status,
                               std::string_view code) const {
    if (core_->settings().audit_level == audit::Level::Off) return;
    (void)core_->view();  // opens the store: the first request of a process is recorded as well
    audit::AuditLog* log = core_->audit_log();
    if (!log) return;
    audit::AuditRecord record = caller_record(*core_, *caller());
    record.operation = operation_name;
    record.key = resource;
    record.result = code;
    record.http_status = http_status;
    if (log->append(record).ok() && log->needs_checkpoint()) core_->checkpoint_audit();
}

}  // namespace kvp11::partition
