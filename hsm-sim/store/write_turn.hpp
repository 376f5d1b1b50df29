// WriteTurn: how one connection waits for the write lock, and lets others have it.
//
// SQLite's lock goes to whoever asks first when it is free, which is nearly always the process that has just given it
// back. So who waits asks often and says in the generation's file that it does, and who has just written and reads
// that steps back for a moment. One caller's at a time.
#pragma once

#include <cstdint>

#include "store/generation_word.hpp"

namespace kvp11::store {

/// Ten seconds of asking again and again, the lock taken each time. Of the time between two attempts at most a second
/// counts: a process that stood still for longer (stopped, frozen with its container, starved of processors) was not
/// there to be given the lock, and asks on. Times are nanoseconds of the monotonic clock.
class WaitedTime {
public:
    void begin(std::int64_t time) noexcept;
    /// At each attempt after that.
    bool is_long_enough(std::int64_t time) noexcept;

private:
    std::int64_t waited_ = 0;
    std::int64_t last_ = 0;
};

class WriteTurn {
public:
    explicit WriteTurn(GenerationWord generation) : generation_(generation) {}

    /// Sleeps a little between two attempts, the first of which is number 0; false when it has been long enough.
    bool wait(int attempt) noexcept;
    /// Before an attempt.
    void yield() const noexcept;
    /// After a commit.
    void done() noexcept { written_ = generation_.load(); }

private:
    GenerationWord generation_;
    std::uint64_t written_ = 0;  // the generation that our last commit left
    WaitedTime waited_;
};

}  // namespace kvp11::store
