// Partition: a Backend in this process, in a folder that any number of processes share, or in memory.
//
// It ties together the store, the seals, the login of this process and the keys parsed so far. What a
// process knows (login, cache) is its own: a child after a fork starts from its parent's login with an
// empty cache. Thread-safe; locks are short and never held over cryptography or the disk's flush.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "kvp11/backend.hpp"
#include "partition/administration.hpp"
#include "partition/key_cache.hpp"
#include "partition/login_session.hpp"
#include "partition/partition_folder.hpp"

namespace kvp11::partition {

struct PartitionSettings {
    std::string path;
    std::string group;  // of a partition that initialise() makes
    unsigned kdf_cost = default_kdf_cost;
};

class Partition final : public Backend, public Administration {
public:
    /// Reads nothing yet: a missing or empty folder is an uninitialised partition, and what is wrong
    /// with a store is said by status(). ArgumentsBad for settings that cannot be.
    static Result<std::unique_ptr<Partition>> open(PartitionSettings settings);
    /// For session objects: active, its user logged in, gone with its process.
    static Result<std::unique_ptr<Partition>> in_memory();
    Partition(const Partition&) = delete;
    Partition& operator=(const Partition&) = delete;
    ~Partition() override;

    // Backend
    [[nodiscard]] Result<TokenStatus> status() const override;
    [[nodiscard]] bool supports(SignatureScheme scheme, KeyType type) const noexcept override;
    [[nodiscard]] bool supports(CipherScheme scheme, KeyType type) const noexcept override;
    [[nodiscard]] bool supports(WrapScheme scheme, KeyType type) const noexcept override;
    [[nodiscard]] bool supports_generating(KeyType) const noexcept override { return true; }
    [[nodiscard]] bool supports_agreement() const noexcept override { return true; }
    [[nodiscard]] std::uint64_t generation() const noexcept override;
    Result<void> login(Role role, const SecretBytes& pin) override;
    Result<void> logout() override;
    Result<void> initialise(const SecretBytes& so_pin, const std::string& label) override;
    Result<void> initialise_user_pin(const SecretBytes& pin) override;
    Result<void> change_pin(Role role, const SecretBytes& old_pin, const SecretBytes& new_pin) override;
    [[nodiscard]] Result<std::vector<ObjectRef>> find(const ObjectQuery& query) const override;
    [[nodiscard]] Result<std::shared_ptr<const KeyRecord>> key_record(const KeyId& id) const override;
    [[nodiscard]] Result<std::shared_ptr<const Record>> record(const std::string& id) const override;
    [[nodiscard]] Result<std::shared_ptr<const Key>> open(const KeyId& id) const override;
    Result<std::shared_ptr<const KeyRecord>> generate(const NewKey& key) override;
    Result<std::shared_ptr<const KeyRecord>> import_key(const NewKey& key, const SecretMaterial& material) override;
    Result<std::shared_ptr<const KeyRecord>> update(const KeyId& id, const KeyUpdate& update) override;
    Result<void> remove(const ObjectRef& object) override;
    Result<std::shared_ptr<const Record>> create_record(const Record& wanted) override;
    Result<std::shared_ptr<const Record>> update_record(const Record& wanted) override;
    Result<void> random(MutableBytes output) override;

    // Administration
    Result<void> create(const CreateOptions& options) override;
    Result<std::string> download_security_domain(const std::vector<crypto::Certificate>& officers,
                                                 unsigned quorum) override;
    Result<crypto::Certificate> begin_recovery() override;
    Result<void> upload_security_domain(const std::string& restore_blob) override;
    Result<std::string> backup() override;
    Result<RestoreReport> restore(const std::string& backup) override;
    [[nodiscard]] Result<PartitionSummary> summary() const override;

private:
    // What belongs to one process; see here().
    struct Process;
    /// The partition as one call sees it.
    struct View {
        Store* store = nullptr;
        Stamp stamp;
        std::shared_ptr<const TokenFacts> facts;
        std::shared_ptr<const LoginSession> session;  // null when nobody is logged in

        [[nodiscard]] bool has_user() const noexcept { return session && session->is_user(); }
    };
    using KeyMaterialPtr = std::shared_ptr<const KeyMaterial>;

    Partition(PartitionSettings settings, std::unique_ptr<Store> memory);

    // partition.cpp
    Process& here() const;
    Result<Store*> store() const;
    Result<Store*> reopened_store() const;
    Result<std::shared_ptr<const TokenFacts>> facts_at(Store& store, std::uint64_t generation) const;
    Result<View> view() const;
    Result<View> active_view() const;
    Result<View> user_view() const;
    Result<View> officer_view() const;
    Result<View> any_role_view() const;

    // partition_roles.cpp
    Result<SecretBytes> check_pin(Store& store, Role role, const SecretBytes& pin) const;
    Result<void> count_failure(Store& store, Role role) const;
    Result<PinStatus> pin_status(Store& store, Role role) const;
    Result<Batch> first_batch(const TokenFacts& facts, const SecretBytes& root, const SecretBytes& so_pin,
                              const SecretBytes& user_pin) const;
    void adopt_session(std::shared_ptr<const LoginSession> session) const;
    Result<void> lay_out_new(const TokenFacts& facts, const SecretBytes& so_pin, const SecretBytes& user_pin) const;

    // partition_lookup.cpp
    Result<StoredItem> require_item(const View& view, ItemKind kind, const KeyId& id) const;
    Result<std::shared_ptr<const PartitionKey>> load_key(const View& view, const StoredItem& item) const;

    // partition_change.cpp
    Result<std::shared_ptr<const KeyRecord>> add_key(const View& view, const NewKey& wanted, const KeySpec& spec,
                                                     KeyMaterial material, const SecretBytes& plain);
    Result<std::string> choose_name(Store& store, const NewKey& wanted) const;
    Result<std::shared_ptr<const KeyRecord>> update_once(const View& view, const KeyId& id, const KeyUpdate& update);
    Result<void> remove_once(const View& view, const ObjectRef& object);
    Result<void> remove_face(const View& view, const StoredItem& item, ObjectKind kind);

    // partition_ceremony.cpp
    Result<void> put_facts(const View& view, const TokenFacts& facts, const LoginSession& session, Batch rest);

    PartitionSettings settings_;
    PartitionFolder folder_;
    bool is_memory_;
    mutable std::atomic<Store*> store_{nullptr};
    mutable std::vector<std::unique_ptr<Store>> stores_;  // all that were ever open; readers may hold any
    mutable PartitionFolder::Identity identity_{};
    mutable std::atomic<Process*> process_{nullptr};
};

/// The tag that makes changes of the facts by others visible at login.
Result<Bytes> tag_of_facts(const ItemSeal& seal, ByteView encoded_facts);

/// Seconds since 1970.
std::int64_t unix_time();

}  // namespace kvp11::partition
