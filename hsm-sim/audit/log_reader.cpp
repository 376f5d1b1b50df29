#include "audit/log_reader.hpp"

#include <algorithm>
#include <string>

namespace kvp11::audit {
namespace {

constexpr std::size_t portion = 256 * 1024;
constexpr std::size_t most_pending = 1024 * 1024;

}  // namespace

Result<LogExtent> extent_of(const LogFolder& folder) {
    LogExtent extent;
    const LogFile head = TRY(folder.open_head(LogFolder::Access::Read));
    std::optional<LogLock> lock;
    if (head.is_open()) {
        lock.emplace(TRY(LogLock::take(head, LogLock::Kind::Shared)));
        LogHead::Encoded bytes;
        const std::int64_t size = head.read_at(0, bytes);
        extent.has_head = true;
        if (size > 0) extent.head = LogHead::decode(ByteView(bytes).first(static_cast<std::size_t>(size)));
    }
    for (const std::uint64_t number : TRY(folder.segments())) {
        const LogFile segment = TRY(folder.open_segment(number, LogFolder::Access::Read));
        if (segment.is_open()) extent.segments.push_back({number, segment.size()});
    }
    return extent;
}

Result<bool> each_line(const LogFile& file, LogExtent::Segment segment, std::uint64_t from, const EachLine& each) {
    std::string pending;
    std::uint64_t line_start = from;
    std::uint64_t at = from;
    while (at < segment.size) {
        const std::size_t old_size = pending.size();
        pending.resize(old_size + std::min<std::uint64_t>(portion, segment.size - at));
        const MutableBytes space{reinterpret_cast<std::uint8_t*>(pending.data()) + old_size, pending.size() - old_size};
        const std::int64_t got = file.read_at(at, space);
        if (got < 0) return system_failure("cannot read", "the audit log");
        pending.resize(old_size + static_cast<std::size_t>(got));
        at += static_cast<std::uint64_t>(got);
        std::size_t start = 0;
        for (std::size_t stop; (stop = pending.find('\n', start)) != std::string::npos; start = stop + 1) {
            line_start += stop + 1 - start;
            if (!each({std::string_view(pending).substr(start, stop - start), segment.number, line_start}))
                return false;
        }
        pending.erase(0, start);
        if (pending.size() > most_pending) {
            line_start += pending.size();
            if (!each({pending, segment.number, line_start})) return false;
            pending.clear();
        }
        if (got == 0) break;
    }
    if (pending.empty()) return true;
    return each({pending, segment.number, line_start + pending.size(), false});
}

Result<void> each_line(const LogFolder& folder, const LogExtent& extent, const EachLine& each) {
    for (const LogExtent::Segment& segment : extent.segments) {
        const LogFile file = TRY(folder.open_segment(segment.number, LogFolder::Access::Read));
        if (!file.is_open()) continue;
        const bool goes_on = TRY(each_line(file, segment, 0, each));
        if (!goes_on) return {};
    }
    return {};
}

}  // namespace kvp11::audit
