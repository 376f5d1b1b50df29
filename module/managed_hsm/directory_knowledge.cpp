#include "managed_hsm/directory_knowledge.hpp"

#include <algorithm>
#include <tuple>

namespace kvp11::managed_hsm {

namespace {

/// A change within so many seconds of an answer may look the same in a list; clocks differ a little, too.
constexpr std::int64_t unsettled_seconds = 2;

bool shows_same(const ListedKey& a, const ListedKey& b) {
    const auto facts = [](const ListedKey& key) {
        return std::tie(key.enabled, key.not_before, key.expires, key.created, key.updated, key.tags);
    };
    return facts(a) == facts(b);
}

bool is_same(const KeyRecord& a, const KeyRecord& b) {
    const auto facts = [](const KeyRecord& key) {
        return std::tie(key.id, key.spec, key.ops, key.protection, key.enabled, key.exportable, key.generated,
                        key.not_before, key.expires, key.created, key.updated, key.tags, key.release_policy,
                        key.is_latest, key.public_key, key.face, key.public_face, key.has_material, key.revision);
    };
    return facts(a) == facts(b);
}

KeyRecordPtr completed(KeyRecord record, bool is_latest) {
    record.is_latest = is_latest;
    record.face = {};
    record.public_face.reset();
    complete(record, is_latest);
    return std::make_shared<const KeyRecord>(std::move(record));
}

/// Another version is the latest now, and this one may be gone with a key that was made anew under its name.
void demote(KnownVersion& version) {
    version.asked = 0;
    version.faces = faces_of(version.listed.id, false, version.listed.tags);
    if (version.record && version.record->is_latest) version.record = completed(*version.record, false);
}

void demote_all_but(KnownKey& key, const std::string& latest) {
    for (auto& [name, version] : key.versions) {
        if (name != latest) demote(version);
    }
}

template <class Visit>
void visit_faces(const KnownKey& key, Visit visit) {
    const auto both = [&](const Faces& faces) {
        visit(faces.face);
        if (faces.public_face) visit(*faces.public_face);
    };
    both(key.faces);
    for (const auto& [name, version] : key.versions) both(version.faces);
}

void drop(std::map<Bytes, std::set<std::string>>& index, const Bytes& value, const std::string& name) {
    const auto at = index.find(value);
    if (at == index.end()) return;
    at->second.erase(name);
    if (at->second.empty()) index.erase(at);
}

}  // namespace

std::string folded(std::string_view name) {
    std::string lower(name);
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return lower;
}

ListedKey listed_of(const KeyRecord& record) {
    return {record.id, record.enabled, record.not_before, record.expires, record.created, record.updated, record.tags};
}

KeyRecordPtr KnownKey::current() const {
    const auto at = versions.find(latest.id.version);
    if (at == versions.end() || !at->second.record || at->second.asked == 0) return nullptr;
    const KnownVersion& version = at->second;
    if (version.record->created != latest.created || version.record->updated != latest.updated) return nullptr;
    const bool settled = version.asked > (latest.updated + unsettled_seconds) * 1000;
    return settled || version.asked >= told ? version.record : nullptr;
}

KnownKeyPtr Knowledge::key(std::string_view name) const {
    const auto at = keys_.find(folded(name));
    return at == keys_.end() ? nullptr : at->second;
}

std::vector<KnownKeyPtr> Knowledge::all() const {
    std::vector<KnownKeyPtr> found;
    found.reserve(keys_.size());
    for (const auto& [name, key] : keys_) found.push_back(key);
    return found;
}

std::vector<KnownKeyPtr> Knowledge::candidates(const ObjectQuery& query) const {
    if (!query.label && !query.id) return all();
    const Index& index = query.label ? by_label_ : by_id_;
    const auto at = index.find(query.label ? *query.label : *query.id);
    std::vector<KnownKeyPtr> found;
    if (at == index.end()) return found;
    for (const std::string& name : at->second) found.push_back(keys_.at(name));
    return found;
}

void Knowledge::put(KnownKey key) {
    const std::string name = folded(key.latest.id.name);
    remove(name);
    visit_faces(key, [&](const Face& face) {
        by_label_[face.label].insert(name);
        by_id_[face.id].insert(name);
    });
    keys_[name] = std::make_shared<const KnownKey>(std::move(key));
}

void Knowledge::remove(const std::string& folded_name) {
    const auto at = keys_.find(folded_name);
    if (at == keys_.end()) return;
    visit_faces(*at->second, [&](const Face& face) {
        drop(by_label_, face.label, folded_name);
        drop(by_id_, face.id, folded_name);
    });
    keys_.erase(at);
}

void Knowledge::rebuild_indices() {
    by_label_.clear();
    by_id_.clear();
    for (const auto& [name, key] : keys_) {
        const std::string& own_name = name;
        visit_faces(*key, [&](const Face& face) {
            by_label_[face.label].insert(own_name);
            by_id_[face.id].insert(own_name);
        });
    }
}

bool Knowledge::take_list(const std::vector<ListedKey>& keys, Moment begun) {
    if (begun <= listed_) return false;
    bool differs = false;
    std::unordered_map<std::string, KnownKeyPtr> fresh;
    fresh.reserve(keys.size());
    for (const ListedKey& listed : keys) {
        const std::string name = folded(listed.id.name);
        const auto gone = gone_.find(name);
        if (gone != gone_.end() && gone->second >= begun) continue;
        const auto at = keys_.find(name);
        if (at != keys_.end() && at->second->told >= begun) continue;  // kept below
        KnownKey key = at == keys_.end() ? KnownKey{} : *at->second;
        if (!shows_same(key.latest, listed) || at == keys_.end()) {
            differs = true;
            const bool is_other_version = key.latest.created != listed.created;
            const std::string version = is_other_version ? std::string() : key.latest.id.version;
            if (is_other_version) {
                demote_all_but(key, version);
                key.has_all_versions = false;
            }
            key.refusal = Refusal::None;
            key.latest = listed;
            key.latest.id.version = version;
            key.faces = faces_of(listed.id, true, listed.tags);
        }
        key.told = begun;
        fresh[name] = std::make_shared<const KnownKey>(std::move(key));
    }
    for (const auto& [name, key] : keys_) {
        if (key->told >= begun) {
            fresh[name] = key;
        } else if (!fresh.contains(name)) {
            differs = true;
        }
    }
    keys_ = std::move(fresh);
    std::erase_if(gone_, [&](const auto& one) { return one.second < begun; });
    listed_ = begun;
    rebuild_indices();
    return differs;
}

bool Knowledge::take_versions(const std::string& name, const std::vector<ListedKey>& versions, Moment asked) {
    const KnownKeyPtr known = key(name);
    if (!known) return false;
    KnownKey key = *known;
    bool differs = !key.has_all_versions;
    std::map<std::string, KnownVersion> fresh;
    for (const ListedKey& listed : versions) {
        const std::string& version = listed.id.version;
        const bool is_latest = version == key.latest.id.version;
        const auto at = key.versions.find(version);
        KnownVersion entry = at == key.versions.end() ? KnownVersion{} : at->second;
        if (at == key.versions.end() || !shows_same(entry.listed, listed)) {
            differs = true;
            entry.listed = listed;
            entry.faces = faces_of(listed.id, is_latest, listed.tags);
            if (entry.record && !shows_same(listed_of(*entry.record), listed)) entry.asked = 0;
        }
        if (entry.record && entry.asked != 0 && !is_latest) entry.asked = std::max(entry.asked, asked);
        fresh[version] = std::move(entry);
    }
    key.versions = std::move(fresh);
    key.has_all_versions = true;
    put(std::move(key));
    return differs;
}

Knowledge::Taken Knowledge::take_record(KeyRecord record, bool is_latest, Moment asked) {
    const KnownKeyPtr known = key(record.id.name);
    const auto gone = gone_.find(folded(record.id.name));
    const bool is_gone = gone != gone_.end() && gone->second > asked;
    if (known) record.id.name = known->latest.id.name;  // a service may repeat the case that it was asked with
    const ListedKey listed = listed_of(record);
    KeyRecordPtr fresh = completed(std::move(record), is_latest);
    const bool is_old_news = known && is_latest && asked < known->told && !shows_same(known->latest, listed);
    if (is_gone || is_old_news) return {std::move(fresh), false};
    if (!known && !is_latest) return {std::move(fresh), false};  // nothing to keep it with

    KnownKey key = known ? *known : KnownKey{};
    const std::string version = listed.id.version;
    bool differs = !known;
    if (is_latest) {
        const bool is_other_version = !key.latest.id.version.empty() && key.latest.id.version != version;
        if (is_other_version) {
            key.has_all_versions = false;
            demote_all_but(key, version);
        }
        if (!shows_same(key.latest, listed) || is_other_version) differs = true;
        key.latest = listed;
        key.faces = faces_of(listed.id, true, listed.tags);
        key.told = std::max(key.told, asked);
        key.refusal = Refusal::None;
    }
    KnownVersion& entry = key.versions[version];
    if (entry.record && is_same(*entry.record, *fresh)) {
        fresh = entry.record;
    } else {
        differs = differs || entry.record != nullptr;
    }
    entry = {listed, faces_of(listed.id, is_latest, listed.tags), fresh, std::max(entry.asked, asked)};
    put(std::move(key));
    return {std::move(fresh), differs};
}

bool Knowledge::forget(const KeyId& id, Moment when) {
    const KnownKeyPtr known = key(id.name);
    if (id.version.empty() || (known && known->latest.id.version == id.version)) {
        Moment& gone = gone_[folded(id.name)];
        gone = std::max(gone, when);
        if (!known || known->told > when) return false;
        remove(folded(id.name));
        return true;
    }
    if (!known || !known->versions.contains(id.version)) return false;
    KnownKey key = *known;
    if (key.versions.at(id.version).asked > when) return false;
    key.versions.erase(id.version);
    put(std::move(key));
    return true;
}

void Knowledge::refuse(const std::string& name, Refusal why, Moment when) {
    const KnownKeyPtr known = key(name);
    if (!known) return;
    KnownKey key = *known;
    key.refusal = why;
    key.refused = when;
    put(std::move(key));
}

}  // namespace kvp11::managed_hsm
