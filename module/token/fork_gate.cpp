#include "token/fork_gate.hpp"

#include <linux/membarrier.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>

namespace kvp11::token {

namespace {

/// One thread's sign at the door. Signs of threads that ended are used again.
struct alignas(64) Mark {
    std::atomic<bool> inside{false};
    std::atomic<bool> taken{true};
    Mark* next = nullptr;
};

std::atomic<Mark*> marks{nullptr};
std::atomic<unsigned> forking{0};  // threads that are about to fork
std::atomic<unsigned> fork_count{0};

/// Whether a thread that forks can make all others see what it wrote, and be seen. Then the calls, which are
/// very many, need no fence, because the forks, which are very few, pay for it (membarrier(2)).
std::atomic<bool> forker_fences{false};

bool membarrier(int command) noexcept { return syscall(SYS_membarrier, command, 0, 0) == 0; }

void register_fence() noexcept { forker_fences.store(membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED)); }

void show(std::atomic<bool>& inside) noexcept {
    if (forker_fences.load(std::memory_order_relaxed)) {
        inside.store(true, std::memory_order_relaxed);
        std::atomic_signal_fence(std::memory_order_seq_cst);
    } else {
        inside.store(true);
    }
}

// Long enough for any local operation; an RSA-4096 pair takes some seconds.
constexpr int patience_in_milliseconds = 5000;

thread_local Mark* own_mark = nullptr;

/// Gives the mark back when its thread ends.
struct Return {
    ~Return() {
        if (own_mark != nullptr) own_mark->taken.store(false, std::memory_order_release);
        own_mark = nullptr;
    }
    void arm() const noexcept {}
};
thread_local Return own_return;

Mark* claim_mark() {
    own_return.arm();
    for (Mark* mark = marks.load(std::memory_order_acquire); mark != nullptr; mark = mark->next) {
        bool is_taken = false;
        if (mark->taken.compare_exchange_strong(is_taken, true)) return own_mark = mark;
    }
    Mark* mark = new Mark;
    mark->next = marks.load(std::memory_order_relaxed);
    while (!marks.compare_exchange_weak(mark->next, mark)) {
    }
    return own_mark = mark;
}

bool somebody_else_inside() noexcept {
    for (const Mark* mark = marks.load(); mark != nullptr; mark = mark->next) {
        if (mark != own_mark && mark->inside.load()) return true;
    }
    return false;
}

}  // namespace

ForkGate::Call::Call() noexcept {
    Mark* mark = own_mark != nullptr ? own_mark : claim_mark();
    nested_ = mark->inside.load(std::memory_order_relaxed);
    if (nested_) return;
    show(mark->inside);
    while (const unsigned now = forking.load()) {
        mark->inside.store(false);
        forking.wait(now);
        show(mark->inside);
    }
}

ForkGate::Call::~Call() {
    if (!nested_) own_mark->inside.store(false, std::memory_order_release);
}

unsigned ForkGate::forks() noexcept { return fork_count.load(std::memory_order_relaxed); }

void ForkGate::watch() {
    static const bool registered = [] {
        register_fence();
        return pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child) == 0;
    }();
    (void)registered;
}

void ForkGate::before_fork() noexcept {
    forking.fetch_add(1);
    constexpr timespec millisecond{0, 1'000'000};
    // Refused by a sandbox that came later: by the end of a pause, writes have long arrived.
    if (forker_fences.load() && !membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED)) nanosleep(&millisecond, nullptr);
    for (int waited = 0; waited < patience_in_milliseconds && somebody_else_inside(); ++waited) {
        nanosleep(&millisecond, nullptr);
    }
}

void ForkGate::after_fork_in_parent() noexcept {
    forking.fetch_sub(1);
    forking.notify_all();
}

// The other threads are not in the child.
void ForkGate::after_fork_in_child() noexcept {
    forking.store(0);
    fork_count.fetch_add(1);
    if (forker_fences.load()) register_fence();
    for (Mark* mark = marks.load(); mark != nullptr; mark = mark->next) {
        if (mark == own_mark) continue;
        mark->inside.store(false);
        mark->taken.store(false);
    }
}

}  // namespace kvp11::token
