// On whose behalf things are done: the principals of the PKCS#11 login, the roles' table, the audit log.
#include "access/token_principals.hpp"
#include "crypto/derivation.hpp"
#include "partition/core_process.hpp"
#include "partition/partition_core.hpp"
#include "partition/tagged_meta.hpp"
#include "store/binary_encoding.hpp"

namespace kvp11::partition {
namespace {

using access::AccessTable;

const CallerPtr& public_caller() {
    // Never destroyed: the last caller may run after the static destructors.
    static const auto* const caller = new CallerPtr(
        std::make_shared<const Caller>(Caller{.kind = CallerKind::TokenPublic, .object_id = access::public_principal}));
    return *caller;
}

CallerPtr caller_of(Role role, const std::string& serial) {
    const bool is_user = role == Role::User;
    return std::make_shared<const Caller>(Caller{.kind = is_user ? CallerKind::TokenUser : CallerKind::TokenOfficer,
                                                 .object_id = access::token_principal(serial, role),
                                                 .user_name = role_word(role)});
}

Result<SecretBytes> audit_key(const LoginSession& session) {
    return crypto::sp108_counter(session.partition_key, bytes_of("kvp11 audit seal"), {}, 32);
}

// Until roles are changed there is no table in the store, and the default one holds.
Result<AccessTable> table_in(ByteView encoded, const TokenFacts& facts) {
    if (encoded.empty()) return access::default_table(facts.serial, facts.administrators);
    return AccessTable::decode(encoded);
}

Bytes encode_checkpoint(const audit::Checkpoint& checkpoint) {
    return store::BinaryWriter().integer(checkpoint.records).bytes(checkpoint.chain).take();
}

}  // namespace

CallerPtr PartitionCore::token_caller() const {
    Process& process = here();
    const std::lock_guard lock(process.session_mutex);
    return process.session ? process.session->caller : public_caller();
}

// Read anew when the store has changed, decoded anew when the table has.
Result<std::shared_ptr<const AccessTable>> PartitionCore::access_table(const View& view) const {
    Process& process = here();
    {
        const std::lock_guard lock(process.access_mutex);
        const bool same =
            process.access_generation == view.stamp.generation && process.access_login == view.stamp.login;
        if (process.access && same && view.stamp.lasts()) return process.access;
    }
    Bytes encoded = view.session
                        ? TRY(read_tagged(*view.store, view.session->seal, meta_name::access, meta_name::access_tag))
                        : TRY(view.store->meta(meta_name::access));
    if (encoded.empty() && view.facts->has_access_table) {
        return fail(Errc::StoreDamaged, "the store is damaged: the table of roles is gone");
    }
    const std::lock_guard lock(process.access_mutex);
    if (!process.access || process.access_encoded != encoded || encoded.empty()) {
        AccessTable table = TRY(table_in(encoded, *view.facts));
        process.access = std::make_shared<const AccessTable>(std::move(table));
        process.access_encoded = std::move(encoded);
    }
    process.access_generation = view.stamp.lasts() ? view.stamp.generation : 1;
    process.access_login = view.stamp.login;
    return process.access;
}

Result<PartitionCore::StandingPtr> PartitionCore::standing(const View& view) const {
    auto table = TRY(access_table(view));
    auto found = std::make_shared<const Standing>(
        Standing{view.stamp, view.facts->life_cycle, view.session != nullptr, std::move(table)});
    if (!found->is_unsealed || !found->stamp.lasts()) return StandingPtr(std::move(found));
    Process::KnownStanding& own = here().own_standing();
    StandingPtr before = found;
    const std::lock_guard lock(own.mutex);
    own.standing.swap(before);
    return StandingPtr(std::move(found));
}

PartitionCore::StandingPtr PartitionCore::known_standing() const {
    Process& process = here();
    const Stamp now{generation(), process.login_count.load()};
    Process::KnownStanding& own = process.own_standing();
    const std::lock_guard lock(own.mutex);
    return now.lasts() && own.standing && own.standing->stamp == now ? own.standing : nullptr;
}

// The facts say from the first change on that there must be a table, so that taking it away does not bring the
// default one back unnoticed.
Result<void> PartitionCore::change_access(const std::function<Result<void>(AccessTable&)>& change) {
    for (int attempt = 0; attempt < most_attempts; ++attempt) {
        const View seen = TRY(unlocked_view());
        const Bytes before = TRY(seen.store->meta(meta_name::access));
        AccessTable table = TRY(table_in(before, *seen.facts));
        TRY(change(table));
        Bytes after = table.encode();
        Bytes tag = TRY(seen.session->seal.tag_of(meta_name::access, after));
        TokenFacts facts = *seen.facts;
        facts.has_access_table = true;
        const Result<void> put = put_facts(
            seen, facts, *seen.session,
            {PutMeta{meta_name::access, std::move(after), before}, PutMeta{meta_name::access_tag, std::move(tag), {}}});
        if (put.ok() || put.code() != Errc::StoreConflict) return put;
    }
    return fail(Errc::StoreBusy, "the roles could not be changed: too many processes at once");
}

CallerPtr PartitionCore::role_caller(Role role) const {
    const Result<View> seen = view();  // opens the store: the first login of a process is not nobody's
    return seen.ok() ? caller_of(role, seen->facts->serial) : public_caller();
}

audit::AuditLog* PartitionCore::audit_log() const {
    const bool is_on = audit_ && settings_.audit_level != audit::Level::Off;
    return is_on && store_.load(std::memory_order_acquire) ? audit_.get() : nullptr;
}

Result<void> PartitionCore::settle_audit() const {
    audit::AuditLog* log = audit_log();
    return log ? log->settle() : Result<void>{};
}

void PartitionCore::tend_audit() const {
    audit::AuditLog* log = audit_log();
    if (!log || !log->settle().ok() || !log->needs_checkpoint()) return;
    write_checkpoint();
}

void PartitionCore::checkpoint_audit() const {
    if (!settings_.audit_gathers) write_checkpoint();
}

// What fails here is tried again at the next record.
void PartitionCore::write_checkpoint() const {
    const Result<View> seen = unlocked_view();
    if (!seen.ok()) return;
    const Result<SecretBytes> key = audit_key(*seen->session);
    if (key.ok()) (void)audit_->checkpoint(*key);
}

Result<void> PartitionCore::seal_audit() const {
    if (!audit_log()) return {};
    const View seen = TRY(unlocked_view());
    const SecretBytes key = TRY(audit_key(*seen.session));
    const audit::Checkpoint checkpoint = TRY(audit_->checkpoint(key));
    Bytes encoded = encode_checkpoint(checkpoint);
    Bytes tag = TRY(seen.session->seal.tag_of(meta_name::checkpoint, encoded));
    return seen.store->commit({PutMeta{meta_name::checkpoint, std::move(encoded), {}},
                               PutMeta{meta_name::checkpoint_tag, std::move(tag), {}}});
}

Result<audit::Verification> PartitionCore::verify_audit() const {
    if (!audit_) return audit::Verification{};
    TRY(audit_->settle());
    const View seen = TRY(view());
    std::optional<audit::Checkpoint> expected;
    const Bytes encoded =
        seen.session
            ? TRY(read_tagged(*seen.store, seen.session->seal, meta_name::checkpoint, meta_name::checkpoint_tag))
            : TRY(seen.store->meta(meta_name::checkpoint));
    if (!encoded.empty()) {
        store::BinaryReader reader(encoded);
        audit::Checkpoint checkpoint;
        checkpoint.records = reader.integer<std::uint64_t>();
        checkpoint.chain = reader.bytes();
        if (!reader.complete()) return fail(Errc::StoreDamaged, "the store is damaged: the audit log's checkpoint");
        expected = std::move(checkpoint);
    }
    if (!seen.session) return audit_->verify(nullptr, expected);
    const SecretBytes key = TRY(audit_key(*seen.session));
    return audit_->verify(&key, expected);
}

}  // namespace kvp11::partition
