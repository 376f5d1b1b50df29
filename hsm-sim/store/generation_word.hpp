// The generation of a store: a number in a mapped side file that all its processes share, and beside it when somebody
// last waited to write (write_turn.hpp).
//
// A writer makes it odd before it commits and even after, inside the database's write lock; a reader
// that finds the even number under which it read something knows that nothing has changed since.
// Thread-safe and fork-safe. The mapping is never given back, for readers may be in the middle of it.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "kvp11/result.hpp"

namespace kvp11::store {

class GenerationWord {
public:
    using Word = std::atomic<std::uint64_t>;

    /// Opens or makes the file. Where it cannot, the generation is a new odd number at each look, so
    /// nothing is ever taken for unchanged.
    static GenerationWord map_file(const std::string& path, unsigned mode);

    [[nodiscard]] std::uint64_t load() const noexcept;
    /// Returns what end_change wants.
    std::uint64_t begin_change() noexcept;
    void end_change(std::uint64_t begun) noexcept;

    /// A time of the monotonic clock.
    void note_waiting(std::int64_t time) noexcept;
    /// 0 when nobody ever waited.
    [[nodiscard]] std::int64_t last_waiting() const noexcept;

private:
    Word* word_ = nullptr;  // two of them
    bool writable_ = false;
};

}  // namespace kvp11::store
