#include "rest/wire_key.hpp"

#include "crypto/jose.hpp"
#include "rest/wire_word.hpp"

namespace kvp11::rest {
namespace {

constexpr unsigned usual_retention = 90;
// Azure's numbers: 0 software, 1 and 2 validated HSMs. This one is software, and says so.
constexpr std::string_view software_platform = "0";

json::string_view text(std::string_view word) { return {word.data(), word.size()}; }

std::string recovery_level(const RecoverySettings& recovery) {
    std::string level = recovery.retention_days < usual_retention ? "CustomizedRecoverable" : "Recoverable";
    if (!recovery.purge_protection) level += "+Purgeable";
    return level;
}

json::object attributes_of(const KeyScene& scene, const KeyRecord& record) {
    json::object attributes{{"enabled", record.enabled},
                            {"created", record.created},
                            {"updated", record.updated},
                            {"recoveryLevel", recovery_level(scene.recovery)},
                            {"exportable", record.exportable}};
    if (record.not_before) attributes["nbf"] = *record.not_before;
    if (record.expires) attributes["exp"] = *record.expires;
    if (scene.version >= ApiVersion::V7_1) attributes["recoverableDays"] = scene.recovery.retention_days;
    if (scene.version >= ApiVersion::V7_5) attributes["hsmPlatform"] = text(software_platform);
    return attributes;
}

void add_public_half(json::object& jwk, const KeyRecord& record) {
    const PublicKey& half = record.public_key;
    if (record.spec.type == KeyType::Rsa) {
        jwk["n"] = crypto::base64url(half.n);
        jwk["e"] = crypto::base64url(half.e);
    }
    const std::size_t size = curve_size(record.spec.curve);
    if (record.spec.type == KeyType::Ec && half.point.size() == 1 + 2 * size) {
        jwk["crv"] = text(crv_word(record.spec.curve));
        jwk["x"] = crypto::base64url(ByteView(half.point).subspan(1, size));
        jwk["y"] = crypto::base64url(ByteView(half.point).subspan(1 + size));
    }
}

void add_tags(json::object& object, const KeyRecord& record) {
    if (record.tags.empty()) return;
    json::object tags;
    for (const auto& [name, value] : record.tags) tags[name] = value;
    object["tags"] = std::move(tags);
}

void add_deletion(const KeyScene& scene, json::object& object, const KeyRecord& record) {
    if (!record.deletion) return;
    object["recoveryId"] = std::string(scene.base_url) + "/deletedkeys/" + record.id.name;
    object["deletedDate"] = record.deletion->deleted;
    object["scheduledPurgeDate"] = record.deletion->scheduled_purge;
}

}  // namespace

Result<KeyScene> key_scene(const Exchange& exchange) {
    const RecoverySettings recovery = TRY(exchange.partition->recovery_settings());
    return KeyScene{exchange.base_url, exchange.version, recovery};
}

std::string kid_of(std::string_view base_url, const KeyId& id) {
    constexpr std::string_view folder = "/keys/";
    std::string kid;
    kid.reserve(base_url.size() + folder.size() + id.name.size() + 1 + id.version.size());
    kid.append(base_url).append(folder).append(id.name);
    if (!id.version.empty()) kid.append(1, '/').append(id.version);
    return kid;
}

json::object key_bundle(const KeyScene& scene, const KeyRecord& record) {
    json::object jwk{{"kid", kid_of(scene.base_url, record.id)},
                     {"kty", text(kty_word(record.spec.type))},
                     {"key_ops", key_ops_words(record.ops)}};
    add_public_half(jwk, record);
    json::object bundle{{"key", std::move(jwk)}, {"attributes", attributes_of(scene, record)}};
    add_tags(bundle, record);
    if (record.release_policy) {
        bundle["release_policy"] = json::object{{"contentType", record.release_policy->content_type},
                                                {"data", crypto::base64url(record.release_policy->data)},
                                                {"immutable", record.release_policy->immutable}};
    }
    return bundle;
}

json::object deleted_bundle(const KeyScene& scene, const KeyRecord& record) {
    json::object bundle = key_bundle(scene, record);
    add_deletion(scene, bundle, record);
    return bundle;
}

json::object key_item(const KeyScene& scene, const KeyRecord& record, KidForm form) {
    const KeyId id{record.id.name, form == KidForm::Name ? std::string{} : record.id.version};
    json::object item{{"kid", kid_of(scene.base_url, id)}, {"attributes", attributes_of(scene, record)}};
    add_tags(item, record);
    return item;
}

json::object deleted_item(const KeyScene& scene, const KeyRecord& record) {
    json::object item = key_item(scene, record, KidForm::Name);
    add_deletion(scene, item, record);
    return item;
}

Result<Reply> bundle_reply(const Exchange& exchange, const KeyRecordPtr& record) {
    const KeyScene scene = TRY(key_scene(exchange));
    return json_reply(key_bundle(scene, *record));
}

}  // namespace kvp11::rest
