// Request ids: a GUID per call, by which the service's logs and ours are brought together. Thread-safe, without locks;
// parent and child of a fork make different ones. They are unique, and no secret: nothing may rest on nobody guessing
// them.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace kvp11::pipeline {

/// Another number each time, in no order that shows.
std::uint64_t scattered_number() noexcept;

class RequestId {
public:
    RequestId() noexcept;
    /// "c5b3c0ee-8f3a-4e0a-9d0a-2f2a3f5f9d11"
    [[nodiscard]] std::string_view text() const noexcept { return {text_.data(), text_.size()}; }

private:
    std::array<char, 36> text_;
};

}  // namespace kvp11::pipeline
