// What may be set of a partition, and its end.
#include "partition/core_process.hpp"
#include "partition/item_of.hpp"
#include "partition/partition_core.hpp"
#include "partition/service_settings.hpp"
#include "partition/tagged_meta.hpp"
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

// The facts say from the first change on that there are settings, so that taking them away does not bring the first
// values back unnoticed.
Result<Bytes> stored_settings(const PartitionCore::View& view) {
    Bytes encoded = TRY(read_tagged(*view.store, view.session->seal, meta_name::settings, meta_name::settings_tag));
    if (encoded.empty() && view.facts->has_changed_settings) {
        return fail(Errc::StoreDamaged, "the store is damaged: the service's settings are gone");
    }
    return encoded;
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

Result<std::vector<Setting>> PartitionCore::service_settings() const {
    const View seen = TRY(unlocked_view());
    const Bytes encoded = TRY(stored_settings(seen));
    const ChangedSettings changed = TRY(decode_settings(encoded));
    return settings_with(changed);
}

Result<Setting> PartitionCore::update_setting(const std::string& name, const std::string& value) {
    const Setting wanted = TRY(setting_changed_to(name, value));
    return until_undisturbed([&]() -> Result<Setting> {
        const View seen = TRY(unlocked_view());
        Bytes before = TRY(stored_settings(seen));
        ChangedSettings changed = TRY(decode_settings(before));
        changed[wanted.name] = wanted.value;
        Bytes after = encode_settings(changed);
        Bytes tag = TRY(seen.session->seal.tag_of(meta_name::settings, after));
        TokenFacts facts = *seen.facts;
        facts.has_changed_settings = true;
        TRY(put_facts(seen, facts, *seen.session,
                      {PutMeta{meta_name::settings, std::move(after), std::move(before)},
                       PutMeta{meta_name::settings_tag, std::move(tag), {}}}));
        return wanted;
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
