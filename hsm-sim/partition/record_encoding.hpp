// Keys and records as the bytes that the store keeps. The name, version and revision are not in them:
// they are columns of the store, bound by the tag. docs/storage-format.md describes the layout.
//
// Decoding checks every bound; StoreDamaged for anything that encoding would not have written.
#pragma once

#include "kvp11/key.hpp"
#include "kvp11/result.hpp"
#include "partition/stored_items.hpp"

namespace kvp11::partition {

Bytes encode_key(const KeyRecord& record);
Result<KeyRecord> decode_key(const KeyId& id, std::uint64_t revision, ByteView encoded);
/// The same for a stored item, which also tells whether there is material and whether it is the latest version.
Result<KeyRecord> key_in(const StoredItem& item);

/// What is shown of a record before login: all of a public one, no attributes of a private one.
Bytes encode_record(const Record& record);
/// The attributes of a private record, to be sealed; empty for a public one.
SecretBytes encode_private_extras(const Record& record);
Result<Record> decode_record(const std::string& id, std::uint64_t revision, ByteView encoded);
Result<void> decode_private_extras(ByteView plain, Record& record);

/// The searchable objects of a key: without has_material its public half alone, none of a deleted one unless
/// its public half remains.
std::vector<StoredFace> faces_of(const KeyRecord& record);
StoredFace face_of(const Record& record);

}  // namespace kvp11::partition
