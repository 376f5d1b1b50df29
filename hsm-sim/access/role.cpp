#include "access/role.hpp"

#include <initializer_list>

namespace kvp11::access {
namespace {

using enum DataAction;

struct Row {
    const char* id;
    const char* name;
    const char* description;
    std::uint64_t allowed;
};

constexpr std::uint64_t set_of(std::initializer_list<DataAction> actions) {
    std::uint64_t set = 0;
    for (const DataAction action : actions) set |= std::uint64_t{1} << static_cast<unsigned>(action);
    return set;
}

// Azure's in the order of the recording, without descriptions as there.
constexpr Row rows[] = {
    {"7b127d3c-77bd-4e3e-bbe0-dbb8971fa7f8", "Managed HSM Backup User", "",
     set_of({BackupStart, BackupStatus, KeysBackup})},
    {"6efe6056-5259-49d2-8b3d-d3d73544b20b", "Managed HSM Restore", "",
     set_of({RestoreStart, RestoreStatus, KeysRestore})},
    {"33413926-3206-4cdd-b39a-83574fe37a17", "Managed HSM Crypto Service Encryption User", "",
     set_of({KeysRead, KeysWrap, KeysUnwrap})},
    {"21dbd100-6940-42c2-9190-5d6cb909625c", "Managed HSM Crypto Service Release User", "", set_of({KeysRelease})},
    {"2c18b078-7c48-4d3a-af88-5a3a1b3f82b3", "Managed HSM Crypto Auditor", "",
     set_of({RoleAssignmentsRead, RoleDefinitionsRead, KeysRead, DeletedKeysRead})},
    {"4bd23610-cdcf-4971-bdee-bdc562cc28e4", "Managed HSM Policy Administrator", "",
     set_of({RoleDefinitionsRead, RoleDefinitionsWrite, RoleDefinitionsDelete, RoleAssignmentsRead,
             RoleAssignmentsWrite, RoleAssignmentsDelete})},
    {role_id::crypto_user, "Managed HSM Crypto User", "",
     set_of({RoleDefinitionsRead, RoleAssignmentsRead, KeysRead, KeysWrite, KeysDelete, KeysCreate, KeysRotate,
             KeysImport, KeysRelease, KeysBackup, KeysRestore, KeysEncrypt, KeysDecrypt, KeysWrap, KeysUnwrap, KeysSign,
             KeysVerify, KeysDerive, Random})},
    {role_id::crypto_officer, "Managed HSM Crypto Officer", "",
     set_of({RoleAssignmentsDelete, RoleAssignmentsRead, RoleAssignmentsWrite, RoleDefinitionsRead,
             RoleDefinitionsWrite, RoleDefinitionsDelete, DeletedKeysRead, DeletedKeysDelete, DeletedKeysRecover,
             KeysExport})},
    {role_id::administrator, "Managed HSM Administrator", "",
     set_of({RoleAssignmentsDelete, RoleAssignmentsRead, RoleAssignmentsWrite, RoleDefinitionsRead,
             RoleDefinitionsWrite, RoleDefinitionsDelete, SecurityDomainDownload, SecurityDomainDownloadRead,
             SecurityDomainUpload, SecurityDomainUploadRead, SecurityDomainTransferKeyRead, BackupStart, RestoreStart,
             BackupStatus, RestoreStatus, SettingsRead, SettingsWrite})},

    {role_id::token_public, "kvp11 Token Public", "What a PKCS#11 application may do before login",
     set_of({KeysRead, KeysVerify, KeysEncrypt, KeysWrap, Random})},
    {role_id::token_user, "kvp11 Token User", "What a PKCS#11 user has beside Managed HSM Crypto User",
     set_of({KeysExport, DeletedKeysRead})},
    {role_id::token_security_officer, "kvp11 Token Security Officer",
     "What a PKCS#11 security officer may do with public objects",
     set_of({KeysRead, KeysWrite, KeysDelete, KeysImport, KeysVerify, KeysEncrypt, KeysWrap, Random})},
};

std::vector<RoleDefinition> definitions() {
    std::vector<RoleDefinition> all;
    for (const Row& row : rows) {
        all.push_back({.id = row.id,
                       .name = row.name,
                       .description = row.description,
                       .built_in = true,
                       .allowed = DataActions(row.allowed),
                       .denied = {}});
    }
    return all;
}

}  // namespace

std::span<const RoleDefinition> built_in_roles() {
    static const auto& all = *new std::vector<RoleDefinition>(definitions());  // not destroyed: used by any thread
    return all;
}

}  // namespace kvp11::access
