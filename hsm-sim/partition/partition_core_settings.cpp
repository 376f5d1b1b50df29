// What may be set of a partition, and its end.
#include "partition/core_process.hpp"
#include "partition/item_of.hpp"
#include "partition/partition_core.hpp"
#include "store/generation_word.hpp"

namespace kvp11::partition {
namespace {

constexpr std::uint32_t least_retention_days = 7;
constexpr std::uint32_t most_retention_days = 90;

Result<void> check_change(const SettingsChange& change, const TokenFacts& facts) {
    const std::uint32_t days = change.retention_days.value_or(most_retention_days);
    if (days < least_retention_days || days > most_retention_days) {
        return fail(Errc::ArgumentsBad, "got a retention of " + std::to_string(days) + " days, want 7 to 90");
    }
    if (facts.purge_protection && !change.purge_protection.value_or(true)) {
        return fail(Errc::PurgeProtected, "purge protection cannot be switched off once it is on");
    }
    return {};
}

}  // namespace

Result<void> PartitionCore::configure(const SettingsChange& change) {
    return until_undisturbed([&]() -> Result<void> {
        const View seen = TRY(unlocked_view());
        TRY(check_change(change, *seen.facts));
        TokenFacts facts = *seen.facts;
        if (change.retention_days) facts.retention_days = *change.retention_days;
        if (change.purge_protection) facts.purge_protection = *change.purge_protection;
        return put_facts(seen, facts, *seen.session, {});
    });
}

// The generation moves although nothing was committed: whoever remembers something of the partition looks at the
// folder again and finds none.
Result<void> PartitionCore::zeroise() {
    if (is_memory_) return fail(Errc::FunctionNotSupported, "session objects are gone with their process");
    const Result<void> destroyed = folder_.destroy();
    if (destroyed.ok() || destroyed.code() != Errc::TokenNotRecognized) {
        store::GenerationWord generation =
            store::GenerationWord::map_file(folder_.generation_file(), folder_.file_mode());
        generation.end_change(generation.begin_change());
    }
    adopt_session(nullptr);
    return destroyed;
}

}  // namespace kvp11::partition
