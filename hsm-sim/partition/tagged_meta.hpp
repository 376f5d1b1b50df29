// A meta value that has a tag beside it, read as one although it is two values of the store. Thread-safe.
#pragma once

#include "partition/item_seal.hpp"

namespace kvp11::partition {

/// The value, checked; empty when there is none. StoreDamaged when the tag is not this value's, StoreBusy when others
/// change it faster than it can be read.
Result<Bytes> read_tagged(Store& store, const ItemSeal& seal, const char* name, const char* tag_name);

}  // namespace kvp11::partition
