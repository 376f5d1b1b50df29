// A number that differs in every process, also in a child after fork(), for the price of a memory read.
//
// What must not cross a fork (SQLite connections, mutexes, caches) remembers the mark under which it
// was made and is abandoned, never closed, when the mark is another one. Thread-safe.
#pragma once

#include <cstdint>

namespace kvp11::host {

/// Never zero. A page that the kernel empties in the child (MADV_WIPEONFORK) tells the processes apart.
std::uint64_t process_mark() noexcept;

}  // namespace kvp11::host
