#include "partition/item_of.hpp"

#include "crypto/digest.hpp"
#include "partition/record_encoding.hpp"
#include "partition/rotation.hpp"
#include "store/folded_name.hpp"

namespace kvp11::partition {

StoredItem item_of(const KeyRecord& record) {
    StoredItem item;
    item.kind = ItemKind::Key;
    item.detail = static_cast<std::uint64_t>(record.spec.type);
    item.id = record.id;
    item.revision = record.revision;
    item.created = record.created;
    if (record.deletion) item.purge_at = record.deletion->scheduled_purge;
    item.rotate_at = rotation_due_at(record);
    item.metadata = encode_key(record);
    item.faces = faces_of(record);
    return item;
}

StoredItem item_of(const Record& record, std::int64_t created) {
    StoredItem item;
    item.kind = ItemKind::Record;
    item.detail = record.object_class;
    item.id = {record.id, ""};
    item.revision = record.revision;
    item.created = created;
    item.metadata = encode_record(record);
    item.faces = {face_of(record)};
    return item;
}

Bytes id_for_name(const std::string& name) {
    constexpr std::size_t id_size = 8;
    Bytes id = crypto::hash(Digest::Sha256, bytes_of(store::folded_name(name)));
    id.resize(id_size);
    return id;
}

}  // namespace kvp11::partition
