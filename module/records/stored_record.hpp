// Records as items of the store, in the clear: a format number, the class, the face. Functions; thread-safe.
#pragma once

#include "kvp11/key.hpp"
#include "kvp11/result.hpp"
#include "store/store.hpp"

namespace kvp11::records {

store::StoredItem item_of(const Record& record, std::int64_t created);
/// StoreDamaged for what item_of would not have written.
Result<Record> record_of(const store::StoredItem& item);

/// 32 lower-case hexadecimal digits of at least 16 bytes.
std::string record_id(ByteView bytes);

}  // namespace kvp11::records
