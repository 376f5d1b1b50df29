#include "partition/portable_item.hpp"

#include <algorithm>
#include <array>

#include "crypto/random.hpp"
#include "partition/backup_seal.hpp"
#include "partition/item_of.hpp"
#include "partition/key_names.hpp"
#include "partition/record_encoding.hpp"

namespace kvp11::partition {
namespace {

Bytes head_of(const PortableItem& portable) {
    const StoredItem& item = portable.item;
    store::BinaryWriter writer;
    writer.integer(static_cast<std::uint8_t>(item.kind)).integer(item.detail).text(item.id.name).text(item.id.version);
    writer.flag(item.is_latest).integer(item.revision).integer(item.created).bytes(item.metadata);
    writer.integer(static_cast<std::uint32_t>(portable.plain.size()));
    return writer.take();
}

Result<std::uint64_t> later_revision(std::uint64_t revision) {
    std::array<std::uint8_t, 4> random{};
    TRY(crypto::random_bytes(random));
    return revision + 1 + store::BinaryReader(random).integer<std::uint32_t>();
}

Failure does_not_decode(const StoredItem& item) {
    return invalid_backup("the record of '" + item.id.name + "' does not decode");
}

// What the index and the due times say comes from the metadata, never from the backup.
Result<StoredItem> key_item(const StoredItem& from, bool has_material, PortableState state, std::uint64_t revision) {
    Result<KeyRecord> decoded = decode_key(from.id, revision, from.metadata);
    if (!decoded.ok() || !is_legal_name(from.id.name)) return does_not_decode(from);
    KeyRecord& record = *decoded;
    if (state == PortableState::Live) {
        record.deletion.reset();
        record.public_remains = false;
    }
    record.has_material = has_material && !record.deletion;
    record.is_latest = from.is_latest;
    StoredItem item = item_of(record);
    item.created = from.created;
    return item;
}

Result<StoredItem> record_item(const StoredItem& from, std::uint64_t revision) {
    const Result<Record> decoded = decode_record(from.id.name, revision, from.metadata);
    if (!decoded.ok() || !from.id.version.empty()) return does_not_decode(from);
    return item_of(*decoded, from.created);
}

}  // namespace

Result<PortableItem> take_out(const StoredItem& item, const ItemSeal& seal) {
    TRY(seal.verify(item));
    PortableItem portable{item, {}};
    if (!item.sealed.empty()) portable.plain = TRY(seal.unseal(item));
    portable.item.tag.clear();
    portable.item.sealed.clear();
    return portable;
}

Result<StoredItem> put_in(PortableItem portable, PortableState state, const ItemSeal& seal) {
    const StoredItem& from = portable.item;
    const std::uint64_t revision = TRY(later_revision(from.revision));
    StoredItem item = TRY(from.kind == ItemKind::Key ? key_item(from, !portable.plain.empty(), state, revision)
                                                     : record_item(from, revision));
    TRY(seal.seal(item, portable.plain));
    return item;
}

SecretBytes encode_items(ByteView head, const std::vector<PortableItem>& items) {
    const Bytes count = store::BinaryWriter().integer(static_cast<std::uint32_t>(items.size())).take();
    std::vector<Bytes> heads;
    heads.reserve(items.size());
    std::size_t size = head.size() + count.size();
    for (const PortableItem& item : items) size += heads.emplace_back(head_of(item)).size() + item.plain.size();
    SecretBytes whole(size);
    std::uint8_t* out = whole.expose_writable().data();
    const auto append = [&out](ByteView bytes) { out = std::copy(bytes.begin(), bytes.end(), out); };
    append(head);
    append(count);
    for (std::size_t i = 0; i < items.size(); ++i) {
        append(heads[i]);
        append(items[i].plain.expose_bytes());
    }
    return whole;
}

std::vector<PortableItem> read_items(store::BinaryReader& reader, ItemLayout layout) {
    std::vector<PortableItem> items;
    for (auto left = reader.integer<std::uint32_t>(); left > 0 && reader.ok(); --left) {
        PortableItem portable;
        StoredItem& item = portable.item;
        item.kind = reader.enumerator(ItemKind::Record);
        item.detail = reader.integer<std::uint64_t>();
        item.id.name = reader.text();
        item.id.version = reader.text();
        if (layout == ItemLayout::Format2) item.is_latest = reader.flag();
        item.revision = reader.integer<std::uint64_t>();
        item.created = reader.integer<std::int64_t>();
        item.metadata = reader.bytes();
        portable.plain = SecretBytes::copy_of(reader.view());
        items.push_back(std::move(portable));
    }
    return items;
}

}  // namespace kvp11::partition
