// LogHead: where the log ends, as the 88 bytes of its head file say. A value.
//
// Written after each line, under the lock: a line beyond it was not acknowledged, one missing before it was taken away.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "audit/chain.hpp"
#include "kvp11/bytes.hpp"

namespace kvp11::audit {

struct LogHead {
    static constexpr std::size_t size = 88;
    using Encoded = std::array<std::uint8_t, size>;

    ChainEnd end;
    std::uint64_t segment = 1;             // the file in which the last line is
    std::uint64_t offset = 0;              // where in it the next one begins
    std::uint64_t checkpoint = 0;          // number of the last checkpoint; 0: none
    std::uint64_t checkpoint_segment = 1;  // where that is; what is older is on disk

    [[nodiscard]] Encoded encode() const noexcept;
    static std::optional<LogHead> decode(ByteView bytes) noexcept;
};

}  // namespace kvp11::audit
