// The front's half for KeyLifeCycle and Administration: each method names its operation and has the core do it.
#include "partition/partition.hpp"
#include "partition/partition_core.hpp"
#include "partition/perform.hpp"

namespace kvp11::partition {

// --- KeyLifeCycle

Result<RecoverySettings> Partition::recovery_settings() const { return core_->recovery_settings(); }

Result<KeyPage> Partition::list_keys(const PageRequest& page) const {
    return perform(Operation::KeyList, {}, [&](const Caller&) { return core_->list(NameState::Live, page); });
}

Result<KeyPage> Partition::list_versions(const std::string& name, const PageRequest& page) const {
    return perform(Operation::KeyListVersions, name, [&](const Caller&) { return core_->list_versions(name, page); });
}

Result<KeyPage> Partition::list_deleted_keys(const PageRequest& page) const {
    return perform(Operation::KeyListDeleted, {}, [&](const Caller&) { return core_->list(NameState::Deleted, page); });
}

Result<KeyRecordPtr> Partition::remove_key(const std::string& name) {
    return perform(Operation::KeyDelete, name, [&](const Caller&) { return core_->remove_key(name); });
}

Result<KeyRecordPtr> Partition::deleted_key(const std::string& name) const {
    return perform(Operation::KeyGetDeleted, name, [&](const Caller&) { return core_->deleted_key(name); });
}

Result<KeyRecordPtr> Partition::recover_key(const std::string& name) {
    return perform(Operation::KeyRecover, name, [&](const Caller&) { return core_->recover_key(name); });
}

Result<void> Partition::purge_key(const std::string& name) {
    return perform(Operation::KeyPurge, name, [&](const Caller&) { return core_->purge_key(name); });
}

Result<KeyRecordPtr> Partition::rotate_key(const std::string& name) {
    return perform(Operation::KeyRotate, name, [&](const Caller&) { return core_->rotate_key(name); });
}

Result<RotationPolicy> Partition::rotation_policy(const std::string& name) const {
    return perform(Operation::KeyRotationPolicyGet, name, [&](const Caller&) { return core_->rotation_policy(name); });
}

Result<RotationPolicy> Partition::set_rotation_policy(const std::string& name, const RotationPolicy& policy) {
    return perform(Operation::KeyRotationPolicySet, name,
                   [&](const Caller&) { return core_->set_rotation_policy(name, policy); });
}

Result<std::string> Partition::backup_key(const std::string& name) const {
    return perform(Operation::KeyBackup, name, [&](const Caller&) { return core_->backup_key(name); });
}

Result<KeyRecordPtr> Partition::restore_key(const std::string& backup) {
    return perform(Operation::KeyRestore, {}, [&](const Caller&) { return core_->restore_key(backup); });
}

Result<KeyRecordPtr> Partition::import_wrapped_key(const NewKey& key, const std::string& blob) {
    return perform(Operation::KeyImport, key.name, [&](const Caller&) { return core_->import_wrapped_key(key, blob); });
}

// --- Administration: the life of the partition

Result<void> Partition::create(const CreateOptions& options) {
    return perform(Operation::TokenInitialise, {}, [&](const Caller&) { return core_->create(options); });
}

Result<std::string> Partition::download_security_domain(const std::vector<crypto::Certificate>& officers,
                                                        unsigned quorum) {
    return perform(Operation::SecurityDomainDownload, {},
                   [&](const Caller&) { return core_->download_security_domain(officers, quorum); });
}

Result<crypto::Certificate> Partition::begin_recovery() {
    return perform(Operation::SecurityDomainTransferKey, {}, [&](const Caller&) { return core_->begin_recovery(); });
}

Result<void> Partition::upload_security_domain(const std::string& restore_blob) {
    return perform(Operation::SecurityDomainUpload, {},
                   [&](const Caller&) { return core_->upload_security_domain(restore_blob); });
}

Result<std::string> Partition::backup() {
    return perform(Operation::BackupCreate, {}, [&](const Caller&) { return core_->backup(); });
}

Result<RestoreReport> Partition::restore(const std::string& backup, const RestoreOptions& options) {
    return perform(Operation::RestoreCreate, {}, [&](const Caller&) { return core_->restore(backup, options); });
}

Result<PartitionSummary> Partition::summary() const { return core_->summary(); }

Result<void> Partition::configure(const SettingsChange& change) {
    return perform(Operation::SettingsUpdate, {}, [&](const Caller&) { return core_->configure(change); });
}

Result<std::vector<Setting>> Partition::settings() const {
    return perform(Operation::SettingsGet, {}, [&](const Caller&) { return core_->service_settings(); });
}

Result<Setting> Partition::update_setting(const std::string& name, const std::string& value) {
    return perform(Operation::SettingsUpdate, {}, [&](const Caller&) { return core_->update_setting(name, value); });
}

// Each key is an operation of its own, so that one that cannot be rotated stops no other.
Result<DueReport> Partition::run_due() {
    DueReport report;
    const auto overdue = TRY(core_->due_names(Due::Purge));
    for (const std::string& name : overdue) {
        const auto purged =
            perform(Operation::KeyPurgeIfDue, name, [&](const Caller&) { return core_->purge_overdue(name); });
        purged.ok() ? report.purged.push_back(name) : report.failed.push_back(name + ": " + purged.error().message);
    }
    const auto due = TRY(core_->due_names(Due::Rotation));
    for (const std::string& name : due) {
        const auto rotated =
            perform(Operation::KeyRotateIfDue, name, [&](const Caller&) { return core_->rotate_due(name); });
        if (!rotated.ok() && rotated.code() == Errc::StoreConflict) continue;  // another process has rotated it
        rotated.ok() ? report.rotated.push_back((*rotated)->id)
                     : report.failed.push_back(name + ": " + rotated.error().message);
    }
    return report;
}

Result<void> Partition::zeroise() {
    return perform(Operation::Zeroise, {}, [&](const Caller&) { return core_->zeroise(); });
}

// --- Administration: roles

Result<std::vector<access::RoleDefinition>> Partition::role_definitions() const {
    return perform(Operation::RoleDefinitionGet, {}, [&](const Caller&) -> Result<std::vector<access::RoleDefinition>> {
        const PartitionCore::View view = TRY(core_->view());
        const auto table = TRY(core_->access_table(view));
        return table->definitions();
    });
}

Result<access::RoleDefinition> Partition::put_role_definition(const access::RoleDefinition& definition) {
    return perform(Operation::RoleDefinitionPut, {}, [&](const Caller&) -> Result<access::RoleDefinition> {
        access::RoleDefinition kept;
        const auto change = [&](access::AccessTable& table) -> Result<void> {
            TRY(table.put_definition(definition));
            kept = TRY(table.definition(definition.id));
            return {};
        };
        TRY(core_->change_access(change));
        return kept;
    });
}

Result<access::RoleDefinition> Partition::remove_role_definition(const std::string& id) {
    return perform(Operation::RoleDefinitionDelete, {}, [&](const Caller&) -> Result<access::RoleDefinition> {
        access::RoleDefinition gone;
        const auto change = [&](access::AccessTable& table) -> Result<void> {
            gone = TRY(table.definition(id));
            return table.remove_definition(id);
        };
        TRY(core_->change_access(change));
        return gone;
    });
}

Result<std::vector<access::RoleAssignment>> Partition::role_assignments(const std::string& scope) const {
    return perform_at(scope, Operation::RoleAssignmentGet,
                      [&](const Caller&) -> Result<std::vector<access::RoleAssignment>> {
                          const PartitionCore::View view = TRY(core_->view());
                          const auto table = TRY(core_->access_table(view));
                          return table->assignments(scope);
                      });
}

Result<access::RoleAssignment> Partition::assign_role(const access::RoleAssignment& assignment) {
    return perform_at(assignment.scope, Operation::RoleAssignmentPut,
                      [&](const Caller&) -> Result<access::RoleAssignment> {
                          access::RoleAssignment kept;
                          const auto change = [&](access::AccessTable& table) -> Result<void> {
                              TRY(table.assign(assignment));
                              kept = TRY(table.assignment(assignment.scope, assignment.id));
                              return {};
                          };
                          TRY(core_->change_access(change));
                          return kept;
                      });
}

Result<access::RoleAssignment> Partition::remove_role_assignment(const std::string& scope, const std::string& id) {
    return perform_at(scope, Operation::RoleAssignmentDelete, [&](const Caller&) -> Result<access::RoleAssignment> {
        access::RoleAssignment gone;
        const auto change = [&](access::AccessTable& table) -> Result<void> {
            gone = TRY(table.assignment(scope, id));
            return table.remove_assignment(scope, id);
        };
        TRY(core_->change_access(change));
        return gone;
    });
}

// --- Administration: audit

Result<void> Partition::seal_audit() {
    return perform(Operation::AuditSeal, {}, [&](const Caller&) { return core_->seal_audit(); });
}

Result<audit::Verification> Partition::verify_audit() const { return core_->verify_audit(); }

}  // namespace kvp11::partition
