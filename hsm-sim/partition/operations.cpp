#include "partition/operations.hpp"

#include <array>

namespace kvp11::partition {
namespace {

using access::DataAction;

// Names as Azure's logs have them where they are published; the others are of the same kind.
constexpr auto rows = std::to_array<OperationRow>({
    {Operation::KeyList, "KeyList", DataAction::KeysRead, Sphere::Key, OperationClass::Use, Readiness::Any},
    {Operation::KeyListVersions, "KeyListVersions", DataAction::KeysRead, Sphere::Key, OperationClass::Use,
     Readiness::Active},
    {Operation::KeyGet, "KeyGet", DataAction::KeysRead, Sphere::Key, OperationClass::Use, Readiness::Any},
    {Operation::KeyCreate, "KeyCreate", DataAction::KeysCreate, Sphere::Key, OperationClass::Management,
     Readiness::Active},
    {Operation::KeyImport, "KeyImport", DataAction::KeysImport, Sphere::Key, OperationClass::Management,
     Readiness::Active},
    {Operation::KeyUpdate, "KeyUpdate", DataAction::KeysWrite, Sphere::Key, OperationClass::Management,
     Readiness::Active},
    {Operation::KeyDelete, "KeyDelete", DataAction::KeysDelete, Sphere::Key, OperationClass::Management,
     Readiness::Active},
    {Operation::KeyGetDeleted, "KeyGetDeleted", DataAction::DeletedKeysRead, Sphere::Key, OperationClass::Use,
     Readiness::Active},
    {Operation::KeyListDeleted, "KeyListDeleted", DataAction::DeletedKeysRead, Sphere::Key, OperationClass::Use,
     Readiness::Active},
    {Operation::KeyRecover, "KeyRecover", DataAction::DeletedKeysRecover, Sphere::Key, OperationClass::Management,
     Readiness::Active},
    {Operation::KeyPurge, "KeyPurge", DataAction::DeletedKeysDelete, Sphere::Key, OperationClass::Management,
     Readiness::Active},
    {Operation::KeyPurgeIfDue, "KeyPurgeIfDue", {}, Sphere::Key, OperationClass::Management, Readiness::Active},
    {Operation::KeyRotate, "KeyRotate", DataAction::KeysRotate, Sphere::Key, OperationClass::Management,
     Readiness::Active},
    {Operation::KeyRotateIfDue, "KeyRotateIfDue", {}, Sphere::Key, OperationClass::Management, Readiness::Active},
    {Operation::KeyRotationPolicyGet, "KeyRotationPolicyGet", DataAction::KeysRead, Sphere::Key, OperationClass::Use,
     Readiness::Active},
    {Operation::KeyRotationPolicySet, "KeyRotationPolicySet", DataAction::KeysWrite, Sphere::Key,
     OperationClass::Management, Readiness::Active},
    {Operation::KeyBackup, "KeyBackup", DataAction::KeysBackup, Sphere::Key, OperationClass::Management,
     Readiness::Active},
    {Operation::KeyRestore, "KeyRestore", DataAction::KeysRestore, Sphere::Key, OperationClass::Management,
     Readiness::Active},
    {Operation::KeyEncrypt, "KeyEncrypt", DataAction::KeysEncrypt, Sphere::Key, OperationClass::Use, Readiness::Active},
    {Operation::KeyDecrypt, "KeyDecrypt", DataAction::KeysDecrypt, Sphere::Key, OperationClass::Use, Readiness::Active},
    {Operation::KeyWrap, "KeyWrap", DataAction::KeysWrap, Sphere::Key, OperationClass::Use, Readiness::Active},
    {Operation::KeyUnwrap, "KeyUnwrap", DataAction::KeysUnwrap, Sphere::Key, OperationClass::Use, Readiness::Active},
    {Operation::KeySign, "KeySign", DataAction::KeysSign, Sphere::Key, OperationClass::Use, Readiness::Active},
    {Operation::KeyVerify, "KeyVerify", DataAction::KeysVerify, Sphere::Key, OperationClass::Use, Readiness::Active},
    {Operation::KeyDerive, "KeyDerive", DataAction::KeysDerive, Sphere::Key, OperationClass::Use, Readiness::Active},
    {Operation::KeyExport, "KeyExport", DataAction::KeysExport, Sphere::Key, OperationClass::Management,
     Readiness::Active},
    {Operation::KeyRelease, "KeyRelease", DataAction::KeysRelease, Sphere::Key, OperationClass::Management,
     Readiness::Active},
    {Operation::Random, "RandomGet", DataAction::Random, Sphere::Partition, OperationClass::Use, Readiness::Any},
    {Operation::ObjectGet, "ObjectGet", DataAction::KeysRead, Sphere::Key, OperationClass::Use, Readiness::Any},
    {Operation::ObjectCreate, "ObjectCreate", DataAction::KeysImport, Sphere::Key, OperationClass::Management,
     Readiness::Active},
    {Operation::ObjectUpdate, "ObjectUpdate", DataAction::KeysWrite, Sphere::Key, OperationClass::Management,
     Readiness::Active},
    {Operation::ObjectDelete, "ObjectDelete", DataAction::KeysDelete, Sphere::Key, OperationClass::Management,
     Readiness::Active},
    {Operation::TokenLogin, "Authentication", {}, Sphere::Partition, OperationClass::Management, Readiness::Any},
    {Operation::TokenLogout, "TokenLogout", {}, Sphere::Partition, OperationClass::Management, Readiness::Any},
    {Operation::TokenInitialise, "TokenInitialise", {}, Sphere::Partition, OperationClass::Management, Readiness::Any},
    {Operation::PinInitialise, "PinInitialise", {}, Sphere::Partition, OperationClass::Management, Readiness::Any},
    {Operation::PinChange, "PinChange", {}, Sphere::Partition, OperationClass::Management, Readiness::Any},
    {Operation::RoleDefinitionGet, "RoleDefinitionGet", DataAction::RoleDefinitionsRead, Sphere::Partition,
     OperationClass::Use, Readiness::Any},
    {Operation::RoleDefinitionPut, "RoleDefinitionPut", DataAction::RoleDefinitionsWrite, Sphere::Partition,
     OperationClass::Management, Readiness::Any},
    {Operation::RoleDefinitionDelete, "RoleDefinitionDelete", DataAction::RoleDefinitionsDelete, Sphere::Partition,
     OperationClass::Management, Readiness::Any},
    {Operation::RoleAssignmentGet, "RoleAssignmentGet", DataAction::RoleAssignmentsRead, Sphere::Key,
     OperationClass::Use, Readiness::Any},
    {Operation::RoleAssignmentPut, "RoleAssignmentPut", DataAction::RoleAssignmentsWrite, Sphere::Key,
     OperationClass::Management, Readiness::Any},
    {Operation::RoleAssignmentDelete, "RoleAssignmentDelete", DataAction::RoleAssignmentsDelete, Sphere::Key,
     OperationClass::Management, Readiness::Any},
    {Operation::SecurityDomainDownload, "SecurityDomainBackup", DataAction::SecurityDomainDownload, Sphere::Partition,
     OperationClass::Management, Readiness::Any},
    {Operation::SecurityDomainTransferKey, "SecurityDomainTransferKey", DataAction::SecurityDomainTransferKeyRead,
     Sphere::Partition, OperationClass::Management, Readiness::Any},
    {Operation::SecurityDomainUpload, "SecurityDomainRestore", DataAction::SecurityDomainUpload, Sphere::Partition,
     OperationClass::Management, Readiness::Any},
    {Operation::BackupCreate, "BackupCreate", DataAction::BackupStart, Sphere::Partition, OperationClass::Management,
     Readiness::Active},
    {Operation::RestoreCreate, "RestoreCreate", DataAction::RestoreStart, Sphere::Partition, OperationClass::Management,
     Readiness::Active},
    {Operation::SettingsGet, "SettingsGet", DataAction::SettingsRead, Sphere::Partition, OperationClass::Use,
     Readiness::Any},
    {Operation::SettingsUpdate, "SettingsUpdate", DataAction::SettingsWrite, Sphere::Partition,
     OperationClass::Management, Readiness::Any},
    {Operation::Zeroise, "Zeroise", {}, Sphere::Partition, OperationClass::Management, Readiness::Any},
    {Operation::AuditSeal, "AuditSeal", {}, Sphere::Partition, OperationClass::Use, Readiness::Any},
    {Operation::KeyAttestationGet, "KeyAttestationGet", DataAction::KeysRead, Sphere::Key, OperationClass::Use,
     Readiness::Active},
    {Operation::SecurityDomainDownloadStatus, "SecurityDomainBackupStatusGet", DataAction::SecurityDomainDownloadRead,
     Sphere::Partition, OperationClass::Use, Readiness::Any},
    {Operation::SecurityDomainUploadStatus, "SecurityDomainRestoreStatusGet", DataAction::SecurityDomainUploadRead,
     Sphere::Partition, OperationClass::Use, Readiness::Any},
    {Operation::BackupStatus, "BackupStatusGet", DataAction::BackupStatus, Sphere::Partition, OperationClass::Use,
     Readiness::Any},
    {Operation::RestoreStatus, "RestoreStatusGet", DataAction::RestoreStatus, Sphere::Partition, OperationClass::Use,
     Readiness::Any},
});

constexpr bool in_order() {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (static_cast<std::size_t>(rows[i].operation) != i) return false;
    }
    return true;
}
static_assert(in_order());
static_assert(rows.size() == static_cast<std::size_t>(Operation::RestoreStatus) + 1);

}  // namespace

std::span<const OperationRow> operation_rows() noexcept { return rows; }

const OperationRow& row_of(Operation operation) noexcept { return rows[static_cast<std::size_t>(operation)]; }

}  // namespace kvp11::partition
