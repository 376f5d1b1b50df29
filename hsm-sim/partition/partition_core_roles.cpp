// Who may use a partition: PINs, their counting, login and logout, and the token's first secrets.
#include <sys/mman.h>

#include <array>

#include "access/token_principals.hpp"
#include "crypto/random.hpp"
#include "crypto/sealing.hpp"
#include "fips/error_state.hpp"
#include "partition/core_process.hpp"
#include "partition/key_names.hpp"
#include "partition/life_cycle.hpp"
#include "partition/new_key.hpp"
#include "partition/partition_core.hpp"
#include "partition/tagged_meta.hpp"
#include "store/binary_encoding.hpp"
#include "store/sqlite_store.hpp"

namespace kvp11::partition {
namespace {

constexpr std::size_t longest_label = 32;

Bytes encode_count(std::uint64_t count) { return store::BinaryWriter().integer(count).take(); }

// A count that does not decode counts as too many: damage must not give more guesses.
unsigned decode_count(ByteView encoded) {
    if (encoded.empty()) return 0;
    store::BinaryReader reader(encoded);
    const auto count = reader.integer<std::uint64_t>();
    return reader.complete() && count < PinStatus{}.limit ? static_cast<unsigned>(count) : PinStatus{}.limit;
}

Failure locked(Role role) {
    return fail(Errc::PinLocked, std::string("the PIN of role ") + role_word(role) + " is locked after " +
                                     std::to_string(PinStatus{}.limit) + " wrong ones");
}

Failure wrong(Role role) {
    return fail(Errc::PinIncorrect, std::string("the PIN of role ") + role_word(role) + " is wrong");
}

void keep_out_of_swap(const SecretBytes& secret) {
    if (!secret.empty()) (void)mlock(secret.expose_bytes().data(), secret.size());
}

Result<std::string> random_serial() {
    std::array<std::uint8_t, 8> bytes{};
    TRY(crypto::random_bytes(bytes));
    return hex_of(bytes);
}

Result<void> check_label(const std::string& label) {
    if (label.size() <= longest_label) return {};
    return fail(Errc::ArgumentsBad, "got a label of " + std::to_string(label.size()) + " bytes, want at most 32");
}

}  // namespace

Result<PinStatus> PartitionCore::pin_status(Store& store, Role role) const {
    PinStatus status;
    const Bytes credential = TRY(store.meta(meta_name::credential(role)));
    const Bytes failures = TRY(store.meta(meta_name::failures(role)));
    status.initialised = !credential.empty();
    status.failures = decode_count(failures);
    return status;
}

Result<void> PartitionCore::count_failure(Store& store, Role role) const {
    for (int attempt = 0; attempt < most_attempts; ++attempt) {
        const Bytes before = TRY(store.meta(meta_name::failures(role)));
        const unsigned failures = decode_count(before);
        if (failures >= PinStatus{}.limit) return locked(role);
        const Result<void> counted =
            store.commit({PutMeta{meta_name::failures(role), encode_count(failures + 1), before}});
        if (counted.ok()) return wrong(role);
        if (counted.code() != Errc::StoreConflict) return counted;
    }
    return fail(Errc::StoreBusy, "the wrong PIN could not be counted: too many processes at once");
}

// Gives the role secret. A right PIN that arrives when others have just used up the guesses is refused
// like a wrong one, so no more than `limit` guesses are ever answered, however many run at once.
Result<SecretBytes> PartitionCore::check_pin(Store& store, Role role, const SecretBytes& pin) const {
    const Bytes credential = TRY(store.meta(meta_name::credential(role)));
    if (credential.empty()) {
        return fail(Errc::UserPinNotInitialized, std::string("role ") + role_word(role) + " has no PIN yet");
    }
    const PinStatus before = TRY(pin_status(store, role));
    if (before.failures >= before.limit) return locked(role);
    const SecretBytes root = TRY(folder_.read_root());
    Result<SecretBytes> secret = unseal_role_secret(role, pin, root, credential);
    if (!secret.ok()) {
        if (secret.code() != Errc::PinIncorrect) return secret;
        TRY(count_failure(store, role));
    }
    for (int attempt = 0; attempt < most_attempts; ++attempt) {
        const Bytes counted = TRY(store.meta(meta_name::failures(role)));
        const unsigned failures = decode_count(counted);
        if (failures >= PinStatus{}.limit) return locked(role);
        if (failures == 0) return secret;
        const Result<void> reset = store.commit({PutMeta{meta_name::failures(role), encode_count(0), counted}});
        if (reset.ok()) return secret;
        if (reset.code() != Errc::StoreConflict) return fail(reset.error());
    }
    return fail(Errc::StoreBusy, "the login could not be completed: too many wrong PINs at once");
}

Result<Batch> PartitionCore::first_batch(const TokenFacts& facts, const SecretBytes& root, const SecretBytes& so_pin,
                                         const SecretBytes& user_pin) const {
    const SecretBytes role_secret = TRY(crypto::random_secret(secret_size));
    const SecretBytes partition_key = TRY(crypto::random_secret(secret_size));
    const SecretBytes domain_key = TRY(crypto::random_secret(secret_size));
    const ItemSeal seal = TRY(ItemSeal::derive(partition_key));
    Bytes encoded = encode_facts(facts);
    Bytes tag = TRY(tag_of_facts(seal, encoded));
    Bytes by_role = TRY(crypto::seal(role_secret, box_binding(meta_name::key_by_role), partition_key));
    Bytes by_domain = TRY(crypto::seal(domain_key, box_binding(meta_name::key_by_domain), partition_key));
    Bytes domain = TRY(crypto::seal(partition_key, box_binding(meta_name::domain_by_key), domain_key));
    Bytes officer = TRY(seal_role_secret(Role::SecurityOfficer, so_pin, root, facts.kdf_cost, role_secret));
    Batch batch;
    batch.push_back(PutMeta{meta_name::facts, std::move(encoded), {}});
    batch.push_back(PutMeta{meta_name::facts_tag, std::move(tag), {}});
    batch.push_back(PutMeta{meta_name::key_by_role, std::move(by_role), {}});
    batch.push_back(PutMeta{meta_name::key_by_domain, std::move(by_domain), {}});
    batch.push_back(PutMeta{meta_name::domain_by_key, std::move(domain), {}});
    batch.push_back(PutMeta{meta_name::credential(Role::SecurityOfficer), std::move(officer), {}});
    if (!user_pin.empty()) {
        Bytes user = TRY(seal_role_secret(Role::User, user_pin, root, facts.kdf_cost, role_secret));
        batch.push_back(PutMeta{meta_name::credential(Role::User), std::move(user), {}});
    }
    return batch;
}

void PartitionCore::adopt_session(std::shared_ptr<const LoginSession> session) const {
    if (session) {
        for (const SecretBytes* secret : {&session->role_secret, &session->partition_key, &session->domain_key}) {
            keep_out_of_swap(*secret);
        }
    }
    Process& process = here();
    {
        const std::lock_guard lock(process.session_mutex);
        process.session.swap(session);
        process.login_count.fetch_add(1);
    }
    process.cache.clear();
}

void PartitionCore::announce_session(std::shared_ptr<const LoginSession> session) const {
    Process& process = here();
    const std::lock_guard lock(process.session_mutex);
    process.announced.swap(session);
}

void PartitionCore::replace_void_session(const View& view) const {
    Process& process = here();
    {
        const std::lock_guard lock(process.session_mutex);
        if (process.session != view.session) return;
        const bool is_coming = process.announced && process.announced->epoch == view.facts->epoch;
        process.session = is_coming ? process.announced : nullptr;
        process.login_count.fetch_add(1);
    }
    process.cache.clear();
}

Result<void> PartitionCore::login(Role role, const SecretBytes& pin) {
    if (is_memory_) return {};
    TRY(fips::require_operational(settings_.mode));
    Store* store = TRY(reopened_store());
    const View seen = TRY(view());
    if (seen.session && seen.session->role != role) {
        return fail(Errc::UserAnotherAlreadyLoggedIn, "another role is logged in");
    }
    SecretBytes role_secret = TRY(check_pin(*store, role, pin));
    const Bytes key_box = TRY(store->meta(meta_name::key_by_role));
    SecretBytes key = TRY(crypto::unseal(role_secret, box_binding(meta_name::key_by_role), key_box));
    const Bytes domain_box = TRY(store->meta(meta_name::domain_by_key));
    SecretBytes domain = TRY(crypto::unseal(key, box_binding(meta_name::domain_by_key), domain_box));
    ItemSeal seal = TRY(ItemSeal::derive(key));
    const Bytes encoded = TRY(read_tagged(*store, seal, meta_name::facts, meta_name::facts_tag));
    const TokenFacts facts = TRY(decode_facts(encoded));
    // The user has no use for the role secret; only the officer seals it again, for the user's PIN.
    if (role == Role::User) role_secret = SecretBytes{};
    adopt_session(std::make_shared<LoginSession>(LoginSession{role, facts.epoch, std::move(role_secret), std::move(key),
                                                              std::move(domain), std::move(seal), role_caller(role)}));
    return {};
}

Result<void> PartitionCore::logout() {
    if (!is_memory_) adopt_session(nullptr);
    return {};
}

Result<void> PartitionCore::lay_out_new(const TokenFacts& facts, const SecretBytes& so_pin,
                                        const SecretBytes& user_pin) const {
    const PartitionFolder folder(folder_.path(), facts.group);
    return folder.create_database([&](const std::string& file, const SecretBytes& root) -> Result<void> {
        const Batch batch = TRY(first_batch(facts, root, so_pin, user_pin));
        return store::SqliteStore::lay_out(file, batch);
    });
}

Result<void> PartitionCore::initialise(const SecretBytes& so_pin, const std::string& label) {
    if (is_memory_) return fail(Errc::FunctionNotSupported, "a partition in memory is not initialised");
    TRY(check_label(label));
    TRY(fips::require_operational(settings_.mode));
    TokenFacts facts;
    facts.life_cycle = TRY(next(LifeCycle::Uninitialised, LifeEvent::Initialise));
    facts.label = label;
    facts.created = now();
    facts.group = settings_.group;
    facts.kdf_cost = static_cast<std::uint8_t>(settings_.kdf_cost);
    facts.epoch = TRY(random_id());
    facts.serial = TRY(random_serial());
    const Result<Store*> present = reopened_store();
    if (!present.ok()) {
        if (present.code() != Errc::TokenNotRecognized) return fail(present.error());
        TRY(check_new_pin(so_pin));
        const Result<void> made = lay_out_new(facts, so_pin, {});
        if (made.ok() || made.code() != Errc::AlreadyInitialized) return made;
    }
    Store* store = TRY(reopened_store());
    TRY(check_pin(*store, Role::SecurityOfficer, so_pin));
    const View seen = TRY(view());
    if (seen.facts->purge_protection) {
        return fail(Errc::PurgeProtected, "purge protection keeps the keys of this token: it cannot be made anew");
    }
    facts.life_cycle = TRY(next(seen.facts->life_cycle, LifeEvent::Initialise));
    facts.serial = seen.facts->serial;
    facts.group = seen.facts->group;
    const SecretBytes root = TRY(folder_.read_root());
    Batch batch = TRY(first_batch(facts, root, so_pin, {}));
    batch.insert(batch.begin(), EraseEverything{});
    TRY(store->commit(batch));
    adopt_session(nullptr);
    return {};
}

Result<void> PartitionCore::create(const CreateOptions& options) {
    TRY(check_label(options.name));
    if (options.name.empty()) return fail(Errc::ArgumentsBad, "got an empty name for a partition");
    if (options.kdf_cost < least_kdf_cost || options.kdf_cost > greatest_kdf_cost) {
        return fail(Errc::ArgumentsBad, "got kdf_cost " + std::to_string(options.kdf_cost) + ", want 10 to 20");
    }
    TRY(check_retention(options.retention_days));
    TRY(access::default_table({}, options.administrators));  // too many of them, or one without a name
    TRY(check_new_pin(options.so_pin));
    if (!options.user_pin.empty()) TRY(check_new_pin(options.user_pin));
    TRY(fips::require_operational(settings_.mode));
    TokenFacts facts;
    facts.life_cycle = TRY(next(LifeCycle::Uninitialised, LifeEvent::Create));
    facts.label = options.name;
    facts.administrators = options.administrators;
    facts.retention_days = options.retention_days;
    facts.purge_protection = options.purge_protection;
    facts.created = now();
    facts.group = options.group.empty() ? settings_.group : options.group;
    facts.kdf_cost = static_cast<std::uint8_t>(options.kdf_cost);
    facts.epoch = TRY(random_id());
    facts.serial = TRY(random_serial());
    return lay_out_new(facts, options.so_pin, options.user_pin);
}

Result<void> PartitionCore::initialise_user_pin(const SecretBytes& pin) {
    TRY(check_new_pin(pin));
    TRY(reopened_store());
    const View seen = TRY(officer_view());
    const SecretBytes root = TRY(folder_.read_root());
    Bytes credential = TRY(seal_role_secret(Role::User, pin, root, seen.facts->kdf_cost, seen.session->role_secret));
    return seen.store->commit({PutMeta{meta_name::credential(Role::User), std::move(credential), {}},
                               PutMeta{meta_name::failures(Role::User), encode_count(0), {}}});
}

Result<void> PartitionCore::change_pin(Role role, const SecretBytes& old_pin, const SecretBytes& new_pin) {
    if (is_memory_) return fail(Errc::FunctionNotSupported, "a partition in memory has no PINs");
    TRY(check_new_pin(new_pin));
    TRY(fips::require_operational(settings_.mode));
    Store* store = TRY(reopened_store());
    const View seen = TRY(view());
    const Bytes before = TRY(store->meta(meta_name::credential(role)));
    const SecretBytes role_secret = TRY(check_pin(*store, role, old_pin));
    const SecretBytes root = TRY(folder_.read_root());
    Bytes credential = TRY(seal_role_secret(role, new_pin, root, seen.facts->kdf_cost, role_secret));
    return store->commit({PutMeta{meta_name::credential(role), std::move(credential), before}});
}

}  // namespace kvp11::partition
