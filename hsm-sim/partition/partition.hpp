// Partition: a partition of the simulated HSM as one caller may use it: Backend, KeyLifeCycle and Administration.
//
// Every method goes one way: what the operation's row asks for (operations.hpp) is checked, the core does it, the
// audit log gets a record. The caller is the PKCS#11 login of this process, or a fixed principal. Thread-safe.
#pragma once

#include <memory>

#include "kvp11/backend.hpp"
#include "kvp11/key_life_cycle.hpp"
#include "partition/administration.hpp"
#include "partition/caller.hpp"
#include "partition/operations.hpp"
#include "partition/partition_settings.hpp"

namespace kvp11::partition {

class OperationGuard;
class PartitionCore;

class Partition final : public Backend, public KeyLifeCycle, public Administration {
public:
    /// Reads nothing yet: a missing or empty folder is an uninitialised partition, and what is wrong
    /// with a store is said by status(). ArgumentsBad for settings that cannot be.
    static Result<std::unique_ptr<Partition>> open(PartitionSettings settings);
    /// For session objects: active, its user logged in, gone with its process. Settings: mode, clock and retention.
    static Result<std::unique_ptr<Partition>> in_memory(PartitionSettings settings = {});
    /// The same partition as this principal may use it. It works once somebody has logged in to any of them in
    /// this process, which unseals it; login and PINs are not for principals.
    [[nodiscard]] std::unique_ptr<Partition> as_principal(Caller caller) const;
    ~Partition() override;

    // Backend
    [[nodiscard]] Result<TokenStatus> status() const override;
    [[nodiscard]] bool supports(const SignatureAlgorithm& algorithm, KeyType type,
                                bool for_verifying) const noexcept override;
    [[nodiscard]] bool supports(CipherScheme scheme, KeyType type, bool for_decrypting) const noexcept override;
    [[nodiscard]] bool supports(WrapScheme scheme, KeyType type) const noexcept override;
    [[nodiscard]] bool supports_generating(KeyType type) const noexcept override;
    [[nodiscard]] bool supports_agreement(KeyType type) const noexcept override;
    [[nodiscard]] bool supports_derivation(KeyType type) const noexcept override;
    [[nodiscard]] bool approved_only() const noexcept override;
    [[nodiscard]] bool generation_is_approved(const KeySpec& spec) const noexcept override;
    [[nodiscard]] std::uint64_t generation() const noexcept override;
    Result<void> login(Role role, const SecretBytes& pin) override;
    Result<void> logout() override;
    Result<void> initialise(const SecretBytes& so_pin, const std::string& label) override;
    Result<void> initialise_user_pin(const SecretBytes& pin) override;
    Result<void> change_pin(Role role, const SecretBytes& old_pin, const SecretBytes& new_pin) override;
    [[nodiscard]] Result<std::vector<ObjectRef>> find(const ObjectQuery& query) const override;
    [[nodiscard]] Result<KeyRecordPtr> key_record(const KeyId& id) const override;
    [[nodiscard]] Result<std::shared_ptr<const Record>> record(const std::string& id) const override;
    [[nodiscard]] Result<std::shared_ptr<const Key>> open(const KeyId& id) const override;
    Result<KeyRecordPtr> generate(const NewKey& key) override;
    Result<KeyRecordPtr> import_key(const NewKey& key, const SecretMaterial& material) override;
    Result<KeyRecordPtr> update(const KeyId& id, const KeyUpdate& update) override;
    Result<void> remove(const ObjectRef& object) override;
    Result<std::shared_ptr<const Record>> create_record(const Record& wanted) override;
    Result<std::shared_ptr<const Record>> update_record(const Record& wanted) override;
    Result<void> random(MutableBytes output) override;
    Result<void> seed_random(ByteView seed) override;

    // KeyLifeCycle
    [[nodiscard]] Result<RecoverySettings> recovery_settings() const override;
    [[nodiscard]] Result<KeyPage> list_keys(const PageRequest& page) const override;
    [[nodiscard]] Result<KeyPage> list_versions(const std::string& name, const PageRequest& page) const override;
    [[nodiscard]] Result<KeyPage> list_deleted_keys(const PageRequest& page) const override;
    Result<KeyRecordPtr> remove_key(const std::string& name) override;
    [[nodiscard]] Result<KeyRecordPtr> deleted_key(const std::string& name) const override;
    Result<KeyRecordPtr> recover_key(const std::string& name) override;
    Result<void> purge_key(const std::string& name) override;
    Result<KeyRecordPtr> rotate_key(const std::string& name) override;
    [[nodiscard]] Result<RotationPolicy> rotation_policy(const std::string& name) const override;
    Result<RotationPolicy> set_rotation_policy(const std::string& name, const RotationPolicy& policy) override;
    [[nodiscard]] Result<std::string> backup_key(const std::string& name) const override;
    Result<KeyRecordPtr> restore_key(const std::string& backup) override;
    Result<KeyRecordPtr> import_wrapped_key(const NewKey& key, const std::string& blob) override;
    Result<ReleasedKey> release_key(const KeyId& id, const AttestedEnvironment& environment,
                                    const WrapAlgorithm& algorithm) override;
    [[nodiscard]] Result<KeyAttestation> attest_key(const KeyId& id) const override;

    // Administration
    Result<void> create(const CreateOptions& options) override;
    Result<std::string> download_security_domain(const std::vector<crypto::Certificate>& officers,
                                                 unsigned quorum) override;
    Result<crypto::Certificate> begin_recovery() override;
    Result<void> upload_security_domain(const std::string& restore_blob) override;
    Result<std::string> backup() override;
    Result<RestoreReport> restore(const std::string& backup, const RestoreOptions& options) override;
    [[nodiscard]] Result<PartitionSummary> summary() const override;
    Result<void> configure(const SettingsChange& change) override;
    [[nodiscard]] Result<std::vector<Setting>> settings() const override;
    Result<Setting> update_setting(const std::string& name, const std::string& value) override;
    Result<DueReport> run_due() override;
    Result<void> zeroise() override;
    [[nodiscard]] Result<std::vector<access::RoleDefinition>> role_definitions() const override;
    Result<access::RoleDefinition> put_role_definition(const access::RoleDefinition& definition) override;
    Result<access::RoleDefinition> remove_role_definition(const std::string& id) override;
    [[nodiscard]] Result<std::vector<access::RoleAssignment>> role_assignments(const std::string& scope) const override;
    Result<access::RoleAssignment> assign_role(const access::RoleAssignment& assignment) override;
    Result<access::RoleAssignment> remove_role_assignment(const std::string& scope, const std::string& id) override;
    Result<void> seal_audit() override;
    [[nodiscard]] Result<audit::Verification> verify_audit() const override;

    // For the server, whose audit log gathers (PartitionSettings::audit_gathers)
    /// Writes the records of what was done; before, nobody may be told of it. Called by threads that answer.
    [[nodiscard]] Result<void> settle_audit() const;
    /// Seals the log when so many records came that it is time. Waits for the disk.
    void tend_audit() const;

    // For the server, which knows the answers itself
    /// Whether the caller may do this; recorded as every operation is.
    [[nodiscard]] Result<void> authorise(Operation operation, const std::string& key_name = {}) const;
    /// Always fails: with `error` for a caller who may do this, with AccessDenied for others, who so learn nothing.
    /// Recorded as every operation is.
    Result<void> refuse(Operation operation, const std::string& key_name, Error error) const;
    /// The same for what goes on after its request was answered: a refusal is recorded now, the rest when it is done.
    [[nodiscard]] Result<void> may_begin(Operation operation, const std::string& key_name = {}) const;
    /// Records a request that was refused before it became an operation of the partition: a malformed body, a
    /// throttled or unknown route, an argument that is missing. At the levels management and all.
    void record_refusal(std::string_view operation_name, std::string_view resource, unsigned http_status,
                        std::string_view code) const;
    /// Whether the audit log has a record of what this principal did or was refused through this object.
    [[nodiscard]] bool was_recorded() const noexcept;

private:
    Partition(std::shared_ptr<PartitionCore> core, CallerPtr fixed);
    [[nodiscard]] CallerPtr caller() const;
    /// Lets `work(caller)` run if the operation is allowed on the key of this name, and records it.
    template <class Work>
    auto perform(Operation operation, std::string_view key_name, Work work) const;
    /// The same for what is asked about a scope.
    template <class Work>
    auto perform_at(std::string_view scope, Operation operation, Work work) const;
    template <class Work>
    static auto run(OperationGuard guard, const Caller& caller, Work work);

    std::shared_ptr<PartitionCore> core_;
    CallerPtr fixed_;  // null: the PKCS#11 login
};

}  // namespace kvp11::partition
