// PartitionWatch: how the partition is, looked at now and then, so that whoever asks costs nothing. Thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>

#include "partition/partition.hpp"

namespace kvp11::server {

class Exposition;

struct PartitionState {
    LifeCycle life_cycle = LifeCycle::Error;
    std::array<std::uint64_t, key_type_count> keys_of{};  // by KeyType
    std::uint64_t records = 0;
    [[nodiscard]] std::uint64_t keys() const noexcept;
};

class PartitionWatch {
public:
    explicit PartitionWatch(const partition::Partition& partition) : partition_(partition) {}
    void refresh();
    [[nodiscard]] PartitionState state() const;
    void write(Exposition& exposition) const;

private:
    const partition::Partition& partition_;
    mutable std::mutex mutex_;
    PartitionState state_;
};

}  // namespace kvp11::server
