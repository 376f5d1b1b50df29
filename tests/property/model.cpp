#include "model.hpp"

#include <algorithm>
#include <sstream>

namespace kvp11::test {
namespace {

constexpr const char* not_found = "KeyNotFound";
constexpr std::size_t most = 100;

}  // namespace

ModelKey* Model::live(const std::string& name) {
    const auto found = keys.find(name);
    return found == keys.end() || found->second.deleted() ? nullptr : &found->second;
}

ModelKey* Model::recoverable(const std::string& name, std::int64_t now) {
    const auto found = keys.find(name);
    return found == keys.end() || !found->second.deleted() || found->second.purge_at <= now ? nullptr : &found->second;
}

// A deleted key whose retention has ended gives its name to whoever wants it.
std::string Model::add_version(const Action& action, bool may_exist) {
    if (const auto found = keys.find(action.name); found != keys.end() && found->second.deleted()) {
        if (found->second.purge_at > action.now) return "KeyDeleted";
        keys.erase(found);
    }
    ModelKey* present = live(action.name);
    if (present && !may_exist) return "KeyExists";
    if (present && present->versions.size() >= most) return "KeyVersionLimit";
    keys[action.name].versions.push_back({});
    return "*";
}

// A rotation makes what was there again, tags and all; an explicit new version starts afresh.
std::string Model::rotate(const Action& action, int tag) {
    std::string answer = add_version(action, true);
    if (answer == "*") keys[action.name].versions.back().tag = tag;
    return answer;
}

std::string Model::sign(const Action& action, ModelKey* key) const {
    if (!key) return not_found;
    const ModelVersion& version = key->versions[static_cast<std::size_t>(action.value) % key->versions.size()];
    if (!version.enabled) return "KeyDisabled";
    return version.mac.empty() ? "*" : "ok " + version.mac;
}

std::string Model::restore(const Action& action) {
    const auto kept = backups.find(action.value);
    if (kept == backups.end()) return "nothing";
    const auto& [name, key] = kept->second;
    if (const auto found = keys.find(name); found != keys.end()) {
        if (!found->second.deleted()) return "KeyExists";
        if (found->second.purge_at > action.now) return "KeyDeleted";
    }
    keys[name] = key;
    return "ok";
}

std::string Model::apply(const Action& action) {
    ModelKey* key = live(action.name);
    ModelKey* deleted = recoverable(action.name, action.now);
    switch (action.verb) {
        case Verb::Create: return add_version(action, false);
        case Verb::Version: return add_version(action, true);
        case Verb::Rotate:
            if (!key) return not_found;
            if (!key->has_policy) return "RotationPolicyMissing";
            return rotate(action, key->versions.back().tag);
        case Verb::Policy:
            if (key) key->has_policy = true;
            return key ? "ok" : not_found;
        case Verb::Tag:
            if (key) key->versions.back().tag = action.value;
            return key ? "ok" : not_found;
        case Verb::Disable:
        case Verb::Enable:
            if (key) key->versions.back().enabled = action.verb == Verb::Enable;
            return key ? "ok" : not_found;
        case Verb::Remove:
        case Verb::Destroy:
            if (key) key->purge_at = action.now + retention;
            return key ? "ok" : not_found;
        case Verb::Recover:
            if (deleted) deleted->purge_at = 0;
            return deleted ? "ok" : not_found;
        case Verb::Purge:
            if (deleted) keys.erase(action.name);
            return deleted ? "ok" : not_found;
        case Verb::Get:
            if (!key) return not_found;
            return "ok " + (key->versions.back().id.empty() ? "?" : key->versions.back().id) + " " +
                   std::to_string(key->versions.back().tag);
        case Verb::Sign: return sign(action, key);
        case Verb::SignAsPrincipal:
            if (key && !granted.contains(action.name)) return "AccessDenied";
            return sign(action, key);
        case Verb::BackUp:
            if (key) backups[action.value] = {action.name, *key};
            return key ? "ok" : not_found;
        case Verb::Restore: return restore(action);
        case Verb::Grant: granted.insert(action.name); return "ok";
        case Verb::Revoke: granted.erase(action.name); return "ok";
        case Verb::Note: notes.insert(action.value); return "ok";
        case Verb::EraseNote:
            if (const auto note = notes.find(action.value); note != notes.end()) notes.erase(note);
            return "ok";
        case Verb::Relogin: return "ok";
        case Verb::Dump: return dump(action.name, action.now);
        case Verb::DumpAll: return dump_all(action.now);
    }
    return "";
}

bool Model::learn(const Action& action, const std::string& answer) {
    if (!answer.starts_with("ok ")) return false;
    const std::string told = answer.substr(3);
    ModelKey* key = live(action.name);
    if (!key || told.empty()) return false;
    if (action.verb == Verb::Sign || action.verb == Verb::SignAsPrincipal) {
        std::string& mac = key->versions[static_cast<std::size_t>(action.value) % key->versions.size()].mac;
        const bool is_new = std::none_of(key->versions.begin(), key->versions.end(),
                                         [&](const ModelVersion& other) { return other.mac == told; });
        mac = told;
        return is_new;
    }
    for (const auto& [name, other] : keys) {
        for (const ModelVersion& version : other.versions) {
            if (version.id == told) return false;
        }
    }
    key->versions.back().id = told;
    return true;
}

std::string Model::dump(const std::string& name, std::int64_t now) const {
    const auto found = keys.find(name);
    if (found == keys.end() || (found->second.deleted() && found->second.purge_at <= now)) return "none";
    const ModelKey& key = found->second;
    if (key.deleted()) return "deleted " + std::to_string(key.purge_at);
    std::string text = "live";
    for (const ModelVersion& version : key.versions) {
        text += " " + (version.id.empty() ? "?" : version.id) + (version.enabled ? "" : "!") + "=" +
                std::to_string(version.tag);
    }
    return text;
}

std::string Model::dump_all(std::int64_t now) const {
    std::string live_names = "live";
    std::string deleted_names = "; deleted";
    for (const auto& [name, key] : keys) {
        if (!key.deleted()) live_names += " " + name;
        if (key.deleted() && key.purge_at > now) deleted_names += " " + name;
    }
    std::string labels = "; notes";
    for (const int note : notes) labels += " " + std::to_string(note);
    return live_names + deleted_names + labels;
}

bool matches(const std::string& wanted, const std::string& got) {
    std::istringstream left(wanted);
    std::istringstream right(got);
    std::string one;
    std::string other;
    while (left >> one) {
        if (!(right >> other)) return false;
        if (one == other) continue;
        if (!one.starts_with("?") || one.substr(1) != other.substr(std::min<std::size_t>(other.size(), 32)))
            return false;
    }
    return !(right >> other);
}

}  // namespace kvp11::test
