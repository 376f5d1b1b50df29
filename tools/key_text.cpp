#include "tools/key_text.hpp"

#include <boost/json.hpp>

#include "crypto/jose.hpp"
#include "partition/key_names.hpp"
#include "partition/rotation.hpp"
#include "tools/key_words.hpp"
#include "tools/rotation_policy_text.hpp"
#include "tools/table_text.hpp"
#include "tools/time_text.hpp"

namespace kvp11::tools {
namespace {

namespace json = boost::json;
using partition::hex_of;

std::string state_of(const KeyRecord& key, std::int64_t now) {
    if (key.deletion) return "deleted";
    if (!key.enabled) return "disabled";
    if (key.not_before && now < *key.not_before) return "not yet valid";
    if (key.expires && now >= *key.expires) return "expired";
    return "enabled";
}

std::string time_or_dash(const std::optional<std::int64_t>& time) { return time ? utc(*time) : "-"; }

std::string protection_text(const KeyRecord& key) {
    std::string text = key.protection.sensitive ? "sensitive" : "not sensitive";
    text += key.protection.extractable ? ", extractable" : ", not extractable";
    if (key.protection.wrap_with_trusted) text += ", leaves only under a trusted key";
    if (key.protection.trusted) text += ", trusted";
    return text;
}

std::string face_text(const Face& face) {
    return "label '" + printable(std::string(text_of(face.label))) + "', id " + hex_of(face.id) +
           (face.is_private ? ", private" : ", public");
}

std::string tags_text(const KeyRecord& key) {
    std::vector<std::string> words;
    for (const auto& [name, value] : key.tags) words.push_back(name + "=" + value);
    return joined(words);
}

/// The service's recoveryLevel.
std::string recovery_level(const RecoverySettings& recovery) {
    const std::string level = recovery.retention_days < 90 ? "CustomizedRecoverable" : "Recoverable";
    return recovery.purge_protection ? level : level + "+Purgeable";
}

std::string times_table(const KeyRecord& key) {
    std::string text = named_row("created", utc(key.created)) + named_row("updated", utc(key.updated));
    if (key.not_before) text += named_row("not before", utc(*key.not_before));
    if (key.expires) text += named_row("expires", utc(*key.expires));
    if (key.rotation_policy) text += named_row("rotation", rotation_policy_line(*key.rotation_policy));
    const auto due = partition::rotation_due_at(key);
    if (due) text += named_row("  next due", utc(*due));
    if (!key.deletion) return text;
    text += named_row("deleted", utc(key.deletion->deleted));
    return text + named_row("  is kept until", utc(key.deletion->scheduled_purge));
}

std::string kid_of(const KeyRecord& key) { return "/keys/" + key.id.name + "/" + key.id.version; }

json::object attributes_json(const KeyRecord& key, const Showing& showing) {
    json::object attributes{{"enabled", key.enabled}};
    if (key.not_before) attributes["nbf"] = *key.not_before;
    if (key.expires) attributes["exp"] = *key.expires;
    attributes["created"] = key.created;
    attributes["updated"] = key.updated;
    attributes["recoverableDays"] = showing.recovery.retention_days;
    attributes["recoveryLevel"] = recovery_level(showing.recovery);
    attributes["exportable"] = key.exportable;
    return attributes;
}

json::object jwk_json(const KeyRecord& key) {
    json::object jwk{{"kid", kid_of(key)}, {"kty", kty_of(key.spec.type)}};
    json::array operations;
    for (const std::string& word : operation_words(key.ops)) operations.emplace_back(word);
    jwk["key_ops"] = std::move(operations);
    const PublicKey& half = key.public_key;
    if (key.spec.type == KeyType::Rsa) {
        jwk["n"] = crypto::base64url(half.n);
        jwk["e"] = crypto::base64url(half.e);
    }
    const std::size_t size = curve_size(key.spec.curve);
    if (key.spec.type == KeyType::Ec && half.point.size() == 1 + 2 * size) {
        jwk["crv"] = curve_word(key.spec.curve);
        jwk["x"] = crypto::base64url(ByteView(half.point).subspan(1, size));
        jwk["y"] = crypto::base64url(ByteView(half.point).subspan(1 + size));
    }
    if (is_on_curve(key.spec.type) && key.spec.type != KeyType::Ec) {  // RFC 8037
        jwk["crv"] = curve_word(key.spec.curve);
        jwk["x"] = crypto::base64url(half.point);
    }
    return jwk;
}

void add_tags(json::object& root, const KeyRecord& key) {
    if (key.tags.empty()) return;
    json::object tags;
    for (const auto& [name, value] : key.tags) tags[name] = value;
    root["tags"] = std::move(tags);
}

void add_deletion(json::object& root, const KeyRecord& key) {
    if (!key.deletion) return;
    root["recoveryId"] = "/deletedkeys/" + key.id.name;
    root["deletedDate"] = key.deletion->deleted;
    root["scheduledPurgeDate"] = key.deletion->scheduled_purge;
}

}  // namespace

std::string key_table(const KeyRecord& key, const Showing& showing) {
    std::string text = named_row("name", key.id.name);
    text += named_row("version", key.id.version + (key.is_latest ? " (the latest)" : ""));
    text += named_row("type", spec_text(key.spec));
    text += named_row("operations", joined(operation_words(key.ops)));
    text += named_row("state", state_of(key, showing.now));
    text += times_table(key);
    if (!key.tags.empty()) text += named_row("tags", tags_text(key));
    text += named_row("protection", protection_text(key));
    if (key.exportable) text += named_row("release", key.release_policy ? "under its policy" : "no policy yet");
    text += named_row("PKCS#11", face_text(key.face));
    if (key.public_face) text += named_row("  public half", face_text(*key.public_face));
    return text + named_row("recovery", recovery_level(showing.recovery) + ", " +
                                            std::to_string(showing.recovery.retention_days) + " days");
}

std::string key_list(const std::vector<KeyRecordPtr>& keys, const Showing& showing) {
    std::vector<std::vector<std::string>> rows{{"NAME", "TYPE", "STATE", "EXPIRES", "VERSION"}};
    for (const KeyRecordPtr& key : keys) {
        rows.push_back({key->id.name, spec_text(key->spec), state_of(*key, showing.now), time_or_dash(key->expires),
                        key->id.version});
    }
    return columns(rows);
}

std::string version_list(const std::vector<KeyRecordPtr>& versions, const Showing& showing) {
    std::vector<std::vector<std::string>> rows{{"VERSION", "STATE", "CREATED", "EXPIRES"}};
    for (const KeyRecordPtr& key : versions) {
        const std::string latest = key->is_latest ? ", the latest" : "";
        rows.push_back(
            {key->id.version, state_of(*key, showing.now) + latest, utc(key->created), time_or_dash(key->expires)});
    }
    return columns(rows);
}

std::string deleted_list(const std::vector<KeyRecordPtr>& keys) {
    std::vector<std::vector<std::string>> rows{{"NAME", "TYPE", "DELETED", "IS KEPT UNTIL"}};
    for (const KeyRecordPtr& key : keys) {
        const Deletion deletion = key->deletion.value_or(Deletion{});
        rows.push_back({key->id.name, spec_text(key->spec), utc(deletion.deleted), utc(deletion.scheduled_purge)});
    }
    return columns(rows);
}

std::string key_json(const KeyRecord& key, const Showing& showing) {
    json::object root{{"key", jwk_json(key)}, {"attributes", attributes_json(key, showing)}};
    add_tags(root, key);
    if (key.release_policy) {
        root["release_policy"] = json::object{{"contentType", key.release_policy->content_type},
                                              {"data", crypto::base64url(key.release_policy->data)},
                                              {"immutable", key.release_policy->immutable}};
    }
    add_deletion(root, key);
    return json::serialize(root) + '\n';
}

std::string list_json(const std::vector<KeyRecordPtr>& keys, const Showing& showing) {
    json::array items;
    for (const KeyRecordPtr& key : keys) {
        json::object item{{"kid", kid_of(*key)}, {"attributes", attributes_json(*key, showing)}};
        add_tags(item, *key);
        add_deletion(item, *key);
        items.push_back(std::move(item));
    }
    return json::serialize(items) + '\n';
}

}  // namespace kvp11::tools
