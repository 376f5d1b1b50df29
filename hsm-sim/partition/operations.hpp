// What a partition can be asked to do: one row per operation, with the name that the audit log gives it and the
// data action that it needs. Authorisation, audit and docs/roles.md are projections of the rows.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "access/data_action.hpp"

namespace kvp11::partition {

enum class Operation : std::uint8_t {
    KeyList,
    KeyListVersions,
    KeyGet,
    KeyCreate,
    KeyImport,
    KeyUpdate,
    KeyDelete,
    KeyGetDeleted,
    KeyListDeleted,
    KeyRecover,
    KeyPurge,
    KeyPurgeIfDue,
    KeyRotate,
    KeyRotateIfDue,
    KeyRotationPolicyGet,
    KeyRotationPolicySet,
    KeyBackup,
    KeyRestore,
    KeyEncrypt,
    KeyDecrypt,
    KeyWrap,
    KeyUnwrap,
    KeySign,
    KeyVerify,
    KeyDerive,
    KeyExport,
    KeyRelease,
    Random,
    ObjectGet,
    ObjectCreate,
    ObjectUpdate,
    ObjectDelete,
    TokenLogin,
    TokenLogout,
    TokenInitialise,
    PinInitialise,
    PinChange,
    RoleDefinitionGet,
    RoleDefinitionPut,
    RoleDefinitionDelete,
    RoleAssignmentGet,
    RoleAssignmentPut,
    RoleAssignmentDelete,
    SecurityDomainDownload,
    SecurityDomainTransferKey,
    SecurityDomainUpload,
    BackupCreate,
    RestoreCreate,
    SettingsGet,
    SettingsUpdate,
    Zeroise,
    AuditSeal,
    KeyAttestationGet,
    SecurityDomainDownloadStatus,
    SecurityDomainUploadStatus,
    BackupStatus,
    RestoreStatus,
};

/// Where the data action must be allowed: for the key, or at "/".
enum class Sphere : std::uint8_t { Key, Partition };
/// Which audit level records it when it succeeds: Use at "all" only. Refusals are recorded at "management" too.
enum class OperationClass : std::uint8_t { Use, Management };
/// Whether the partition must be active and its self-tests passed.
enum class Readiness : std::uint8_t { Any, Active };

struct OperationRow {
    Operation operation;
    std::string_view name;
    std::optional<access::DataAction> needs;  // nothing: the PIN that goes with it, or the key's own policy, authorises
    Sphere sphere = Sphere::Key;
    OperationClass kind = OperationClass::Use;
    Readiness readiness = Readiness::Active;
};

std::span<const OperationRow> operation_rows() noexcept;
const OperationRow& row_of(Operation operation) noexcept;

}  // namespace kvp11::partition
