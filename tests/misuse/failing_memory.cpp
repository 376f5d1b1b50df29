#include "misuse/failing_memory.hpp"

#include <cerrno>
#include <cstddef>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__GLIBC__)
#define KVP11_OWN_MALLOC 0
#else
#define KVP11_OWN_MALLOC 1
#endif

namespace {

// Below 0: none is to fail. Allocates nothing itself, as part of the program's static thread-local storage.
thread_local long countdown = -1;
thread_local bool failed = false;

[[maybe_unused]] bool is_the_one() {
    if (countdown < 0 || countdown-- != 0) return false;
    failed = true;
    errno = ENOMEM;
    return true;
}

}  // namespace

#if KVP11_OWN_MALLOC
extern "C" {
void* __libc_malloc(std::size_t size);                     // NOLINT: glibc's names
void* __libc_calloc(std::size_t count, std::size_t size);  // NOLINT
void* __libc_realloc(void* old, std::size_t size);         // NOLINT

void* malloc(std::size_t size) noexcept { return is_the_one() ? nullptr : __libc_malloc(size); }
void* calloc(std::size_t count, std::size_t size) noexcept {
    return is_the_one() ? nullptr : __libc_calloc(count, size);
}
void* realloc(void* old, std::size_t size) noexcept { return is_the_one() ? nullptr : __libc_realloc(old, size); }
}
#endif

namespace kvp11::test {

bool can_fail_allocations() { return KVP11_OWN_MALLOC == 1; }

void fail_allocation(long n) {
    failed = false;
    countdown = n;
}

bool allocation_has_failed() {
    countdown = -1;
    return failed;
}

}  // namespace kvp11::test
