// Chance that repeats: the same seed and count give the same number, in whatever order threads ask.
#pragma once

#include <cstdint>

namespace kvp11::traffic {

/// SplitMix64 (Steele, Lea, Flood 2014): scrambles its input well enough for tests. No cryptography.
constexpr std::uint64_t scramble(std::uint64_t value) noexcept {
    value += 0x9e3779b97f4a7c15;
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111eb;
    return value ^ (value >> 31U);
}

class Chance {
public:
    constexpr Chance() = default;
    /// Rules of one document have different `stream`s.
    constexpr Chance(std::uint64_t seed, std::uint64_t stream) noexcept : seed_(scramble(scramble(seed) + stream)) {}
    /// From 0 up to, not including, 1.
    [[nodiscard]] constexpr double of(std::uint64_t count) const noexcept {
        return static_cast<double>(scramble(seed_ + count) >> 11U) * 0x1p-53;
    }

private:
    std::uint64_t seed_ = 0;
};

}  // namespace kvp11::traffic
