#include "partition/record_encoding.hpp"

#include "store/binary_encoding.hpp"

namespace kvp11::partition {
namespace {

constexpr std::uint8_t key_format = 1;
constexpr std::uint8_t record_format = 1;

void write_extras(BinaryWriter& writer, const ExtraAttributes& extras) {
    writer.integer(static_cast<std::uint32_t>(extras.size()));
    for (const auto& [type, value] : extras) writer.integer(type).bytes(value);
}

ExtraAttributes read_extras(BinaryReader& reader) {
    ExtraAttributes extras;
    const auto count = reader.integer<std::uint32_t>();
    for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
        const auto type = reader.integer<std::uint64_t>();
        extras[type] = reader.bytes();
    }
    return extras;
}

void write_face(BinaryWriter& writer, const Face& face, bool with_extras) {
    writer.bytes(face.id).bytes(face.label).flag(face.is_private);
    write_extras(writer, with_extras ? face.extras : ExtraAttributes{});
}

Face read_face(BinaryReader& reader) {
    Face face;
    face.id = reader.bytes();
    face.label = reader.bytes();
    face.is_private = reader.flag();
    face.extras = read_extras(reader);
    return face;
}

void write_time(BinaryWriter& writer, const std::optional<std::int64_t>& time) {
    writer.flag(time.has_value()).integer(time.value_or(0));
}

std::optional<std::int64_t> read_time(BinaryReader& reader) {
    const bool present = reader.flag();
    const auto time = reader.integer<std::int64_t>();
    return present ? std::optional(time) : std::nullopt;
}

void write_spec(BinaryWriter& writer, const KeySpec& spec) {
    writer.integer(static_cast<std::uint8_t>(spec.type)).integer(spec.bits);
    writer.integer(static_cast<std::uint8_t>(spec.curve)).integer(spec.public_exponent);
}

KeySpec read_spec(BinaryReader& reader) {
    KeySpec spec;
    spec.type = reader.enumerator(KeyType::GenericSecret);
    spec.bits = reader.integer<std::uint32_t>();
    spec.curve = reader.enumerator(Curve::P256K);
    spec.public_exponent = reader.integer<std::uint32_t>();
    return spec;
}

void write_protection(BinaryWriter& writer, const Protection& protection) {
    writer.flag(protection.sensitive).flag(protection.extractable);
    writer.flag(protection.wrap_with_trusted).flag(protection.trusted);
}

Protection read_protection(BinaryReader& reader) {
    Protection protection;
    protection.sensitive = reader.flag();
    protection.extractable = reader.flag();
    protection.wrap_with_trusted = reader.flag();
    protection.trusted = reader.flag();
    return protection;
}

void write_public_key(BinaryWriter& writer, const PublicKey& key) {
    writer.integer(static_cast<std::uint8_t>(key.type)).integer(static_cast<std::uint8_t>(key.curve));
    writer.bytes(key.n).bytes(key.e).bytes(key.point);
}

PublicKey read_public_key(BinaryReader& reader) {
    PublicKey key;
    key.type = reader.enumerator(KeyType::GenericSecret);
    key.curve = reader.enumerator(Curve::P256K);
    key.n = reader.bytes();
    key.e = reader.bytes();
    key.point = reader.bytes();
    return key;
}

void write_tags(BinaryWriter& writer, const std::map<std::string, std::string>& tags) {
    writer.integer(static_cast<std::uint32_t>(tags.size()));
    for (const auto& [name, value] : tags) writer.text(name).text(value);
}

std::map<std::string, std::string> read_tags(BinaryReader& reader) {
    std::map<std::string, std::string> tags;
    const auto count = reader.integer<std::uint32_t>();
    for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
        std::string name = reader.text();
        tags[std::move(name)] = reader.text();
    }
    return tags;
}

Failure damaged(const std::string& name) {
    return fail(Errc::StoreDamaged, "the store is damaged: the record of '" + name + "' does not decode");
}

}  // namespace

Bytes encode_key(const KeyRecord& record) {
    BinaryWriter writer;
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
    return writer.take();
}

Result<KeyRecord> decode_key(const KeyId& id, std::uint64_t revision, ByteView encoded) {
    BinaryReader reader(encoded);
    KeyRecord record;
    record.id = id;
    record.revision = revision;
    if (reader.integer<std::uint8_t>() != key_format) return damaged(id.name);
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
    if (!reader.complete()) return damaged(id.name);
    return record;
}

Result<KeyRecord> key_in(const StoredItem& item) {
    KeyRecord record = TRY(decode_key(item.id, item.revision, item.metadata));
    record.has_material = !item.sealed.empty();
    return record;
}

Bytes encode_record(const Record& record) {
    BinaryWriter writer;
    writer.integer(record_format).integer(record.object_class);
    write_face(writer, record.face, !record.face.is_private);
    return writer.take();
}

SecretBytes encode_private_extras(const Record& record) {
    if (!record.face.is_private) return {};
    BinaryWriter writer;
    write_extras(writer, record.face.extras);
    Bytes plain = writer.take();
    SecretBytes secret = SecretBytes::copy_of(plain);
    explicit_bzero(plain.data(), plain.size());
    return secret;
}

Result<Record> decode_record(const std::string& id, std::uint64_t revision, ByteView encoded) {
    BinaryReader reader(encoded);
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
    BinaryReader reader(plain);
    record.face.extras = read_extras(reader);
    if (!reader.complete()) return damaged(record.id);
    return {};
}

std::vector<StoredFace> faces_of(const KeyRecord& record) {
    const bool is_pair = record.spec.type == KeyType::Rsa || record.spec.type == KeyType::Ec;
    std::vector<StoredFace> faces;
    if (record.has_material) {
        const ObjectKind kind = is_pair ? ObjectKind::PrivateKey : ObjectKind::SecretKey;
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
