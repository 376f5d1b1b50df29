// The store's words, as this room uses them.
#pragma once

#include "store/store.hpp"

namespace kvp11::partition {

using store::AddVersion;
using store::Batch;
using store::Due;
using store::EraseEverything;
using store::EraseItem;
using store::EraseMeta;
using store::InsertItem;
using store::ItemCount;
using store::ItemKind;
using store::NameQuery;
using store::NameState;
using store::PutMeta;
using store::ReplaceItem;
using store::RestoreItem;
using store::Store;
using store::StoredFace;
using store::StoredItem;

}  // namespace kvp11::partition
