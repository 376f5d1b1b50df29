// Correlations: identifiers for operations that came with none. Different ones everywhere; not secret.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

namespace kvp11::audit {

/// The text of a UUID of version 8 (RFC 9562).
class Correlation {
public:
    explicit Correlation(const std::array<std::uint8_t, 16>& bytes) noexcept;
    [[nodiscard]] std::string_view view() const noexcept { return {text_.data(), text_.size()}; }

private:
    std::array<char, 36> text_;
};

/// A random beginning and a count: a random number each would cost as much as the record. Thread-safe.
class Correlations {
public:
    Correlations();
    Correlation next() noexcept;

private:
    std::uint64_t beginning_ = 0;
    std::atomic<std::uint64_t> count_{0};
};

}  // namespace kvp11::audit
