// ItemSeal: what a partition key does to the items of the store.
//
// The tag authenticates an item's metadata, the box holds its secret; both are bound to the item's
// kind, name, version and revision and to the metadata, so neither a row nor a part of one can be
// changed or moved unnoticed. Immutable, thread-safe.
#pragma once

#include "kvp11/result.hpp"
#include "kvp11/secret.hpp"
#include "partition/stored_items.hpp"

namespace kvp11::partition {

class ItemSeal {
public:
    static Result<ItemSeal> derive(const SecretBytes& partition_key);

    /// Sets `tag` and `sealed` of an item that is complete otherwise; an empty `plain` leaves no box.
    Result<void> seal(StoredItem& item, const SecretBytes& plain) const;
    /// StoreDamaged unless the metadata are what was sealed.
    Result<void> verify(const StoredItem& item) const;
    Result<SecretBytes> unseal(const StoredItem& item) const;

    /// A tag over anything else, by what it is.
    [[nodiscard]] Result<Bytes> tag_of(std::string_view what, ByteView message) const;

private:
    ItemSeal(SecretBytes material_key, SecretBytes metadata_key)
        : material_key_(std::move(material_key)), metadata_key_(std::move(metadata_key)) {}

    SecretBytes material_key_;
    SecretBytes metadata_key_;
};

/// Whether two tags are the same, in constant time.
bool same_tag(ByteView left, ByteView right) noexcept;

}  // namespace kvp11::partition
