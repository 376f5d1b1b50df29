// Reading the log's lines in order, while others may be writing it. Functions.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "audit/log_folder.hpp"
#include "audit/log_head.hpp"

namespace kvp11::audit {

/// A line as it stands in its file, without its newline.
struct FoundLine {
    std::string_view text;
    std::uint64_t segment = 0;
    std::uint64_t end = 0;  // the offset after it
    bool is_whole = true;   // false: the file ends before a newline
};
/// Returns false to stop.
using EachLine = std::function<bool(const FoundLine&)>;

/// What there was when nobody was writing. Nothing after it is read, so a reader never sees half a line.
struct LogExtent {
    struct Segment {
        std::uint64_t number = 0;
        std::uint64_t size = 0;
    };
    bool has_head = false;
    std::optional<LogHead> head;  // nothing when it is damaged
    std::vector<Segment> segments;
};
Result<LogExtent> extent_of(const LogFolder& folder);

/// The lines of an open file from one offset to another; false when `each` stopped it. A piece of more than a
/// megabyte without a newline is given out as a line.
Result<bool> each_line(const LogFile& file, LogExtent::Segment segment, std::uint64_t from, const EachLine& each);
Result<void> each_line(const LogFolder& folder, const LogExtent& extent, const EachLine& each);

}  // namespace kvp11::audit
