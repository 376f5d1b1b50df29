// Which objects a search finds, and what has to be asked for it.
#include <algorithm>
#include <tuple>

#include "log/log.hpp"
#include "managed_hsm/directory_process.hpp"

namespace kvp11::managed_hsm {

namespace {

constexpr std::size_t version_size = 32;

bool is_pair(const KeyRecord& record) { return record.spec.type == KeyType::Rsa || record.spec.type == KeyType::Ec; }

bool wants(const ObjectQuery& query, ObjectKind kind) { return !query.kind || *query.kind == kind; }

bool matches(const Face& face, const ObjectQuery& query) {
    return (!query.label || *query.label == face.label) && (!query.id || *query.id == face.id) &&
           (query.with_private || !face.is_private);
}

/// Whether a key of which no type is known may be wanted.
bool may_match(const Faces& faces, const ObjectQuery& query) {
    const bool face = query.kind != ObjectKind::PublicKey && matches(faces.face, query);
    const bool public_face = wants(query, ObjectKind::PublicKey) && faces.public_face;
    return face || (public_face && matches(*faces.public_face, query));
}

struct Found {
    std::int64_t created;
    ObjectRef ref;
};

void collect(const KeyRecord& record, const KeyId& id, const ObjectQuery& query, std::vector<Found>& found) {
    const ObjectKind kind = is_pair(record) ? ObjectKind::PrivateKey : ObjectKind::SecretKey;
    if (record.has_material && wants(query, kind) && matches(record.face, query))
        found.push_back({record.created, {kind, id}});
    const bool has_public = is_pair(record) && record.public_face && wants(query, ObjectKind::PublicKey);
    if (has_public && matches(*record.public_face, query))
        found.push_back({record.created, {ObjectKind::PublicKey, id}});
}

/// In the order of creation; of one key the private half first.
bool comes_before(const Found& a, const Found& b) {
    return std::tie(a.created, a.ref.id, a.ref.kind) < std::tie(b.created, b.ref.id, b.ref.kind);
}

/// "name/version": what an older version is called.
std::optional<KeyId> older_version_in(ByteView label) {
    const std::string_view text = text_of(label);
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos || text.size() - slash - 1 != version_size) return std::nullopt;
    const auto name = name_in(label.first(slash));
    const auto version = name_in(label.subspan(slash + 1));
    if (!name || !version) return std::nullopt;
    return KeyId{*name, *version};
}

std::vector<KeyId> named_in(const ObjectQuery& query, bool all_versions) {
    std::vector<KeyId> ids;
    for (const auto& value : {query.label, query.id}) {
        if (!value) continue;
        const auto name = name_in(*value);
        if (name && (ids.empty() || ids.front().name != *name)) ids.push_back({*name, {}});
        const auto older = all_versions ? older_version_in(*value) : std::nullopt;
        if (older) ids.push_back(*older);
    }
    return ids;
}

}  // namespace

/// Who wants one object will use it, and asks for it anyway.
bool Directory::may_be_listed(const ObjectQuery& query) const {
    return !query.label && !query.id && !wants_all_versions(query);
}

std::vector<KnownKeyPtr> Directory::candidates(const ObjectQuery& query) {
    Process& process = here();
    const std::shared_lock lock(process.mutex);
    return process.knowledge.candidates(query);
}

Directory::Refs Directory::known_refs(const std::vector<KnownKeyPtr>& keys, const ObjectQuery& query) {
    std::vector<Found> found;
    for (const KnownKeyPtr& before : keys) {
        const KnownKeyPtr key = known(before->latest.id.name);
        if (!key) continue;
        if (const auto current = key->current()) {
            collect(*current, name_found(*current), query, found);
        } else if (const auto listed = may_be_listed(query) ? listed_sketch(*key) : std::nullopt) {
            collect(*listed, listed->id, query, found);
        }
        if (!wants_all_versions(query)) continue;
        for (const auto& [name, version] : key->versions) {
            if (name != key->latest.id.version && version.record)
                collect(*version.record, version.record->id, query, found);
        }
    }
    std::sort(found.begin(), found.end(), comes_before);
    Refs refs;
    refs.reserve(found.size());
    for (Found& one : found) refs.push_back(std::move(one.ref));
    return refs;
}

Result<Directory::Refs> Directory::search(const std::vector<KnownKeyPtr>& keys, const ObjectQuery& query) {
    const bool all_versions = wants_all_versions(query);
    std::vector<KeyId> unknown;
    for (const KnownKeyPtr& key : keys) {
        if (key->current() || is_refused(*key)) continue;
        if (may_be_listed(query) && listed_type(key->latest.tags)) continue;
        if (all_versions || may_match(key->faces, query)) unknown.push_back({key->latest.id.name, {}});
    }
    TRY(ask_types(unknown));
    if (!all_versions) return known_refs(keys, query);
    const auto as_of_now = [&] {
        std::vector<KnownKeyPtr> fresh;
        for (const KnownKeyPtr& before : keys) {
            if (auto key = known(before->latest.id.name)) fresh.push_back(std::move(key));
        }
        return fresh;
    };
    TRY(ask_versions(as_of_now()));
    unknown.clear();
    for (const KnownKeyPtr& key : as_of_now()) {
        for (const auto& [name, version] : key->versions) {
            if (!version.record && may_match(version.faces, query)) unknown.push_back({key->latest.id.name, name});
        }
    }
    TRY(ask_types(unknown));
    return known_refs(keys, query);
}

Result<Directory::Refs> Directory::find_named(const ObjectQuery& query, const KeyId& id) {
    const auto record = fresh_record(id, 0);
    if (!record.ok() && is_no_object(record.code())) return Refs{};
    if (!record.ok()) {
        // A service that cannot be reached is no reason to lose sight of what was there.
        Refs old = is_trouble(record.code()) ? known_refs(candidates(query), query) : Refs{};
        if (old.empty()) return fail(record.error());
        return old;
    }
    const KnownKeyPtr key = known((*record)->id.name);
    return key ? search({key}, query) : Result<Refs>(Refs{});
}

// An exact name wins: whatever other keys carry as a tag, the key of this name is the answer when its own label or id
// is still its name.
Result<Directory::Refs> Directory::find_by_name(const ObjectQuery& query) {
    for (const KeyId& id : named_in(query, wants_all_versions(query))) {
        Refs refs = TRY(find_named(query, id));
        if (!refs.empty()) return refs;
    }
    return Refs{};
}

Result<Directory::Refs> Directory::find_in_list(const ObjectQuery& query) {
    const bool is_narrow = query.label || query.id;
    // The labels and ids of older versions are known only when they were listed.
    const auto search_list = [&] {
        return search(wants_all_versions(query) ? candidates(ObjectQuery{}) : candidates(query), query);
    };
    if (!is_young(listed())) {
        const bool has_old = listed() != 0;
        if (has_old && somebody_reads_list()) {
            Refs old = known_refs(candidates(query), query);
            if (!old.empty()) return old;
        }
        const auto refreshed = refresh_list(settings_.now() - settings_.age);
        if (!refreshed.ok()) {
            Refs old = is_trouble(refreshed.code()) ? known_refs(candidates(query), query) : Refs{};
            if (old.empty()) return fail(refreshed.error());
            log::write(log::Level::Warn, "the keys of " + settings_.host + " are shown as they were listed before");
            return old;
        }
    }
    here().list_used.store(settings_.now(), std::memory_order_relaxed);
    Refs found = TRY(search_list());
    const Moment now = settings_.now();
    if (!found.empty() || !is_narrow || now - listed() < miss_pause) return found;
    TRY(refresh_list(now - miss_pause));
    return search_list();
}

Result<Directory::Refs> Directory::find(const ObjectQuery& query) {
    if (query.kind == ObjectKind::Record) return Refs{};
    look_at_file();
    if (query.label || query.id) {
        Refs named = TRY(find_by_name(query));
        if (!named.empty()) return named;
    }
    return find_in_list(query);
}

}  // namespace kvp11::managed_hsm
