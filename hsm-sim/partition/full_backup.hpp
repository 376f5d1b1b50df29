// All of a partition as one file, for partitions of the same security domain: JSON around sealed segments, so that
// neither side needs it in the clear at once. docs/storage-format.md has the bytes.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "partition/portable_item.hpp"

namespace kvp11::partition {

/// What a backup says of the partition itself.
struct FullBackupHead {
    struct Settings {
        std::string serial;
        std::uint32_t retention_days = 0;
        bool purge_protection = false;
        Bytes access_table;
    };
    std::string partition_name;
    std::int64_t created = 0;
    std::optional<Settings> settings;  // not in files of format 1
};

/// Writes a file of format 2, item by item. One caller's at a time; the domain key outlives it.
class FullBackupWriter {
public:
    static Result<FullBackupWriter> begin(const SecretBytes& domain_key, const FullBackupHead& head);
    Result<void> add(PortableItem item);
    Result<std::string> finish();

private:
    explicit FullBackupWriter(const SecretBytes& domain_key) : domain_key_(&domain_key) {}
    Result<void> seal_segment(bool is_last);

    const SecretBytes* domain_key_;
    Bytes id_;  // random; a segment of another file is not taken for one of this
    Bytes head_;
    std::uint32_t next_segment_ = 0;
    std::size_t pending_size_ = 0;
    std::vector<PortableItem> pending_;
    std::string text_;
};

/// Reads a file of format 1 or 2 and gives its items, in the order of their making. BackupForeign, BackupInvalid, or
/// what `each` failed with; items that were given before are then to be forgotten.
Result<FullBackupHead> read_full_backup(const SecretBytes& domain_key, const std::string& text,
                                        const std::function<Result<void>(PortableItem)>& each);

}  // namespace kvp11::partition
