#include "partition/partition_core.hpp"

#include "crypto/random.hpp"
#include "fips/error_state.hpp"
#include "host/process_mark.hpp"
#include "partition/core_process.hpp"
#include "partition/key_names.hpp"
#include "store/sqlite_fork_guard.hpp"
#include "store/sqlite_store.hpp"

namespace kvp11::partition {

Result<Bytes> tag_of_facts(const ItemSeal& seal, ByteView encoded_facts) {
    return seal.tag_of(meta_name::facts, encoded_facts);
}

PartitionCore::PartitionCore(PartitionSettings settings, std::unique_ptr<Store> memory)
    : settings_(std::move(settings)), folder_(settings_.path, settings_.group), is_memory_(memory != nullptr) {
    auto process = std::make_unique<Process>();
    process->mark = host::process_mark();
    process_ = process.release();
    if (!memory) {
        audit_ = audit::AuditLog::open({.folder = folder_.audit_folder(),
                                        .file_mode = folder_.file_mode(),
                                        .group = settings_.group,
                                        .gathers = settings_.audit_gathers});
        return;
    }
    store_ = memory.get();
    stores_.push_back(std::move(memory));
}

// In a child that never used it, the parent's locks and cache are left alone.
PartitionCore::~PartitionCore() {
    Process* process = process_.load();
    if (process->mark == host::process_mark()) delete process;
}

Result<void> PartitionCore::unseal_memory() {
    TokenFacts facts;
    facts.life_cycle = LifeCycle::Active;
    facts.label = "session objects";
    facts.retention_days = settings_.memory_retention_days;
    facts.epoch = TRY(random_id());
    SecretBytes key = TRY(crypto::random_secret(secret_size));
    SecretBytes domain = TRY(crypto::random_secret(secret_size));
    ItemSeal seal = TRY(ItemSeal::derive(key));
    TRY(store_.load()->commit({PutMeta{meta_name::facts, encode_facts(facts), {}}}));
    auto caller = std::make_shared<const Caller>(Caller{.kind = CallerKind::TokenUser, .user_name = "user"});
    adopt_session(std::make_shared<LoginSession>(
        LoginSession{Role::User, facts.epoch, {}, std::move(key), std::move(domain), std::move(seal), caller}));
    return {};
}

PartitionCore::Process& PartitionCore::here() const {
    Process* present = process_.load(std::memory_order_acquire);
    if (present->mark == host::process_mark()) return *present;
    auto fresh = std::make_unique<Process>();
    fresh->mark = host::process_mark();
    fresh->session = present->session;
    fresh->login_count = present->login_count.load();
    if (process_.compare_exchange_strong(present, fresh.get())) return *fresh.release();
    return *present;
}

Result<Store*> PartitionCore::store() const {
    if (Store* present = store_.load(std::memory_order_acquire)) return present;
    return reopened_store();
}

// Looks at the folder: it may have been made, removed or made anew by somebody else.
Result<Store*> PartitionCore::reopened_store() const {
    if (is_memory_) return store_.load();
    const std::lock_guard lock(here().store_mutex);
    const std::optional<PartitionFolder::Identity> identity = TRY(folder_.database_identity());
    if (!identity) {
        if (store_.exchange(nullptr)) adopt_session(nullptr);
        return fail(Errc::TokenNotRecognized, "the partition is not initialised: " + folder_.path());
    }
    if (store_.load() && identity_ == *identity) return store_.load();
    store::GenerationWord generation = store::GenerationWord::map_file(folder_.generation_file(), folder_.file_mode());
    std::unique_ptr<store::SqliteStore> opened = TRY(store::SqliteStore::open(folder_.database(), generation));
    identity_ = *identity;
    store_ = opened.get();
    stores_.push_back(std::move(opened));
    return store_.load();
}

std::uint64_t PartitionCore::generation() const noexcept {
    const Store* present = store_.load(std::memory_order_acquire);
    return present ? present->generation() : 0;
}

Result<std::shared_ptr<const TokenFacts>> PartitionCore::facts_at(Store& store, std::uint64_t generation) const {
    Process& process = here();
    if (generation % 2 == 0) {
        const std::lock_guard lock(process.facts_mutex);
        if (process.facts_generation == generation) return process.facts;
    }
    const Bytes encoded = TRY(store.meta(meta_name::facts));
    TokenFacts decoded = TRY(decode_facts(encoded));
    auto facts = std::make_shared<const TokenFacts>(std::move(decoded));
    const std::lock_guard lock(process.facts_mutex);
    process.facts = facts;
    process.facts_generation = generation % 2 == 0 ? generation : 1;
    return facts;
}

namespace {

std::uint64_t settled_generation(Store& store) {
    const std::uint64_t generation = store.generation();
    if (generation % 2 == 0) return generation;
    store.settle_generation();
    return store.generation();
}

}  // namespace

// Where something has changed, the folder may have another database by now, or none.
Result<PartitionCore::View> PartitionCore::look() const {
    Process& process = here();
    View view;
    view.store = TRY(store());
    view.stamp.generation = settled_generation(*view.store);
    if (process.facts_generation.load() != view.stamp.generation) {
        view.store = TRY(reopened_store());
        view.stamp.generation = settled_generation(*view.store);
    }
    view.facts = TRY(facts_at(*view.store, view.stamp.generation));
    const std::lock_guard lock(process.session_mutex);
    view.stamp.login = process.login_count.load();
    view.session = process.session;
    return view;
}

// A session of another epoch is void where another process made the token anew or recovered it. What was read of the
// facts and of the session may be of two moments, though, and then it is read again.
Result<PartitionCore::View> PartitionCore::view() const {
    View view;
    for (int attempt = 0; attempt < most_attempts; ++attempt) {
        view = TRY(look());
        if (!view.session || view.session->epoch == view.facts->epoch) return view;
        if (view.store->generation() == view.stamp.generation) replace_void_session(view);
    }
    view.session = nullptr;
    return view;
}

Result<void> PartitionCore::require_active(LifeCycle life_cycle) {
    switch (life_cycle) {
        case LifeCycle::Active: return {};
        case LifeCycle::Provisioned:
            return fail(Errc::PartitionNotActive, "the partition awaits the download of its security domain");
        case LifeCycle::Recovery:
            return fail(Errc::PartitionNotActive, "the partition is being recovered and awaits a security domain");
        default: return fail(Errc::PartitionNotActive, "the partition is not active");
    }
}

Result<PartitionCore::View> PartitionCore::unlocked_view() const {
    View view = TRY(this->view());
    if (!view.session) return fail(Errc::UserNotLoggedIn, "this needs somebody to be logged in");
    return view;
}

Result<PartitionCore::View> PartitionCore::officer_view() const {
    View view = TRY(this->view());
    if (!view.session || view.session->role != Role::SecurityOfficer) {
        return fail(Errc::UserNotLoggedIn, "this needs the security officer to be logged in");
    }
    return view;
}

Result<TokenStatus> PartitionCore::status() const {
    TokenStatus status;
    const Result<Store*> opened = reopened_store();
    if (!opened.ok()) {
        // Not there, or gone between two looks.
        const bool is_gone = opened.code() == Errc::TokenNotRecognized || opened.code() == Errc::StoreNotFound;
        return is_gone ? Result<TokenStatus>(status) : fail(opened.error());
    }
    const View seen = TRY(view());
    const bool is_operational =
        settings_.mode == fips::Mode::All ? !fips::in_error_state() : fips::require_operational(settings_.mode).ok();
    status.life_cycle = is_operational ? seen.facts->life_cycle : LifeCycle::Error;
    status.label = seen.facts->label;
    status.serial = seen.facts->serial;
    status.has_security_domain = seen.facts->has_security_domain;
    status.model = status.has_security_domain ? "hsm-sim" : "hsm-sim (no SD)";
    status.login_required = !is_memory_;
    status.read_only = seen.store->read_only();
    status.security_officer = TRY(pin_status(*seen.store, Role::SecurityOfficer));
    status.user = TRY(pin_status(*seen.store, Role::User));
    return status;
}

}  // namespace kvp11::partition
