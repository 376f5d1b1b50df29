// Keys of which a list told the type (listed_type.hpp), and what they turn out to be.
#include "log/log.hpp"
#include "managed_hsm/directory_process.hpp"

namespace kvp11::managed_hsm {

std::optional<KeyId> Directory::known_version(const KeyId& id, const ListedVersion& listed) {
    const KnownKeyPtr key = known(id.name);
    if (!key) return std::nullopt;
    for (const auto& [version, entry] : key->versions) {
        if (entry.listed.created == listed.created) return KeyId{key->latest.id.name, version};
    }
    return std::nullopt;
}

Result<KeyId> Directory::resolved(const KeyId& id, const ListedVersion& listed) {
    look_at_file();
    if (auto version = known_version(id, listed)) return std::move(*version);
    TRY(versioned_record({id.name, {}}));
    if (auto version = known_version(id, listed)) return std::move(*version);
    // It was rotated since.
    if (const KnownKeyPtr key = known(id.name)) TRY(ask_versions({key}));
    if (auto version = known_version(id, listed)) return std::move(*version);
    return fail(Errc::KeyNotFound, "the key '" + id.name + "' is not there any more as it was listed");
}

Result<KeyRecordPtr> Directory::as_listed(const KeyId& id,
                                          const std::function<Result<KeyRecordPtr>(const KeyId&)>& ask) {
    const auto listed = listed_version(id.version);
    if (!listed) return ask(id);
    const KeyId version = TRY(resolved(id, *listed));
    KeyRecordPtr record = TRY(ask(version));
    if (record->spec.type == listed->type) return record;
    const std::string message = "the tag p11_type of the key '" + id.name + "' says " +
                                std::string(type_word(listed->type)) + ", which it is not";
    log::write(log::Level::Warn, message);
    return fail(Errc::KeyNotFound, message);
}

KeyId Directory::name_found(const KeyRecord& record) {
    Process& process = here();
    const std::shared_lock lock(process.mutex);
    const auto at = process.found_listed.find(folded(record.id.name));
    if (at == process.found_listed.end() || at->second != version_as_listed({record.spec.type, record.created})) {
        return record.id;
    }
    return {record.id.name, at->second};
}

std::optional<KeyRecord> Directory::listed_sketch(const KnownKey& key) {
    auto record = is_refused(key) ? std::nullopt : sketch_of(key.latest);
    if (!record) return std::nullopt;
    Process& process = here();
    const std::lock_guard lock(process.mutex);
    process.found_listed[folded(record->id.name)] = record->id.version;
    return record;
}

Result<KeyRecordPtr> Directory::sketch(const KeyId& id) {
    const auto listed = listed_version(id.version);
    if (!listed) return record(id);
    look_at_file();
    const KnownKeyPtr key = known(id.name);
    const bool is_fresh =
        key && (is_young(key->told) || (is_young(here().list_used.load()) && key->told >= this->listed()));
    if (!is_fresh || key->current()) return record(id);
    auto sketch = sketch_of(key->latest);
    if (!sketch || sketch->id.version != id.version) return record(id);
    return std::make_shared<const KeyRecord>(std::move(*sketch));
}

}  // namespace kvp11::managed_hsm
