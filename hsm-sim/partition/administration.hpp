// Administration: what an operator does with a partition beside using its keys: the ceremony of the
// security domain, recovery, full backup and restore, roles, settings, audit. Implemented by Partition.
//
// Which data action a method needs is in operations.cpp; UserNotLoggedIn or AccessDenied otherwise. Of the PKCS#11
// logins the security officer has them. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "access/role.hpp"
#include "audit/audit_log.hpp"
#include "crypto/x509.hpp"
#include "fips/approved_mode.hpp"
#include "fips/integrity.hpp"
#include "fips/self_test.hpp"
#include "partition/role_credential.hpp"
#include "partition/stored_items.hpp"
#include "partition/token_facts.hpp"

namespace kvp11::partition {

struct CreateOptions {
    std::string name;                         // also the token's label: 1 to 32 bytes
    std::vector<std::string> administrators;  // object ids that get the role Administrator at "/"
    SecretBytes so_pin;
    SecretBytes user_pin;  // empty: to be set later by the security officer
    std::string group;     // empty: for the calling user alone
    unsigned kdf_cost = default_kdf_cost;
    std::uint32_t retention_days = 90;  // 7 to 90
    bool purge_protection = false;
};

struct RestoreOptions {
    /// Only the key of this name, with all its versions; empty: everything.
    std::string key_name;
    /// Everything that is here goes first, as the service's full restore does. Otherwise what is in the way is
    /// KeyExists.
    bool replace = false;
};

struct RestoreReport {
    std::string partition_name;  // where the backup was made
    std::int64_t created = 0;    // when
    std::size_t keys = 0;
    std::size_t records = 0;
};

/// Everything that `kvp11 hsm status` shows.
struct PartitionSummary {
    std::string path;
    TokenStatus token;
    TokenFacts facts;
    std::vector<ItemCount> counts;
    std::vector<fips::SelfTestResult> self_tests;
    fips::IntegrityReport integrity;  // of the file of the running code
    fips::Mode mode = fips::Mode::All;
    [[nodiscard]] std::uint64_t keys_of(KeyType type) const;
    [[nodiscard]] std::uint64_t keys() const;
    [[nodiscard]] std::uint64_t records() const;
};

/// Unset fields stay.
struct SettingsChange {
    std::optional<std::uint32_t> retention_days;  // 7 to 90, of keys deleted from now on
    std::optional<bool> purge_protection;         // once true it stays: PurgeProtected
};

/// A setting as the service lists it.
struct Setting {
    std::string name;
    std::string type;   // "boolean"
    std::string value;  // "true", "false"
};

/// What run_due() did.
struct DueReport {
    std::vector<KeyId> rotated;
    std::vector<std::string> purged;
    std::vector<std::string> failed;  // sentences
};

class Administration {
public:
    virtual ~Administration() = default;

    /// Makes a partition that waits for its security domain. AlreadyInitialized when there is one.
    virtual Result<void> create(const CreateOptions& options) = 0;
    /// The security domain for these officers; the security officer is logged in. Activates a
    /// provisioned partition; on an active one it may be repeated for other officers.
    virtual Result<std::string> download_security_domain(const std::vector<crypto::Certificate>& officers,
                                                         unsigned quorum) = 0;
    /// Begins, or begins anew, the recovery of another partition in this provisioned one and gives the
    /// certificate that the restore blob is to be made for; the security officer is logged in.
    virtual Result<crypto::Certificate> begin_recovery() = 0;
    /// Takes over the lost partition's keys for sealing and becomes active. The security officer is logged in to this
    /// process, whoever the caller is.
    virtual Result<void> upload_security_domain(const std::string& restore_blob) = 0;

    /// All keys, deleted ones too, records and roles, readable by partitions of the same security domain only.
    virtual Result<std::string> backup() = 0;
    /// All or nothing. BackupForeign, BackupInvalid, KeyExists or KeyDeleted naming the first key in the way,
    /// KeyNotFound for a key_name that is not in the backup, PurgeProtected for a replacing one where keys are
    /// protected.
    virtual Result<RestoreReport> restore(const std::string& backup, const RestoreOptions& options) = 0;

    /// Works without login.
    [[nodiscard]] virtual Result<PartitionSummary> summary() const = 0;

    virtual Result<void> configure(const SettingsChange& change) = 0;
    /// The service's own settings: AllowKeyManagementOperationsThroughARM, "false" until it is changed.
    [[nodiscard]] virtual Result<std::vector<Setting>> settings() const = 0;
    /// ArgumentsBad for a value that the type does not have, KeyNotFound for a setting that there is not.
    virtual Result<Setting> update_setting(const std::string& name, const std::string& value) = 0;
    /// Rotates the keys whose policy says so and purges those whose retention has ended, by the partition's clock.
    virtual Result<DueReport> run_due() = 0;
    /// Destroys every key and secret at once, whoever asks and whatever is protected: root key, store, all.
    /// What is left is an uninitialised folder with its audit log.
    virtual Result<void> zeroise() = 0;

    // --- local RBAC; what each gives is what is kept
    [[nodiscard]] virtual Result<std::vector<access::RoleDefinition>> role_definitions() const = 0;
    virtual Result<access::RoleDefinition> put_role_definition(const access::RoleDefinition& definition) = 0;
    virtual Result<access::RoleDefinition> remove_role_definition(const std::string& id) = 0;
    /// At exactly this scope; all for an empty one.
    [[nodiscard]] virtual Result<std::vector<access::RoleAssignment>>
    role_assignments(const std::string& scope) const = 0;
    virtual Result<access::RoleAssignment> assign_role(const access::RoleAssignment& assignment) = 0;
    virtual Result<access::RoleAssignment> remove_role_assignment(const std::string& scope, const std::string& id) = 0;

    /// Seals the audit log up to here. Somebody is logged in.
    virtual Result<void> seal_audit() = 0;
    /// Checks the whole log; seals too when somebody is logged in.
    [[nodiscard]] virtual Result<audit::Verification> verify_audit() const = 0;
};

}  // namespace kvp11::partition
