#include "host/process_mark.hpp"

#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <atomic>

namespace kvp11::host {
namespace {

using Word = std::atomic<std::uint64_t>;

// Null when the kernel is older than MADV_WIPEONFORK (4.14).
Word* map_wiped_page() noexcept {
    const auto size = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    void* page = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) return nullptr;
    if (madvise(page, size, MADV_WIPEONFORK) != 0) {
        munmap(page, size);
        return nullptr;
    }
    return new (page) Word(0);
}

// The time keeps a process apart from an ancestor whose number the kernel gave out again.
std::uint64_t fresh_mark() noexcept {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    const auto seconds = static_cast<std::uint64_t>(now.tv_sec);
    const auto ticks = seconds * 1'000'000'000U + static_cast<std::uint64_t>(now.tv_nsec);
    return (ticks << 22U) ^ static_cast<std::uint64_t>(getpid()) ^ (1ULL << 63U);
}

}  // namespace

std::uint64_t process_mark() noexcept {
    static Word* const word = map_wiped_page();
    if (!word) return static_cast<std::uint64_t>(getpid());
    std::uint64_t mark = word->load(std::memory_order_relaxed);
    if (mark != 0) return mark;
    const std::uint64_t fresh = fresh_mark();
    return word->compare_exchange_strong(mark, fresh) ? fresh : mark;
}

}  // namespace kvp11::host
