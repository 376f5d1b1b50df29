// What becomes of keys: deleted ones, backup and restore of one, rotation, release, attestation.
#include <array>

#include "crypto/jose.hpp"
#include "rest/metered.hpp"
#include "rest/path_key.hpp"
#include "rest/release_signer.hpp"
#include "rest/wire_algorithm.hpp"
#include "rest/wire_key.hpp"
#include "rest/wire_release.hpp"
#include "rest/wire_rotation.hpp"
#include "rest/wire_word.hpp"

namespace kvp11::rest {
namespace {

constexpr unsigned no_content = 204;

// --- deleted keys

Result<Reply> list_deleted_keys(Exchange& exchange) {
    const PageRequest wanted = TRY(exchange.page());
    const KeyPage page = TRY(exchange.partition->list_deleted_keys(wanted));
    const KeyScene scene = TRY(key_scene(exchange));
    return json_reply(
        key_list(exchange, "/deletedkeys", page, [&](const KeyRecord& record) { return deleted_item(scene, record); }));
}

Result<Reply> get_deleted_key(Exchange& exchange) {
    const KeyId id = TRY(path_key(exchange));
    const KeyRecordPtr record = TRY(exchange.partition->deleted_key(id.name));
    if (!is_of_service(record->spec.type)) return fail(Errc::KeyNotFound, "there is no deleted key '" + id.name + "'");
    const KeyScene scene = TRY(key_scene(exchange));
    return json_reply(deleted_bundle(scene, *record));
}

Result<Reply> recover_key(Exchange& exchange) {
    const KeyId id = TRY(path_key(exchange));
    const KeyRecordPtr record = TRY(exchange.partition->recover_key(id.name));
    return bundle_reply(exchange, record);
}

Result<Reply> purge_key(Exchange& exchange) {
    const KeyId id = TRY(path_key(exchange));
    TRY(exchange.partition->purge_key(id.name));
    return Reply{.status = no_content};
}

// --- one key as bytes: base64url of the partition's JWE

Result<Reply> backup_key(Exchange& exchange) {
    const KeyId id = TRY(path_key(exchange));
    const std::string backup = TRY(exchange.partition->backup_key(id.name));
    return json_reply({{"value", crypto::base64url(bytes_of(backup))}});
}

Result<Reply> restore_key(Exchange& exchange) {
    const Bytes value = TRY(binary_member(exchange.members(), "value"));
    const KeyRecordPtr record = TRY(exchange.partition->restore_key(std::string(text_of(value))));
    return bundle_reply(exchange, record);
}

// --- rotation

Result<Reply> rotate_key(Exchange& exchange) {
    const KeyId id = TRY(path_key(exchange));
    const std::shared_ptr<const Key> key = peek_key(exchange);
    if (key && key->record().spec.type == KeyType::Rsa && !exchange.on_worker) return on_workers();
    if (auto refused = exchange.throttle(key ? &key->record().spec : nullptr)) return std::move(*refused);
    const KeyRecordPtr record = TRY(exchange.partition->rotate_key(id.name));
    return bundle_reply(exchange, record);
}

Reply policy_reply(const Exchange& exchange, const KeyId& id, const RotationPolicy& policy) {
    return json_reply(rotation_policy_json(kid_of(exchange.base_url, id) + "/rotationpolicy", policy));
}

Result<Reply> get_rotation_policy(Exchange& exchange) {
    const KeyId id = TRY(path_key(exchange));
    const RotationPolicy policy = TRY(exchange.partition->rotation_policy(id.name));
    return policy_reply(exchange, id, policy);
}

Result<Reply> put_rotation_policy(Exchange& exchange) {
    const KeyId id = TRY(path_key(exchange));
    const RotationPolicy wanted = TRY(rotation_policy_of(exchange.members()));
    const RotationPolicy kept = TRY(exchange.partition->set_rotation_policy(id.name, wanted));
    return policy_reply(exchange, id, kept);
}

// --- release and attestation

Result<identity::Attestation> attested(const Exchange& exchange, std::string_view target) {
    if (!exchange.site.attestation) {
        return refused(exchange, {Errc::AccessDenied, "No attestation authority is trusted here"});
    }
    Result<identity::Attestation> attestation = exchange.site.attestation->verify(target);
    if (!attestation.ok()) return refused(exchange, attestation.error());
    return attestation;
}

Result<Reply> release_key(Exchange& exchange) {
    const KeyId id = TRY(path_key(exchange));
    const std::string_view target = TRY(text_member(exchange.members(), "target"));
    const auto enc = TRY(optional_text(exchange.members(), "enc"));
    const auto nonce = TRY(optional_text(exchange.members(), "nonce"));
    const WrapAlgorithm wrapping = TRY(release_wrap_named(enc.value_or("")));
    const std::shared_ptr<const Key> key = peek_key(exchange);
    if (auto refused = exchange.throttle(key ? &key->record().spec : nullptr)) return std::move(*refused);
    const identity::Attestation attestation = TRY(attested(exchange, target));
    const ReleasedKey released = TRY(exchange.partition->release_key(id, attestation.environment, wrapping));
    const KeyScene scene = TRY(key_scene(exchange));
    const ReleaseRequest request{kid_of(exchange.base_url, id), std::string(enc.value_or("CKM_RSA_AES_KEY_WRAP")),
                                 std::string(nonce.value_or(""))};
    const json::object payload = release_payload(exchange, scene, request, released, attestation.recipient_id);
    const std::string jws = TRY(exchange.site.release_signer->sign(payload));
    return json_reply({{"value", jws}});
}

Result<Reply> get_attestation(Exchange& exchange) {
    constexpr const char* statement_form = "KVP11-1";
    const KeyId id = TRY(path_key(exchange));
    const KeyAttestation attestation = TRY(exchange.partition->attest_key(id));
    const KeyRecordPtr record = TRY(exchange.partition->key_record(id));
    const KeyScene scene = TRY(key_scene(exchange));
    json::object bundle = key_bundle(scene, *record);
    json::object statements{{"certificatePemFile", crypto::base64url(bytes_of(attestation.certificates_pem))},
                            {"privateKeyAttestation", crypto::base64url(bytes_of(attestation.statement))},
                            {"version", statement_form}};
    if (!attestation.public_statement.empty()) {
        statements["publicKeyAttestation"] = crypto::base64url(bytes_of(attestation.public_statement));
    }
    bundle["attributes"].as_object()["attestation"] = std::move(statements);
    return json_reply(bundle);
}

using partition::Operation;
constexpr auto rows = std::to_array<Route>({
    {Method::Get, "/deletedkeys", Operation::KeyListDeleted, metered<list_deleted_keys>},
    {Method::Get, "/deletedkeys/{name}", Operation::KeyGetDeleted, metered<get_deleted_key>},
    {Method::Delete, "/deletedkeys/{name}", Operation::KeyPurge, metered<purge_key>},
    {Method::Post, "/deletedkeys/{name}/recover", Operation::KeyRecover, metered<recover_key>},
    {Method::Post, "/keys/{name}/backup", Operation::KeyBackup, metered<backup_key>, BodyUse::None, Place::Worker},
    {Method::Post, "/keys/restore", Operation::KeyRestore, metered<restore_key>, BodyUse::Json, Place::Worker},
    {Method::Post, "/keys/{name}/rotate", Operation::KeyRotate, rotate_key},
    {Method::Get, "/keys/{name}/rotationpolicy", Operation::KeyRotationPolicyGet, metered<get_rotation_policy>},
    {Method::Put, "/keys/{name}/rotationpolicy", Operation::KeyRotationPolicySet, metered<put_rotation_policy>,
     BodyUse::Json},
    {Method::Post, "/keys/{name}/{version?}/release", Operation::KeyRelease, release_key, BodyUse::Json, Place::Worker},
    {Method::Get, "/keys/{name}/{version?}/attestation", Operation::KeyAttestationGet, metered<get_attestation>,
     BodyUse::None, Place::Worker},
});

}  // namespace

std::span<const Route> key_life_routes() noexcept { return rows; }

}  // namespace kvp11::rest
