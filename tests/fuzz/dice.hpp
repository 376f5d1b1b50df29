// Dice: what the fuzzers throw. The same seed gives the same run with every compiler.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <random>

namespace kvp11::fuzz {

class Dice {
public:
    explicit Dice(std::uint64_t seed) : engine_(seed) {}
    /// From 0 up to, not including, `count`.
    std::size_t below(std::size_t count) { return static_cast<std::size_t>(engine_() % count); }
    bool one_in(std::size_t count) { return below(count) == 0; }
    /// Any one of a container that is not empty.
    template <class Container>
    auto& any_of(Container& container) {
        return container[below(std::size(container))];
    }

private:
    std::mt19937_64 engine_;
};

/// A number from the environment.
inline std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
    const char* text = std::getenv(variable);
    return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

}  // namespace kvp11::fuzz
