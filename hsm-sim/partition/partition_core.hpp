// PartitionCore: what a partition does, once it is clear that the caller may: keys, records, roles, the
// ceremony, in a folder that any number of processes share, or in memory.
//
// It ties together the store, the seals, the login of this process and the keys parsed so far. What a
// process knows (login, cache) is its own: a child after a fork starts from its parent's login with an
// empty cache. Thread-safe; locks are short and never held over cryptography or the disk's flush.
// Nothing here asks for rights: Partition does, and is what everybody else uses.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "access/access_table.hpp"
#include "audit/audit_log.hpp"
#include "kvp11/key_life_cycle.hpp"
#include "partition/administration.hpp"
#include "partition/caller.hpp"
#include "partition/key_cache.hpp"
#include "partition/login_session.hpp"
#include "partition/partition_folder.hpp"
#include "partition/partition_settings.hpp"

namespace kvp11::partition {

struct AttestationKey;
struct FreshMaterial;

class PartitionCore {
public:
    PartitionCore(PartitionSettings settings, std::unique_ptr<Store> memory);
    PartitionCore(const PartitionCore&) = delete;
    PartitionCore& operator=(const PartitionCore&) = delete;
    ~PartitionCore();
    /// Makes one in memory active, with its user logged in.
    Result<void> unseal_memory();

    /// The partition as one call sees it.
    struct View {
        Store* store = nullptr;
        Stamp stamp;
        std::shared_ptr<const TokenFacts> facts;
        std::shared_ptr<const LoginSession> session;  // null when nobody unsealed it in this process
    };

    /// What a view says about who may do what; good as long as the stamp is that of now.
    struct Standing {
        Stamp stamp;
        LifeCycle life_cycle = LifeCycle::Uninitialised;
        bool is_unsealed = false;
        std::shared_ptr<const access::AccessTable> table;  // never null
    };
    using StandingPtr = std::shared_ptr<const Standing>;

    // --- what it is (partition_core.cpp)
    [[nodiscard]] const PartitionSettings& settings() const noexcept { return settings_; }
    [[nodiscard]] const PartitionFolder& folder() const noexcept { return folder_; }
    [[nodiscard]] bool is_memory() const noexcept { return is_memory_; }
    [[nodiscard]] std::int64_t now() const noexcept { return settings_.clock->now(); }
    [[nodiscard]] std::uint64_t generation() const noexcept;
    [[nodiscard]] Result<TokenStatus> status() const;
    [[nodiscard]] Result<PartitionSummary> summary() const;
    [[nodiscard]] Result<View> view() const;
    /// PartitionNotActive.
    [[nodiscard]] static Result<void> require_active(LifeCycle life_cycle);
    /// UserNotLoggedIn when nobody unsealed it.
    [[nodiscard]] Result<View> unlocked_view() const;

    // --- who speaks (partition_core_access.cpp)
    /// The principal of the PKCS#11 login of this process. Never null.
    [[nodiscard]] CallerPtr token_caller() const;
    /// Roles and assignments as they are now. Never null.
    [[nodiscard]] Result<std::shared_ptr<const access::AccessTable>> access_table(const View& view) const;
    /// As of the view. Kept for the next question.
    [[nodiscard]] Result<StandingPtr> standing(const View& view) const;
    /// The last one of this thread, if nothing has changed since: it costs no lock that another thread takes, and no
    /// counter. Null: ask by view() and standing(). Of an unsealed partition only.
    [[nodiscard]] StandingPtr known_standing() const;
    /// Changes the table by `change`, again when another process was faster.
    Result<void> change_access(const std::function<Result<void>(access::AccessTable&)>& change);
    /// Null where nothing is recorded: in memory, at level off, before there is a partition.
    [[nodiscard]] audit::AuditLog* audit_log() const;
    /// The principal that logs in as this role. Never null.
    [[nodiscard]] CallerPtr role_caller(Role role) const;
    /// Seals the log's end in the log itself, if somebody is logged in; leaves it to tend_audit() where that is called.
    void checkpoint_audit() const;
    [[nodiscard]] Result<void> settle_audit() const;
    void tend_audit() const;
    /// Seals the log's end and keeps the checkpoint in the store.
    Result<void> seal_audit() const;
    [[nodiscard]] Result<audit::Verification> verify_audit() const;

    // --- roles and PINs (partition_core_roles.cpp)
    Result<void> login(Role role, const SecretBytes& pin);
    Result<void> logout();
    Result<void> initialise(const SecretBytes& so_pin, const std::string& label);
    Result<void> initialise_user_pin(const SecretBytes& pin);
    Result<void> change_pin(Role role, const SecretBytes& old_pin, const SecretBytes& new_pin);
    Result<void> create(const CreateOptions& options);

    // --- lookup (partition_core_lookup.cpp)
    [[nodiscard]] Result<std::vector<ObjectRef>> find(const Caller& caller, const ObjectQuery& query) const;
    [[nodiscard]] Result<KeyRecordPtr> key_record(const Caller& caller, const KeyId& id) const;
    [[nodiscard]] Result<std::shared_ptr<const Record>> record(const Caller& caller, const std::string& id) const;
    [[nodiscard]] Result<std::shared_ptr<const PartitionKey>> open(const Caller& caller, const KeyId& id) const;

    // --- change (partition_core_change.cpp, partition_core_removal.cpp)
    Result<KeyRecordPtr> generate(const NewKey& key);
    Result<KeyRecordPtr> import_key(const NewKey& key, const SecretMaterial& material);
    Result<KeyRecordPtr> update(const Caller& caller, const KeyId& id, const KeyUpdate& update);
    Result<void> remove(const Caller& caller, const ObjectRef& object);
    Result<std::shared_ptr<const Record>> create_record(const Caller& caller, const Record& wanted);
    Result<std::shared_ptr<const Record>> update_record(const Caller& caller, const Record& wanted);

    // --- life cycle (partition_core_removal.cpp, partition_core_rotation.cpp)
    [[nodiscard]] Result<RecoverySettings> recovery_settings() const;
    [[nodiscard]] Result<KeyPage> list(NameState state, const PageRequest& page) const;
    [[nodiscard]] Result<KeyPage> list_versions(const std::string& name, const PageRequest& page) const;
    Result<KeyRecordPtr> remove_key(const std::string& name);
    [[nodiscard]] Result<KeyRecordPtr> deleted_key(const std::string& name) const;
    Result<KeyRecordPtr> recover_key(const std::string& name);
    Result<void> purge_key(const std::string& name);
    Result<KeyRecordPtr> rotate_key(const std::string& name);
    /// StoreConflict when it is not due any more: another process was faster.
    Result<KeyRecordPtr> rotate_due(const std::string& name);
    [[nodiscard]] Result<RotationPolicy> rotation_policy(const std::string& name) const;
    Result<RotationPolicy> set_rotation_policy(const std::string& name, const RotationPolicy& policy);
    [[nodiscard]] Result<std::vector<std::string>> due_names(Due what) const;
    /// Quiet when the name is not overdue any more.
    Result<void> purge_overdue(const std::string& name);

    // --- one key as bytes, wrapped import (partition_core_transfer.cpp)
    [[nodiscard]] Result<std::string> backup_key(const std::string& name) const;
    Result<KeyRecordPtr> restore_key(const std::string& backup);
    Result<KeyRecordPtr> import_wrapped_key(const NewKey& key, const std::string& blob);

    // --- release and attestation (partition_core_release.cpp)
    struct Released {
        ReleasedKey key;
        bool is_approved = false;  // the wrapping, by the policy
    };
    [[nodiscard]] Result<Released> release_key(const Caller& caller, const KeyId& id,
                                               const AttestedEnvironment& environment,
                                               const WrapAlgorithm& algorithm) const;
    [[nodiscard]] Result<KeyAttestation> attest_key(const Caller& caller, const KeyId& id) const;

    // --- administration (partition_core_ceremony.cpp, partition_core_backup.cpp, partition_core_settings.cpp)
    Result<std::string> download_security_domain(const std::vector<crypto::Certificate>& officers, unsigned quorum);
    Result<crypto::Certificate> begin_recovery();
    Result<void> upload_security_domain(const std::string& restore_blob);
    Result<std::string> backup();
    Result<RestoreReport> restore(const std::string& backup, const RestoreOptions& options);
    Result<void> configure(const SettingsChange& change);
    [[nodiscard]] Result<std::vector<Setting>> service_settings() const;
    Result<Setting> update_setting(const std::string& name, const std::string& value);
    Result<void> zeroise();

private:
    // What belongs to one process; see here().
    struct Process;
    using KeyMaterialPtr = std::shared_ptr<const KeyMaterial>;

    // partition_core_access.cpp
    void write_checkpoint() const;

    // partition_core.cpp
    Process& here() const;
    Result<Store*> store() const;
    Result<Store*> reopened_store() const;
    Result<std::shared_ptr<const TokenFacts>> facts_at(Store& store, std::uint64_t generation) const;
    Result<View> look() const;
    /// Its session holds the role secret, with which the folder's own secrets are sealed for the PINs.
    Result<View> officer_view() const;
    [[nodiscard]] KeyRules key_rules() const noexcept { return {settings_.mode, settings_.clock.get()}; }

    // partition_core_roles.cpp
    Result<SecretBytes> check_pin(Store& store, Role role, const SecretBytes& pin) const;
    Result<void> count_failure(Store& store, Role role) const;
    Result<PinStatus> pin_status(Store& store, Role role) const;
    Result<Batch> first_batch(const TokenFacts& facts, const SecretBytes& root, const SecretBytes& so_pin,
                              const SecretBytes& user_pin) const;
    void adopt_session(std::shared_ptr<const LoginSession> session) const;
    /// The session that a change of the epoch will make valid, before the change is committed; null after it.
    void announce_session(std::shared_ptr<const LoginSession> session) const;
    /// By the announced one where that is of the view's epoch, else by none; quiet when it was replaced meanwhile.
    void replace_void_session(const View& view) const;
    Result<void> lay_out_new(const TokenFacts& facts, const SecretBytes& so_pin, const SecretBytes& user_pin) const;

    // partition_core_lookup.cpp
    Result<StoredItem> require_item(const View& view, ItemKind kind, const KeyId& id) const;
    Result<std::shared_ptr<const PartitionKey>> load_key(const View& view, const StoredItem& item,
                                                         bool with_material) const;
    /// All versions, from old to new, verified; at least one. KeyNotFound.
    Result<std::vector<StoredItem>> require_versions(const View& view, const std::string& name) const;

    // partition_core_change.cpp
    Result<KeyRecordPtr> add_key(const View& view, const NewKey& wanted, FreshMaterial fresh,
                                 const std::string& only_after = {});
    /// Where the new key goes: the first version of a name, or one more of it.
    struct Place {
        std::string name = {};
        std::string latest = {};  // the version it follows; empty for a new name
        std::uint64_t latest_revision = 0;
        std::optional<RotationPolicy> rotation_policy = {};  // of the name, taken over from the latest version
    };
    Result<Place> choose_place(const View& view, const NewKey& wanted);
    /// With `only_after`, StoreConflict unless the new version follows that one.
    Result<KeyRecordPtr> generate_after(const View& view, const NewKey& key, const std::string& only_after);
    Result<KeyRecordPtr> update_once(const View& view, const Caller& caller, const KeyId& id, const KeyUpdate& update);
    /// The item with another record and the same material, sealed anew as its next revision.
    Result<StoredItem> resealed(const View& view, const StoredItem& before, KeyRecord& record) const;

    // partition_core_removal.cpp
    Result<void> remove_once(const View& view, const Caller& caller, const ObjectRef& object);
    Result<void> remove_face(const View& view, const Caller& caller, const StoredItem& item, ObjectKind kind);
    Result<KeyRecordPtr> delete_versions(const View& view, const std::string& name, bool public_remains);
    Result<Batch> purging(const View& view, const std::vector<StoredItem>& versions, bool public_remains) const;

    // partition_core_release.cpp
    Result<AttestationKey> attestation_key(const View& view) const;

    // partition_core_backup.cpp
    Result<RestoreReport> replace_by(const std::string& backup);

    // partition_core_ceremony.cpp
    Result<void> put_facts(const View& view, const TokenFacts& facts, const LoginSession& session, Batch rest);

    PartitionSettings settings_;
    PartitionFolder folder_;
    bool is_memory_;
    mutable std::atomic<Store*> store_{nullptr};
    mutable std::vector<std::unique_ptr<Store>> stores_;  // all that were ever open; readers may hold any
    mutable PartitionFolder::Identity identity_{};
    mutable std::atomic<Process*> process_{nullptr};
    std::unique_ptr<audit::AuditLog> audit_;
};

/// The tag that makes changes of the facts by others visible at login.
Result<Bytes> tag_of_facts(const ItemSeal& seal, ByteView encoded_facts);

}  // namespace kvp11::partition
