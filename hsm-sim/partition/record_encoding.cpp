#include "partition/record_encoding.hpp"

#include "store/binary_encoding.hpp"

namespace kvp11::partition {
namespace {

constexpr std::uint8_t key_format = 2;
constexpr std::uint8_t key_format_without_versions = 1;  // schema version 1
constexpr std::uint8_t record_format = 1;

void write_extras(store::BinaryWriter& writer, const ExtraAttributes& extras) {
    writer.integer(static_cast<std::uint32_t>(extras.size()));
    for (const auto& [type, value] : extras) writer.integer(type).bytes(value);
}

ExtraAttributes read_extras(store::BinaryReader& reader) {
    ExtraAttributes extras;
    const auto count = reader.integer<std::uint32_t>();
    for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
        const auto type = reader.integer<std::uint64_t>();
        extras[type] = reader.bytes();
    }
    return extras;
}

void write_face(store::BinaryWriter& writer, const Face& face, bool with_extras) {
    writer.bytes(face.id).bytes(face.label).flag(face.is_private);
    write_extras(writer, with_extras ? face.extras : ExtraAttributes{});
}

Face read_face(store::BinaryReader& reader) {
    Face face;
    face.id = reader.bytes();
    face.label = reader.bytes();
    face.is_private = reader.flag();
    face.extras = read_extras(reader);
    return face;
}

void write_time(store::BinaryWriter& writer, const std::optional<std::int64_t>& time) {
    writer.flag(time.has_value()).integer(time.value_or(0));
}

std::optional<std::int64_t> read_time(store::BinaryReader& reader) {
    const bool present = reader.flag();
    const auto time = reader.integer<std::int64_t>();
    return present ? std::optional(time) : std::nullopt;
}

void write_spec(store::BinaryWriter& writer, const KeySpec& spec) {
    writer.integer(static_cast<std::uint8_t>(spec.type)).integer(spec.bits);
    writer.integer(static_cast<std::uint8_t>(spec.curve)).integer(spec.public_exponent);
}

KeySpec read_spec(store::BinaryReader& reader) {
    KeySpec spec;
    spec.type = reader.enumerator(KeyType::AesXts);
    spec.bits = reader.integer<std::uint32_t>();
    spec.curve = reader.enumerator(Curve::X448);
    spec.public_exponent = reader.integer<std::uint32_t>();
    return spec;
}

void write_protection(store::BinaryWriter& writer, const Protection& protection) {
    writer.flag(protection.sensitive).flag(protection.extractable);
    writer.flag(protection.wrap_with_trusted).flag(protection.trusted);
}

Protection read_protection(store::BinaryReader& reader) {
    Protection protection;
    protection.sensitive = reader.flag();
    protection.extractable = reader.flag();
    protection.wrap_with_trusted = reader.flag();
    protection.trusted = reader.flag();
    return protection;
}

void write_public_key(store::BinaryWriter& writer, const PublicKey& key) {
    writer.integer(static_cast<std::uint8_t>(key.type)).integer(static_cast<std::uint8_t>(key.curve));
    writer.bytes(key.n).bytes(key.e).bytes(key.point);
}

PublicKey read_public_key(store::BinaryReader& reader) {
    PublicKey key;
    key.type = reader.enumerator(KeyType::AesXts);
    key.curve = reader.enumerator(Curve::X448);
    key.n = reader.bytes();
    key.e = reader.bytes();
    key.point = reader.bytes();
    return key;
}

void write_tags(store::BinaryWriter& writer, const std::map<std::string, std::string>& tags) {
    writer.integer(static_cast<std::uint32_t>(tags.size()));
    for (const auto& [name, value] : tags) writer.text(name).text(value);
}

std::map<std::string, std::string> read_tags(store::BinaryReader& reader) {
    std::map<std::string, std::string> tags;
    const auto count = reader.integer<std::uint32_t>();
    for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
        std::string name = reader.text();
        tags[std::move(name)] = reader.text();
    }
    return tags;
}

void write_period(store::BinaryWriter& writer, const std::optional<Period>& period) {
    writer.flag(period.has_value());
    if (period) writer.integer(period->years).integer(period->months).integer(period->days);
}

std::optional<Period> read_period(store::BinaryReader& reader) {
    if (!reader.flag()) return std::nullopt;
    Period period;
    period.years = reader.integer<std::uint32_t>();
    period.months = reader.integer<std::uint32_t>();
    period.days = reader.integer<std::uint32_t>();
    return period;
}

void write_rotation(store::BinaryWriter& writer, const std::optional<RotationPolicy>& policy) {
    writer.flag(policy.has_value());
    if (!policy) return;
    writer.integer(static_cast<std::uint32_t>(policy->actions.size()));
    for (const LifetimeAction& action : policy->actions) {
        writer.integer(static_cast<std::uint8_t>(action.type));
        write_period(writer, action.time_after_create);
        write_period(writer, action.time_before_expiry);
    }
    write_period(writer, policy->expiry_time);
    writer.integer(policy->created).integer(policy->updated);
}

std::optional<RotationPolicy> read_rotation(store::BinaryReader& reader) {
    if (!reader.flag()) return std::nullopt;
    RotationPolicy policy;
    for (auto left = reader.integer<std::uint32_t>(); left > 0 && reader.ok(); --left) {
        LifetimeAction action;
        action.type = reader.enumerator(LifetimeActionType::Notify);
        action.time_after_create = read_period(reader);
        action.time_before_expiry = read_period(reader);
        policy.actions.push_back(action);
    }
    policy.expiry_time = read_period(reader);
    policy.created = reader.integer<std::int64_t>();
    policy.updated = reader.integer<std::int64_t>();
    return policy;
}

void write_life(store::BinaryWriter& writer, const KeyRecord& record) {
    writer.flag(record.exportable).flag(record.release_policy.has_value());
    if (record.release_policy) {
        writer.text(record.release_policy->content_type).bytes(record.release_policy->data);
        writer.flag(record.release_policy->immutable);
    }
    writer.flag(record.deletion.has_value());
    if (record.deletion) writer.integer(record.deletion->deleted).integer(record.deletion->scheduled_purge);
    writer.flag(record.public_remains).flag(record.generated);
    write_rotation(writer, record.rotation_policy);
}

void read_life(store::BinaryReader& reader, KeyRecord& record) {
    record.exportable = reader.flag();
    if (reader.flag()) {
        ReleasePolicy policy;
        policy.content_type = reader.text();
        policy.data = reader.bytes();
        policy.immutable = reader.flag();
        record.release_policy = std::move(policy);
    }
    if (reader.flag()) {
        Deletion deletion;
        deletion.deleted = reader.integer<std::int64_t>();
        deletion.scheduled_purge = reader.integer<std::int64_t>();
        record.deletion = deletion;
    }
    record.public_remains = reader.flag();
    record.generated = reader.flag();
    record.rotation_policy = read_rotation(reader);
}

Failure damaged(const std::string& name) {
    return fail(Errc::StoreDamaged, "the store is damaged: the record of '" + name + "' does not decode");
}

}  // namespace

Bytes encode_key(const KeyRecord& record) {
    store::BinaryWriter writer;
    writer.integer(key_format);
    write_spec(writer, record.spec);
    writer.integer(static_cast<std::uint16_t>(record.ops));
    write_protection(writer, record.protection);
    writer.flag(record.enabled);
    write_time(writer, record.not_before);
    write_time(writer, record.expires);
    writer.integer(record.created).integer(record.updated);
    write_tags(writer, record.tags);
    write_public_key(writer, record.public_key);
    write_face(writer, record.face, true);
    writer.flag(record.public_face.has_value());
    if (record.public_face) write_face(writer, *record.public_face, true);
    write_life(writer, record);
    return writer.take();
}

Result<KeyRecord> decode_key(const KeyId& id, std::uint64_t revision, ByteView encoded) {
    store::BinaryReader reader(encoded);
    KeyRecord record;
    record.id = id;
    record.revision = revision;
    const auto written_as = reader.integer<std::uint8_t>();
    if (written_as != key_format && written_as != key_format_without_versions) return damaged(id.name);
    record.spec = read_spec(reader);
    record.ops = static_cast<KeyOps>(reader.integer<std::uint16_t>());
    record.protection = read_protection(reader);
    record.enabled = reader.flag();
    record.not_before = read_time(reader);
    record.expires = read_time(reader);
    record.created = reader.integer<std::int64_t>();
    record.updated = reader.integer<std::int64_t>();
    record.tags = read_tags(reader);
    record.public_key = read_public_key(reader);
    record.face = read_face(reader);
    if (reader.flag()) record.public_face = read_face(reader);
    if (written_as == key_format) read_life(reader, record);
    if (!reader.complete()) return damaged(id.name);
    return record;
}

Result<KeyRecord> key_in(const StoredItem& item) {
    KeyRecord record = TRY(decode_key(item.id, item.revision, item.metadata));
    record.has_material = !item.sealed.empty() && !record.deletion;
    record.is_latest = item.is_latest;
    return record;
}

Bytes encode_record(const Record& record) {
    store::BinaryWriter writer;
    writer.integer(record_format).integer(record.object_class);
    write_face(writer, record.face, !record.face.is_private);
    return writer.take();
}

SecretBytes encode_private_extras(const Record& record) {
    if (!record.face.is_private) return {};
    store::BinaryWriter writer;
    write_extras(writer, record.face.extras);
    Bytes plain = writer.take();
    SecretBytes secret = SecretBytes::copy_of(plain);
    explicit_bzero(plain.data(), plain.size());
    return secret;
}

Result<Record> decode_record(const std::string& id, std::uint64_t revision, ByteView encoded) {
    store::BinaryReader reader(encoded);
    Record record;
    record.id = id;
    record.revision = revision;
    if (reader.integer<std::uint8_t>() != record_format) return damaged(id);
    record.object_class = reader.integer<std::uint64_t>();
    record.face = read_face(reader);
    if (!reader.complete()) return damaged(id);
    return record;
}

Result<void> decode_private_extras(ByteView plain, Record& record) {
    store::BinaryReader reader(plain);
    record.face.extras = read_extras(reader);
    if (!reader.complete()) return damaged(record.id);
    return {};
}

std::vector<StoredFace> faces_of(const KeyRecord& record) {
    const bool has_halves = is_pair(record.spec.type);
    std::vector<StoredFace> faces;
    if (record.deletion && !record.public_remains) return faces;
    if (record.has_material && !record.deletion) {
        const ObjectKind kind = has_halves ? ObjectKind::PrivateKey : ObjectKind::SecretKey;
        faces.push_back({kind, 0, record.face.id, record.face.label, record.face.is_private});
    }
    if (record.public_face) {
        const Face& face = *record.public_face;
        faces.push_back({ObjectKind::PublicKey, 0, face.id, face.label, face.is_private});
    }
    return faces;
}

StoredFace face_of(const Record& record) {
    const Face& face = record.face;
    return {ObjectKind::Record, record.object_class, face.id, face.label, face.is_private};
}

}  // namespace kvp11::partition
