// Administration: what an operator does with a partition beside using its keys: the ceremony of the
// security domain, recovery, full backup and restore, status. Implemented by Partition.
//
// Methods that change something say who must be logged in; UserNotLoggedIn otherwise. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "crypto/x509.hpp"
#include "partition/role_credential.hpp"
#include "partition/self_test.hpp"
#include "partition/stored_items.hpp"
#include "partition/token_facts.hpp"

namespace kvp11::partition {

struct CreateOptions {
    std::string name;  // also the token's label: 1 to 32 bytes
    std::vector<std::string> administrators;
    SecretBytes so_pin;
    SecretBytes user_pin;  // empty: to be set later by the security officer
    std::string group;     // empty: for the calling user alone
    unsigned kdf_cost = default_kdf_cost;
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
    std::vector<SelfTestResult> self_tests;
    [[nodiscard]] std::uint64_t keys_of(KeyType type) const;
    [[nodiscard]] std::uint64_t keys() const;
    [[nodiscard]] std::uint64_t records() const;
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
    /// Takes over the lost partition's keys for sealing and becomes active.
    virtual Result<void> upload_security_domain(const std::string& restore_blob) = 0;

    /// All keys and records, readable by partitions of the same security domain only. Either role.
    virtual Result<std::string> backup() = 0;
    /// All or nothing. BackupForeign, BackupInvalid, KeyExists naming the first key in the way. Either role.
    virtual Result<RestoreReport> restore(const std::string& backup) = 0;

    /// Works without login.
    [[nodiscard]] virtual Result<PartitionSummary> summary() const = 0;
};

}  // namespace kvp11::partition
