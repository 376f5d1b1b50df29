// ForkGuarded<T>: a value behind a mutex that a child of fork can always lock.
//
// The child's first lock takes the value over from its parent. Only if a thread of the parent was changing it at the
// very moment of the fork, nobody knows what it holds: then the child begins with an empty T. What was the parent's is
// left where it is. Hold it for moments only: never over I/O, sleep or calls of others.
#pragma once

#include <sched.h>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <utility>

#include "host/process_mark.hpp"

namespace kvp11::pipeline {

template <class T>
class ForkGuarded {
    struct Cell {
        const std::uint64_t mark = host::process_mark();
        std::atomic<std::uint64_t> heir{0};  // the process that takes over
        std::mutex mutex;
        T value{};
    };

public:
    class Locked {
    public:
        explicit Locked(Cell& cell) : cell_(cell), lock_(cell.mutex) {}
        T& operator*() const noexcept { return cell_.value; }
        T* operator->() const noexcept { return &cell_.value; }

    private:
        Cell& cell_;
        std::unique_lock<std::mutex> lock_;
    };

    ForkGuarded() : cell_(new Cell) {}
    ~ForkGuarded() {
        Cell* cell = cell_.load();
        if (cell->mark == host::process_mark()) delete cell;
    }
    ForkGuarded(const ForkGuarded&) = delete;
    ForkGuarded& operator=(const ForkGuarded&) = delete;

    Locked lock() const {
        Cell* cell = cell_.load(std::memory_order_acquire);
        while (cell->mark != host::process_mark()) cell = inherit(cell);
        return Locked(*cell);
    }

private:
    Cell* inherit(Cell* old) const {
        const std::uint64_t mark = host::process_mark();
        std::uint64_t heir = old->heir.load();
        if (heir == mark || !old->heir.compare_exchange_strong(heir, mark)) {
            sched_yield();  // another thread of this process is at it
            return cell_.load(std::memory_order_acquire);
        }
        Cell* fresh = new Cell;
        // heir: a parent of ours had begun to take over, too.
        if (heir == 0 && old->mutex.try_lock()) fresh->value = std::move(old->value);
        cell_.store(fresh, std::memory_order_release);
        return fresh;
    }

    mutable std::atomic<Cell*> cell_;
};

}  // namespace kvp11::pipeline
