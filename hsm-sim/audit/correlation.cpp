#include "audit/correlation.hpp"

#include <time.h>

#include "crypto/random.hpp"

namespace kvp11::audit {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

void put(std::array<std::uint8_t, 16>& bytes, std::size_t at, std::uint64_t number) {
    for (std::size_t i = 0; i < 8; ++i) bytes[at + i] = static_cast<std::uint8_t>(number >> (56 - 8 * i));
}

}  // namespace

Correlation::Correlation(const std::array<std::uint8_t, 16>& bytes) noexcept {
    std::size_t at = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) text_[at++] = '-';
        text_[at++] = hex_digits[bytes[i] >> 4U];
        text_[at++] = hex_digits[bytes[i] & 15U];
    }
}

// Without random numbers the time has to do: a record must not fail for want of a name.
Correlations::Correlations() {
    std::array<std::uint8_t, sizeof(beginning_)> random{};
    if (crypto::random_bytes(random).ok()) {
        for (const std::uint8_t byte : random) beginning_ = beginning_ << 8U | byte;
        return;
    }
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    beginning_ = static_cast<std::uint64_t>(now.tv_sec) << 32U ^ static_cast<std::uint64_t>(now.tv_nsec);
}

Correlation Correlations::next() noexcept {
    std::array<std::uint8_t, 16> bytes;
    put(bytes, 0, beginning_);
    put(bytes, 8, count_.fetch_add(1, std::memory_order_relaxed));
    bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0fU) | 0x80U);
    bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3fU) | 0x80U);
    return Correlation(bytes);
}

}  // namespace kvp11::audit
