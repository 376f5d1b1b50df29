// A small number of the calling thread's own, for what is kept once per thread so that threads do not wait for each
// other's cache lines. Two threads may share a place that is chosen by it, so places have locks. Thread-safe.
#pragma once

#include <atomic>
#include <cstddef>

namespace kvp11::host {

/// 0 for the first thread that asks, and so on; none is given twice.
inline std::size_t thread_number() noexcept {
    static std::atomic<std::size_t> next{0};
    thread_local const std::size_t mine = next.fetch_add(1, std::memory_order_relaxed);
    return mine;
}

}  // namespace kvp11::host
