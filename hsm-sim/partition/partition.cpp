#include "partition/partition.hpp"

#include "crypto/random.hpp"
#include "fips/approved_mode.hpp"
#include "fips/error_state.hpp"
#include "fips/random_health.hpp"
#include "partition/capabilities.hpp"
#include "partition/guarded_key.hpp"
#include "partition/partition_core.hpp"
#include "partition/perform.hpp"
#include "store/memory_store.hpp"
#include "store/sqlite_fork_guard.hpp"

namespace kvp11::partition {

Partition::Partition(std::shared_ptr<PartitionCore> core, CallerPtr fixed)
    : core_(std::move(core)), fixed_(std::move(fixed)) {}

Partition::~Partition() = default;

Result<std::unique_ptr<Partition>> Partition::open(PartitionSettings settings) {
    if (settings.path.empty()) return fail(Errc::ArgumentsBad, "got an empty path for a partition");
    if (settings.kdf_cost < least_kdf_cost || settings.kdf_cost > greatest_kdf_cost) {
        return fail(Errc::ArgumentsBad, "got kdf_cost " + std::to_string(settings.kdf_cost) + ", want 10 to 20");
    }
    store::SqliteForkGuard::watch();
    return std::unique_ptr<Partition>(
        new Partition(std::make_shared<PartitionCore>(std::move(settings), nullptr), nullptr));
}

Result<std::unique_ptr<Partition>> Partition::in_memory(PartitionSettings settings) {
    auto core = std::make_shared<PartitionCore>(std::move(settings), std::make_unique<store::MemoryStore>());
    TRY(core->unseal_memory());
    return std::unique_ptr<Partition>(new Partition(std::move(core), nullptr));
}

std::unique_ptr<Partition> Partition::as_principal(Caller caller) const {
    caller.kind = CallerKind::Principal;
    return std::unique_ptr<Partition>(new Partition(core_, std::make_shared<const Caller>(std::move(caller))));
}

Result<void> Partition::settle_audit() const { return core_->settle_audit(); }
void Partition::tend_audit() const { core_->tend_audit(); }

CallerPtr Partition::caller() const { return fixed_ ? fixed_ : core_->token_caller(); }

// --- what it is

Result<TokenStatus> Partition::status() const { return core_->status(); }
std::uint64_t Partition::generation() const noexcept { return core_->generation(); }
bool Partition::supports(const SignatureAlgorithm& algorithm, KeyType type, bool) const noexcept {
    return fits(algorithm.scheme, type) && (!approved_only() || fips::can_be_approved(algorithm.scheme, type));
}
bool Partition::supports(CipherScheme scheme, KeyType type, bool) const noexcept {
    return fits(scheme, type) && (!approved_only() || fips::can_be_approved(scheme, type));
}
bool Partition::supports(WrapScheme scheme, KeyType type) const noexcept {
    return fits(scheme, type) && (!approved_only() || fips::can_be_approved(scheme, type));
}
bool Partition::supports_generating(KeyType type) const noexcept {
    return !approved_only() || fips::can_be_approved(fips::Use::Generate, type);
}
bool Partition::supports_agreement(KeyType type) const noexcept {
    return fits_agreement(type) && (!approved_only() || fips::can_be_approved(fips::Use::Derive, type));
}
bool Partition::supports_derivation(KeyType type) const noexcept { return fits_derivation(type); }

bool Partition::approved_only() const noexcept { return core_->settings().mode == fips::Mode::Approved; }
bool Partition::generation_is_approved(const KeySpec& spec) const noexcept {
    return fips::is_approved(fips::Use::Generate, spec);
}

// --- PKCS#11's roles

// Recorded as done by the role that is claimed, whether the PIN is right or not.
Result<void> Partition::login(Role role, const SecretBytes& pin) {
    if (fixed_) return fail(Errc::FunctionNotSupported, "a principal does not log in with a PIN");
    const CallerPtr claimed = core_->role_caller(role);
    return run(OperationGuard(*core_, Operation::TokenLogin, {}, claimed), *claimed,
               [&](const Caller&) { return core_->login(role, pin); });
}

Result<void> Partition::logout() {
    if (fixed_) return fail(Errc::FunctionNotSupported, "a principal does not log out");
    return perform(Operation::TokenLogout, {}, [&](const Caller&) { return core_->logout(); });
}

Result<void> Partition::initialise(const SecretBytes& so_pin, const std::string& label) {
    return perform(Operation::TokenInitialise, {}, [&](const Caller&) { return core_->initialise(so_pin, label); });
}

Result<void> Partition::initialise_user_pin(const SecretBytes& pin) {
    return perform(Operation::PinInitialise, {}, [&](const Caller&) { return core_->initialise_user_pin(pin); });
}

Result<void> Partition::change_pin(Role role, const SecretBytes& old_pin, const SecretBytes& new_pin) {
    if (fixed_) return fail(Errc::AccessDenied, "a principal does not change a PIN");
    const CallerPtr claimed = core_->role_caller(role);
    return run(OperationGuard(*core_, Operation::PinChange, {}, claimed), *claimed,
               [&](const Caller&) { return core_->change_pin(role, old_pin, new_pin); });
}

// --- lookup

Result<std::vector<ObjectRef>> Partition::find(const ObjectQuery& query) const {
    return perform(Operation::KeyList, {}, [&](const Caller& caller) { return core_->find(caller, query); });
}

Result<KeyRecordPtr> Partition::key_record(const KeyId& id) const {
    return perform(Operation::KeyGet, id.name, [&](const Caller& caller) { return core_->key_record(caller, id); });
}

Result<std::shared_ptr<const Record>> Partition::record(const std::string& id) const {
    return perform(Operation::ObjectGet, id, [&](const Caller& caller) { return core_->record(caller, id); });
}

// Opening is no operation of its own: each use of the key is.
Result<std::shared_ptr<const Key>> Partition::open(const KeyId& id) const {
    TRY(fips::require_operational(core_->settings().mode));
    CallerPtr caller = this->caller();
    auto key = TRY(core_->open(*caller, id));
    if (core_->is_memory() && !key->has_time()) return std::shared_ptr<const Key>(std::move(key));
    return std::shared_ptr<const Key>(std::make_shared<GuardedKey>(core_, std::move(key), std::move(caller)));
}

// --- change

Result<KeyRecordPtr> Partition::generate(const NewKey& key) {
    return perform(Operation::KeyCreate, key.name, [&](const Caller&) { return core_->generate(key); });
}

Result<KeyRecordPtr> Partition::import_key(const NewKey& key, const SecretMaterial& material) {
    return perform(Operation::KeyImport, key.name, [&](const Caller&) { return core_->import_key(key, material); });
}

Result<KeyRecordPtr> Partition::update(const KeyId& id, const KeyUpdate& update) {
    return perform(Operation::KeyUpdate, id.name,
                   [&](const Caller& caller) { return core_->update(caller, id, update); });
}

Result<void> Partition::remove(const ObjectRef& object) {
    const Operation operation = object.kind == ObjectKind::Record ? Operation::ObjectDelete : Operation::KeyDelete;
    return perform(operation, object.id.name, [&](const Caller& caller) { return core_->remove(caller, object); });
}

Result<std::shared_ptr<const Record>> Partition::create_record(const Record& wanted) {
    return perform(Operation::ObjectCreate, {},
                   [&](const Caller& caller) { return core_->create_record(caller, wanted); });
}

Result<std::shared_ptr<const Record>> Partition::update_record(const Record& wanted) {
    return perform(Operation::ObjectUpdate, wanted.id,
                   [&](const Caller& caller) { return core_->update_record(caller, wanted); });
}

Result<void> Partition::random(MutableBytes output) {
    TRY(fips::require_operational(core_->settings().mode));
    return perform(Operation::Random, {}, [&](const Caller&) { return fips::tested_random(output); });
}

Result<void> Partition::seed_random(ByteView seed) {
    TRY(fips::require_operational(core_->settings().mode));
    return crypto::seed_random(seed);  // the process's, and nothing of the partition's
}

}  // namespace kvp11::partition
