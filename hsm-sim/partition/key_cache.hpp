// KeyCache: what one process knows of the items it has read: their records and, while somebody uses
// them or they are recent, their parsed keys.
//
// An entry is good as long as the store's generation and the login are those under which it was
// checked; one that is only older may be confirmed by its revision. Thread-safe.
#pragma once

#include <array>
#include <memory>
#include <shared_mutex>
#include <unordered_map>

#include "partition/partition_key.hpp"

namespace kvp11::partition {

/// The state of the world under which something was read.
struct Stamp {
    std::uint64_t generation = 0;
    std::uint64_t login = 0;
    bool operator==(const Stamp&) const = default;
    /// Odd generations are those of a store that is being changed.
    [[nodiscard]] bool lasts() const noexcept { return generation % 2 == 0; }
};

class KeyCache {
public:
    /// Null unless it was put under the same stamp. The id is as the caller asked for it.
    [[nodiscard]] std::shared_ptr<const PartitionKey> key(const KeyId& id, const Stamp& stamp) const;
    [[nodiscard]] std::shared_ptr<const KeyRecord> record(const KeyId& id, const Stamp& stamp) const;
    /// The parsed key of this revision, read during this login, however old.
    [[nodiscard]] std::shared_ptr<const PartitionKey> earlier_key(const KeyId& id, std::uint64_t revision,
                                                                  std::uint64_t login) const;

    /// Gives the key to use: that of another thread when it parsed the same one first.
    std::shared_ptr<const PartitionKey> put(const KeyId& asked, const Stamp& stamp,
                                            std::shared_ptr<const PartitionKey> key);
    void put(const KeyId& asked, const Stamp& stamp, const std::shared_ptr<const KeyRecord>& record);
    void forget(const KeyId& id);
    void clear();

private:
    struct Entry {
        Stamp record_stamp;
        std::shared_ptr<const KeyRecord> record;
        Stamp key_stamp;
        std::weak_ptr<const PartitionKey> key;
    };
    struct HashId {
        std::size_t operator()(const KeyId& id) const noexcept {
            return std::hash<std::string>{}(id.name) ^ (std::hash<std::string>{}(id.version) << 1U);
        }
    };

    Entry& entry(const KeyId& id);
    void prune();

    mutable std::shared_mutex mutex_;
    std::unordered_map<KeyId, Entry, HashId> entries_;
    std::array<std::shared_ptr<const PartitionKey>, 1024> recent_;
    std::size_t next_recent_ = 0;
};

}  // namespace kvp11::partition
