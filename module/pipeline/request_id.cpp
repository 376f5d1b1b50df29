#include "pipeline/request_id.hpp"

#include <sys/random.h>
#include <time.h>

#include <atomic>

#include "host/process_mark.hpp"

namespace kvp11::pipeline {
namespace {

constexpr std::uint64_t golden = 0x9e3779b97f4a7c15U;

// The finalizer of SplitMix64 (Steele, Lea and Flood, 2014): a permutation, so what differs stays different.
std::uint64_t scatter(std::uint64_t number) noexcept {
    number = (number ^ (number >> 30U)) * 0xbf58476d1ce4e5b9U;
    number = (number ^ (number >> 27U)) * 0x94d049bb133111ebU;
    return number ^ (number >> 31U);
}

// Tells processes of different hosts apart; those of one host differ by their mark as well.
std::uint64_t seed() noexcept {
    static const std::uint64_t once = [] {
        std::uint64_t number = 0;
        if (getrandom(&number, sizeof number, GRND_NONBLOCK) != sizeof number) {
            timespec now{};
            clock_gettime(CLOCK_REALTIME, &now);
            number = scatter(static_cast<std::uint64_t>(now.tv_sec) * golden + static_cast<std::uint64_t>(now.tv_nsec));
        }
        return number;
    }();
    return once;
}

std::atomic<std::uint64_t> counter{0};

// Threads that count together wait for each other's processors: each takes as many numbers at a time.
constexpr std::uint64_t numbers_at_a_time = 256;

/// Never the same in one process. A child of fork goes on with its parent's, under another mark.
std::uint64_t next_number() noexcept {
    static thread_local std::uint64_t next = 0;
    static thread_local std::uint64_t end = 0;
    if (next == end) {
        next = counter.fetch_add(numbers_at_a_time, std::memory_order_relaxed);
        end = next + numbers_at_a_time;
    }
    return ++next;
}

std::uint64_t scattered(std::uint64_t number) noexcept {
    return scatter((seed() ^ scatter(host::process_mark())) + number * golden);
}

/// The lowest four bits of `number` are the first digit.
void write_digits(char* to, std::uint64_t number, std::size_t count) noexcept {
    constexpr std::string_view digits = "0123456789abcdef";
    for (std::size_t i = 0; i < count; ++i, number >>= 4U) to[i] = digits[number & 15U];
}

}  // namespace

std::uint64_t scattered_number() noexcept { return scattered(next_number()); }

// xxxxxxxx-xxxx-4xxx-vxxx-xxxxxxxxxxxx (RFC 9562 5.4), where v is one of 8, 9, a and b.
RequestId::RequestId() noexcept {
    const std::uint64_t first = scattered_number();
    const std::uint64_t second = scattered_number();
    char* const text = text_.data();
    write_digits(text, first, 8);
    write_digits(text + 9, first >> 32U, 4);
    write_digits(text + 14, 4U | first >> 48U << 4U, 4);
    write_digits(text + 19, 8U | (second & 0xfff3U), 4);
    write_digits(text + 24, second >> 16U, 12);
    for (const std::size_t dash : {8U, 13U, 18U, 23U}) text[dash] = '-';
}

}  // namespace kvp11::pipeline
