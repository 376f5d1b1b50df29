#include "managed_hsm/changing.hpp"

#include "managed_hsm/mapping.hpp"
#include "managed_hsm/mapping_tags.hpp"
#include "managed_hsm/wire.hpp"
#include "managed_hsm/wire_word.hpp"

namespace kvp11::managed_hsm {
namespace {

constexpr std::uint64_t destroyable_number = 0x172;  // CKA_DESTROYABLE

/// A public object that was said to stay: the service has no public key without its private one.
bool must_stay(const std::optional<Face>& face) {
    if (!face) return false;
    const auto said = face->extras.find(destroyable_number);
    return said != face->extras.end() && said->second == Bytes{0};
}

bool is_cleared(const std::optional<std::optional<std::int64_t>>& date, const std::optional<std::int64_t>& before) {
    return date && !*date && before;
}

Result<void> check_update(const KeyRecord& key, const KeyUpdate& update) {
    if (is_cleared(update.not_before, key.not_before) || is_cleared(update.expires, key.expires)) {
        return refused(Errc::AttributeValueInvalid, "a date of a key cannot be taken away at the service, only moved");
    }
    // Wrapping under trusted keys alone is no less than never, which is what the service has.
    const bool loosened = update.protection && (!update.protection->sensitive || update.protection->extractable ||
                                                update.protection->trusted);
    if (loosened) return fail(Errc::AttributeReadOnly, "keys of the service are sensitive and stay there");
    if (update.ops && (*update.ops & possible_operations(key.spec.type)) == KeyOps::None) {
        return refused(Errc::AttributeValueInvalid, "a key that could do nothing: disable it instead");
    }
    if (update.public_face && !key.public_face) {
        return fail(Errc::KeyNotFound, "the public half of '" + key.id.name + "' was destroyed");
    }
    return {};
}

/// Of an old version the tags keep label and id for the day when it might be the latest again; it shows others.
Result<Face> kept_face(const KeyRecord& key, const Face& now, const Face& wanted, const Face& of_tags) {
    if (key.is_latest) return wanted;
    if (wanted.label != now.label || wanted.id != now.id) {
        return fail(Errc::AttributeReadOnly, "label and id of a version that is not the latest follow from its name");
    }
    Face face = wanted;
    face.label = of_tags.label;
    face.id = of_tags.id;
    return face;
}

Result<Tags> tags_for(const KeyRecord& key, const KeyUpdate& update, bool with_public) {
    const Faces of_tags = faces_of(key.id, true, key.tags);
    Kept kept{key.id.name, key.spec, key.generated, {}, {}, key.tags.contains(type_tag)};
    if (is_size_assumed(key)) kept.spec.bits = 0;
    kept.face = TRY(kept_face(key, key.face, update.face.value_or(key.face), of_tags.face));
    if (key.public_face && with_public) {
        const Face& wanted = update.public_face ? *update.public_face : *key.public_face;
        kept.public_face = TRY(kept_face(key, *key.public_face, wanted, *of_tags.public_face));
    }
    return tags_with(update.tags.value_or(key.tags), kept);
}

Result<KeyRecordPtr> patch(const RemoteService& service, const KeyRecord& key, const KeyUpdate& change) {
    const std::string path = key_path(key.id);
    const std::string body = update_body(key.spec.type, change);
    if (body == "{}") return service.directory().record(key.id);
    const auto answer = TRY(service.pipeline().call({.method = "PATCH",
                                                     .path = path,
                                                     .query = {},
                                                     .body = body,
                                                     .repeat = pipeline::Repeat::Safe,
                                                     .weight = pipeline::Weight::Read}));
    KeyRecord record = TRY(parse_key_bundle(answer.expose_body()));
    complete(record, key.is_latest);
    return service.directory().learn(std::move(record));
}

}  // namespace

Result<KeyRecordPtr> update_key(const RemoteService& service, const KeyId& id, const KeyUpdate& update) {
    const KeyRecordPtr key = TRY(service.directory().fetch(id));
    TRY(check_update(*key, update));
    KeyUpdate change = update;
    if (update.face || update.public_face || update.tags) {
        Tags tags = TRY(tags_for(*key, update, true));
        change.tags = tags == key->tags ? std::nullopt : std::optional(std::move(tags));
    }
    return patch(service, *key, change);
}

Result<void> remove_object(const RemoteService& service, const ObjectRef& ref) {
    if (ref.kind == ObjectKind::PublicKey) {
        const KeyRecordPtr key = TRY(service.directory().fetch(ref.id));
        if (!key->public_face) return fail(Errc::KeyNotFound, "the public half was destroyed already");
        KeyUpdate change;
        change.tags = TRY(tags_for(*key, {}, false));
        TRY(patch(service, *key, change));
        return {};
    }
    const auto known = service.directory().record(ref.id);
    if (known.ok() && must_stay((*known)->public_face)) {
        return refused(Errc::ActionProhibited, "the public half goes along, and its CKA_DESTROYABLE is false");
    }
    const std::string path = key_path({ref.id.name, {}});
    const auto answer = service.pipeline().call({.method = "DELETE",
                                                 .path = path,
                                                 .query = {},
                                                 .body = {},
                                                 .repeat = pipeline::Repeat::Once,
                                                 .weight = pipeline::Weight::Read});
    if (!answer.ok() && answer.code() != Errc::KeyNotFound) return fail(answer.error());
    service.directory().forget(ref.id.name);
    if (!answer.ok()) return fail(answer.error());
    return {};
}

}  // namespace kvp11::managed_hsm
