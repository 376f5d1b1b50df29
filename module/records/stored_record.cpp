#include "records/stored_record.hpp"

#include "store/binary_encoding.hpp"

namespace kvp11::records {

namespace {

constexpr std::uint8_t format = 1;

}  // namespace

store::StoredItem item_of(const Record& record, std::int64_t created) {
    const Face& face = record.face;
    store::BinaryWriter writer;
    writer.integer(format).integer(record.object_class).bytes(face.id).bytes(face.label);
    writer.integer(static_cast<std::uint32_t>(face.extras.size()));
    for (const auto& [type, value] : face.extras) writer.integer(type).bytes(value);
    store::StoredItem item;
    item.kind = store::ItemKind::Record;
    item.detail = record.object_class;
    item.id = {record.id, {}};
    item.revision = record.revision;
    item.created = created;
    item.metadata = writer.take();
    item.faces = {{ObjectKind::Record, record.object_class, face.id, face.label, false}};
    return item;
}

Result<Record> record_of(const store::StoredItem& item) {
    store::BinaryReader reader(item.metadata);
    const auto written_as = reader.integer<std::uint8_t>();
    Record record;
    record.id = item.id.name;
    record.revision = item.revision;
    record.object_class = reader.integer<std::uint64_t>();
    record.face.is_private = false;
    record.face.id = reader.bytes();
    record.face.label = reader.bytes();
    const auto count = reader.integer<std::uint32_t>();
    for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
        const auto type = reader.integer<std::uint64_t>();
        record.face.extras[type] = reader.bytes();
    }
    if (written_as != format || !reader.complete())
        return fail(Errc::StoreDamaged, "the record '" + record.id + "' is damaged");
    return record;
}

std::string record_id(ByteView bytes) {
    constexpr char digits[] = "0123456789abcdef";
    std::string id;
    for (const std::uint8_t byte : bytes.first(16)) id += {digits[byte >> 4U], digits[byte & 15U]};
    return id;
}

}  // namespace kvp11::records
