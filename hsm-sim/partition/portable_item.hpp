// PortableItem: a key's version or a record outside its partition, as backups hold it. Values and functions over
// them; thread-safe as such.
#pragma once

#include <vector>

#include "kvp11/result.hpp"
#include "kvp11/secret.hpp"
#include "partition/item_seal.hpp"
#include "partition/stored_items.hpp"
#include "store/binary_encoding.hpp"

namespace kvp11::partition {

/// `item` has neither tag nor box nor place: they belong to a partition.
struct PortableItem {
    StoredItem item;
    SecretBytes plain;  // the secret that was in the box; empty where there was none
};

/// StoreDamaged unless the item is what was sealed.
Result<PortableItem> take_out(const StoredItem& item, const ItemSeal& seal);

enum class PortableState : std::uint8_t {
    AsItWas,
    Live,  // not deleted, whatever it was
};
/// As an item of the partition that `seal` belongs to. It goes on from a random later revision, so that no process
/// takes what it remembers of the same version for this one. BackupInvalid when it does not decode.
Result<StoredItem> put_in(PortableItem portable, PortableState state, const ItemSeal& seal);

/// `head`, the number of items, the items. Sized before it is filled, so that no copies of secrets are left behind.
SecretBytes encode_items(ByteView head, const std::vector<PortableItem>& items);
enum class ItemLayout : std::uint8_t { Format1, Format2 };
/// What encode_items() wrote after the head; the reader tells whether it was whole.
std::vector<PortableItem> read_items(store::BinaryReader& reader, ItemLayout layout);

}  // namespace kvp11::partition
