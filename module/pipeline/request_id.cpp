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

}  // namespace

std::uint64_t scattered_number() noexcept {
    const std::uint64_t count = counter.fetch_add(1, std::memory_order_relaxed) + 1;
    return scatter((seed() ^ scatter(host::process_mark())) + count * golden);
}

RequestId::RequestId() noexcept {
    constexpr std::string_view digits = "0123456789abcdef";
    constexpr std::string_view shape = "xxxxxxxx-xxxx-4xxx-vxxx-xxxxxxxxxxxx";
    std::uint64_t halves[] = {scattered_number(), scattered_number()};
    std::size_t taken = 0;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (shape[i] == '-' || shape[i] == '4') {
            text_[i] = shape[i];
            continue;
        }
        std::uint64_t& half = halves[taken++ / 16];
        const std::size_t digit = half & 15U;
        half >>= 4U;
        text_[i] = digits[shape[i] == 'v' ? 8U + digit % 4U : digit];
    }
}

}  // namespace kvp11::pipeline
