// One key as a compact JWE of the service's form, for partitions of the same security domain. Pure functions but for
// the random part. docs/storage-format.md has the bytes.
#pragma once

#include <string>
#include <vector>

#include "partition/portable_item.hpp"

namespace kvp11::partition {

struct KeyBackup {
    std::string partition_name;          // where it was made
    std::int64_t created = 0;            // when
    std::vector<PortableItem> versions;  // from old to new; one or more
};

Result<std::string> make_key_backup(const SecretBytes& domain_key, const KeyBackup& backup);
/// BackupForeign when another domain made it, BackupInvalid when it was changed, is cut short or is something else.
Result<KeyBackup> open_key_backup(const SecretBytes& domain_key, const std::string& text);

}  // namespace kvp11::partition
