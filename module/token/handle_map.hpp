// HandleMap<T>: the one way in which handles stand for things, for sessions and for objects.
//
// Handles count upward through 31 bits and are never 0; a handle is not given out again before all
// others were, in the whole process. The map shares ownership of what it holds, so whoever looked a
// thing up keeps it alive through a concurrent removal. Thread-safe; spread over shards so that
// threads working with different handles seldom touch the same cache line.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "kvp11/pkcs11.h"

namespace kvp11::token {

using Handle = CK_ULONG;

template <class T>
class HandleMap {
public:
    Handle add(std::shared_ptr<T> item) {
        for (;;) {
            const Handle handle = next_.fetch_add(1, std::memory_order_relaxed) & 0x7fffffffU;
            if (handle == CK_INVALID_HANDLE) continue;
            Shard& shard = shard_of(handle);
            std::lock_guard lock(shard.mutex);
            if (shard.items.try_emplace(handle, std::move(item)).second) return handle;
        }
    }

    /// Null when there is no such handle; likewise for remove().
    [[nodiscard]] std::shared_ptr<T> find(Handle handle) const {
        const Shard& shard = shard_of(handle);
        std::lock_guard lock(shard.mutex);
        const auto at = shard.items.find(handle);
        return at == shard.items.end() ? nullptr : at->second;
    }

    std::shared_ptr<T> remove(Handle handle) {
        Shard& shard = shard_of(handle);
        std::lock_guard lock(shard.mutex);
        const auto at = shard.items.find(handle);
        if (at == shard.items.end()) return nullptr;
        std::shared_ptr<T> item = std::move(at->second);
        shard.items.erase(at);
        return item;
    }

    /// What was in the map at some time during the call, with its handle.
    [[nodiscard]] std::vector<std::pair<Handle, std::shared_ptr<T>>> all() const {
        std::vector<std::pair<Handle, std::shared_ptr<T>>> items;
        for (const Shard& shard : shards_) {
            std::lock_guard lock(shard.mutex);
            items.insert(items.end(), shard.items.begin(), shard.items.end());
        }
        return items;
    }

private:
    struct alignas(64) Shard {
        mutable std::mutex mutex;
        std::unordered_map<Handle, std::shared_ptr<T>> items;
    };
    Shard& shard_of(Handle handle) { return shards_[handle % shards_.size()]; }
    const Shard& shard_of(Handle handle) const { return shards_[handle % shards_.size()]; }

    std::array<Shard, 32> shards_;
    static inline std::atomic<std::uint32_t> next_{1};
};

}  // namespace kvp11::token
