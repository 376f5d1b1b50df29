// The data actions of Azure Managed HSM's local RBAC: what a role names and an operation needs. Values.
//
// The names are those of Microsoft.KeyVault/managedHsm/… in the service's OpenAPI file (rbac.json, DataAction)
// and of the recorded built-in roles; keys/create, keys/delete and keys/deletedKeys/delete end so.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>

namespace kvp11::access {

/// The numbers are stored in partitions: new actions come last.
enum class DataAction : std::uint8_t {
    KeysRead,
    KeysWrite,
    KeysCreate,
    KeysDelete,
    KeysRotate,
    KeysImport,
    KeysExport,
    KeysRelease,
    KeysBackup,
    KeysRestore,
    KeysEncrypt,
    KeysDecrypt,
    KeysWrap,
    KeysUnwrap,
    KeysSign,
    KeysVerify,
    KeysDerive,
    DeletedKeysRead,
    DeletedKeysRecover,
    DeletedKeysDelete,
    RoleAssignmentsRead,
    RoleAssignmentsWrite,
    RoleAssignmentsDelete,
    RoleDefinitionsRead,
    RoleDefinitionsWrite,
    RoleDefinitionsDelete,
    SecurityDomainDownload,
    SecurityDomainDownloadRead,
    SecurityDomainUpload,
    SecurityDomainUploadRead,
    SecurityDomainTransferKeyRead,
    BackupStart,
    BackupStatus,
    RestoreStart,
    RestoreStatus,
    Random,
    SettingsRead,
    SettingsWrite,
};
inline constexpr std::size_t data_action_count = static_cast<std::size_t>(DataAction::SettingsWrite) + 1;

/// A set of data actions.
using DataActions = std::bitset<data_action_count>;

/// "Microsoft.KeyVault/managedHsm/keys/sign/action" and so on.
std::string_view name_of(DataAction action) noexcept;
/// Nothing for a name that there is not; without regard to case.
std::optional<DataAction> data_action_named(std::string_view name) noexcept;

}  // namespace kvp11::access
