#include "audit/log_head.hpp"

#include <algorithm>

namespace kvp11::audit {
namespace {

constexpr std::string_view magic = "kvp11 audit 1 \r\n";
// Larger numbers are no log's: nobody writes so many records.
constexpr std::uint64_t most = 1ULL << 62U;

static_assert(LogHead::size == magic.size() + 5 * 8 + sizeof(ChainHash));

}  // namespace

LogHead::Encoded LogHead::encode() const noexcept {
    Encoded bytes;
    auto at = std::copy(magic.begin(), magic.end(), bytes.begin());
    for (const std::uint64_t number : {end.records, segment, offset, checkpoint, checkpoint_segment}) {
        for (unsigned shift = 0; shift < 64; shift += 8) *at++ = static_cast<std::uint8_t>(number >> shift);
    }
    std::copy(end.hash.begin(), end.hash.end(), at);
    return bytes;
}

std::optional<LogHead> LogHead::decode(ByteView bytes) noexcept {
    if (bytes.size() != size || text_of(bytes.first(magic.size())) != magic) return std::nullopt;
    LogHead head;
    std::size_t at = magic.size();
    for (std::uint64_t* number :
         {&head.end.records, &head.segment, &head.offset, &head.checkpoint, &head.checkpoint_segment}) {
        *number = 0;
        for (unsigned shift = 0; shift < 64; shift += 8) *number |= static_cast<std::uint64_t>(bytes[at++]) << shift;
        if (*number > most) return std::nullopt;
    }
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), head.end.hash.size(), head.end.hash.begin());
    if (head.segment == 0 || head.checkpoint_segment == 0) return std::nullopt;
    return head;
}

}  // namespace kvp11::audit
