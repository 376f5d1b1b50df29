// Full backup and restore: everything in one file, and back in one batch.
#include <limits>
#include <set>

#include "access/token_principals.hpp"
#include "partition/core_process.hpp"
#include "partition/full_backup.hpp"
#include "partition/item_of.hpp"
#include "partition/partition_core.hpp"
#include "partition/record_encoding.hpp"
#include "store/folded_name.hpp"

namespace kvp11::partition {
namespace {

using access::AccessTable;

constexpr std::size_t all = std::numeric_limits<std::size_t>::max();

/// What a backup turns into here: changes that bring its items back, and the report of it.
struct Restoration {
    FullBackupHead head;
    Batch batch;
    RestoreReport report;
};

Result<Restoration> read_backup(const LoginSession& session, const std::string& backup, const std::string& key_name) {
    Restoration restoration;
    std::set<std::string> names;
    const std::string wanted = store::folded_name(key_name);
    const auto each = [&](PortableItem portable) -> Result<void> {
        const bool is_key = portable.item.kind == ItemKind::Key;
        const std::string name = store::folded_name(portable.item.id.name);
        if (!wanted.empty() && (!is_key || name != wanted)) return {};
        const PortableState state = wanted.empty() ? PortableState::AsItWas : PortableState::Live;
        StoredItem item = TRY(put_in(std::move(portable), state, session.seal));
        if (!is_key) ++restoration.report.records;
        if (is_key) names.insert(name);
        restoration.batch.push_back(RestoreItem{std::move(item)});
        return {};
    };
    restoration.head = TRY(read_full_backup(session.domain_key, backup, each));
    if (!wanted.empty() && names.empty()) {
        return fail(Errc::KeyNotFound, "the backup holds no key '" + key_name + "'");
    }
    restoration.report.partition_name = restoration.head.partition_name;
    restoration.report.created = restoration.head.created;
    restoration.report.keys = names.size();
    return restoration;
}

// Everything that is here as changes that erase it.
Result<Batch> erasing(Store& store, const TokenFacts& facts) {
    const std::vector<StoredItem> items = TRY(store.items(0, all));
    Batch batch;
    for (const StoredItem& item : items) {
        if (item.kind == ItemKind::Key && facts.purge_protection) {
            return fail(Errc::PurgeProtected, "purge protection keeps the keys that are here: '" + item.id.name + "'");
        }
        batch.push_back(EraseItem{item.id, item.revision});
    }
    return batch;
}

// The principals of a token's logins are named after its serial, so those of the other token become those of this.
Result<AccessTable> adopted_table(const FullBackupHead::Settings& settings, const std::string& serial) {
    AccessTable table = TRY(AccessTable::decode(settings.access_table));
    for (const Role role : {Role::User, Role::SecurityOfficer}) {
        const std::string before = access::token_principal(settings.serial, role);
        const std::string after = access::token_principal(serial, role);
        if (before == after) continue;
        for (access::RoleAssignment assignment : table.assignments()) {
            if (store::folded_name(assignment.principal) != before) continue;
            TRY(table.remove_assignment(assignment.scope, assignment.id));
            assignment.principal = after;
            const Result<void> assigned = table.assign(assignment);
            const bool has_it_already = !assigned.ok() && assigned.code() == Errc::RoleAssignmentInvalid;
            if (!has_it_already) TRY(assigned);
        }
    }
    return table;
}

// In a replacing restore what is in the way was made meanwhile, and what is gone was destroyed meanwhile.
Result<void> as_conflict(const Result<void>& done) {
    if (done.ok()) return done;
    const Errc code = done.code();
    if (code != Errc::KeyExists && code != Errc::KeyDeleted && code != Errc::KeyNotFound) return done;
    return fail(Errc::StoreConflict, done.error().message);
}

}  // namespace

// Items and roles are each read at one moment: a key that is being deleted is in the backup as a whole.
Result<std::string> PartitionCore::backup() {
    const View seen = TRY(unlocked_view());
    const auto table = TRY(access_table(seen));
    const TokenFacts& facts = *seen.facts;
    const FullBackupHead head{
        facts.label, now(),
        FullBackupHead::Settings{facts.serial, facts.retention_days, facts.purge_protection, table->encode()}};
    FullBackupWriter writer = TRY(FullBackupWriter::begin(seen.session->domain_key, head));
    std::vector<StoredItem> items = TRY(seen.store->items(0, all));
    for (StoredItem& item : items) {
        PortableItem portable = TRY(take_out(item, seen.session->seal));
        TRY(writer.add(std::move(portable)));
        item = {};
    }
    return writer.finish();
}

Result<RestoreReport> PartitionCore::restore(const std::string& backup, const RestoreOptions& options) {
    if (options.replace && !options.key_name.empty()) {
        return fail(Errc::ArgumentsBad, "one key alone replaces nothing: purge what is in its way");
    }
    const std::vector<std::string> overdue = TRY(due_names(Due::Purge));
    for (const std::string& name : overdue) TRY(purge_overdue(name));
    if (options.replace) {
        return until_undisturbed([&] { return replace_by(backup); });
    }
    const View seen = TRY(unlocked_view());
    const Restoration restoration = TRY(read_backup(*seen.session, backup, options.key_name));
    TRY(seen.store->commit(restoration.batch));
    return restoration.report;
}

// With the keys come the roles and settings of the backup; a protection against purging that is on here stays on.
Result<RestoreReport> PartitionCore::replace_by(const std::string& backup) {
    const View seen = TRY(unlocked_view());
    Restoration restoration = TRY(read_backup(*seen.session, backup, {}));
    Batch batch = TRY(erasing(*seen.store, *seen.facts));
    std::move(restoration.batch.begin(), restoration.batch.end(), std::back_inserter(batch));
    if (!restoration.head.settings) {
        TRY(as_conflict(seen.store->commit(batch)));
        return restoration.report;
    }
    const FullBackupHead::Settings& settings = *restoration.head.settings;
    TokenFacts facts = *seen.facts;
    facts.retention_days = settings.retention_days;
    facts.purge_protection = facts.purge_protection || settings.purge_protection;
    facts.has_access_table = true;
    const AccessTable table = TRY(adopted_table(settings, facts.serial));
    Bytes encoded = table.encode();
    Bytes tag = TRY(seen.session->seal.tag_of(meta_name::access, encoded));
    batch.push_back(PutMeta{meta_name::access, std::move(encoded), {}});
    batch.push_back(PutMeta{meta_name::access_tag, std::move(tag), {}});
    TRY(as_conflict(put_facts(seen, facts, *seen.session, std::move(batch))));
    return restoration.report;
}

}  // namespace kvp11::partition
