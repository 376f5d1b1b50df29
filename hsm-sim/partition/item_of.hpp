// A key or record as the store's item, but for its seal; and the loop that a change goes through.
#pragma once

#include "partition/core_process.hpp"
#include "partition/stored_items.hpp"

namespace kvp11::partition {

StoredItem item_of(const KeyRecord& record);
StoredItem item_of(const Record& record, std::int64_t created);
/// A CKA_ID for a key that was made by name: 8 bytes, the same for the same name.
Bytes id_for_name(const std::string& name);

/// Runs `change` until no other process was faster.
template <class ChangeOnce>
auto until_undisturbed(ChangeOnce change_once) {
    for (int attempt = 1;; ++attempt) {
        auto result = change_once();
        if (result.ok() || result.code() != Errc::StoreConflict || attempt == most_attempts) return result;
    }
}

}  // namespace kvp11::partition
