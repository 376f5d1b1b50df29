// How a writer goes on where the log is not as it left it: others wrote, died or did harm.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "audit/log_reader.hpp"
#include "audit/log_writer.hpp"
#include "host/clock.hpp"

namespace kvp11::audit {
namespace {

// The end of a line: its number, its hash and what stands around them.
constexpr std::size_t most_end = 128;

/// The highest number among the whole lines of a segment.
Result<ChainEnd> highest_line(const LogFile& file, LogExtent::Segment segment) {
    ChainEnd highest;
    TRY(each_line(file, segment, 0, [&](const FoundLine& found) {
        const auto line = LogLine::parse(found.text);
        if (found.is_whole && line && line->number >= highest.records) highest = {line->number, line->hash};
        return true;
    }));
    return highest;
}

bool ends_in_the_middle_of_a_line(const LogFile& file, std::uint64_t size) {
    std::array<std::uint8_t, 1> last{};
    return size != 0 && (file.read_at(size - 1, last) != 1 || last[0] != '\n');
}

}  // namespace

Result<void> LogWriter::catch_up(ByteView head_bytes) {
    const bool is_new = head_bytes.empty() && head_.end.records == 0;
    if (is_new && TRY(is_untouched())) {
        TRY(open_segment(1, LogFolder::Access::Create));
        return write_head({});
    }
    const std::optional<LogHead> found = LogHead::decode(head_bytes);
    std::string fault = "its head file was missing or damaged";
    if (found) fault = TRY(follow(*found));
    return fault.empty() ? Result<void>() : repair(found, fault);
}

// A first writer that died may have left an empty segment.
Result<bool> LogWriter::is_untouched() const {
    for (const std::uint64_t number : TRY(folder_.segments())) {
        const LogFile file = TRY(folder_.open_segment(number, LogFolder::Access::Read));
        if (file.is_open() && file.size() != 0) return false;
    }
    return true;
}

Result<std::string> LogWriter::follow(const LogHead& found) {
    const ChainEnd& left = head_.end;
    if (found.end.records < left.records || (found.end.records == left.records && found.end.hash != left.hash)) {
        return "it had gone back from record " + std::to_string(left.records) + " to record " +
               std::to_string(found.end.records);
    }
    if (!TRY(open_segment(found.segment, LogFolder::Access::Write))) return "the file of its last records was missing";
    if (segment_file_.size() < found.offset) return "its last records were missing";
    if (!ends_as_said(found)) return "its last record was not the one that its head file names";
    keep(found);
    return take_over_rest();
}

bool LogWriter::ends_as_said(const LogHead& found) const {
    if (found.offset == 0) return true;
    std::array<char, most_end> text;
    const std::size_t size = std::min<std::uint64_t>(found.offset, text.size());
    const MutableBytes bytes{reinterpret_cast<std::uint8_t*>(text.data()), size};
    if (segment_file_.read_at(found.offset - size, bytes) != static_cast<std::int64_t>(size)) return false;
    if (text[size - 1] != '\n') return false;
    const auto line = LogLine::parse({text.data(), size - 1});
    return line && line->number == found.end.records && line->hash == found.end.hash;
}

Result<std::string> LogWriter::take_over_rest() {
    const LogHead before = head_;
    for (;;) {
        if (!TRY(take_over_segment())) return "it held lines that are not of its chain";
        const LogFile next = TRY(folder_.open_segment(head_.segment + 1, LogFolder::Access::Read));
        if (!next.is_open() || next.size() == 0) break;
        ++head_.segment;
        head_.offset = 0;
        TRY(open_segment(head_.segment, LogFolder::Access::Write));
    }
    if (head_.encode() != before.encode()) TRY(write_head(head_));
    return std::string();
}

/// False when there is something that a dying writer cannot have left.
Result<bool> LogWriter::take_over_segment() {
    bool is_torn = false;
    const LogExtent::Segment segment{head_.segment, segment_file_.size()};
    const bool fits = TRY(each_line(segment_file_, segment, head_.offset, [&](const FoundLine& found) {
        is_torn = !found.is_whole && found.text.size() < most_line;
        return is_torn || (found.is_whole && take_over_line(found.text, found.end));
    }));
    if (!is_torn) return fits;
    room_end_ = 0;
    if (ftruncate(segment_file_.number(), static_cast<off_t>(head_.offset)) != 0) {
        return system_failure("cannot repair", "the audit log");
    }
    return true;
}

bool LogWriter::take_over_line(std::string_view text, std::uint64_t end) {
    const auto line = LogLine::parse(text);
    if (!line || line->number != head_.end.records + 1) return false;
    if (chain_.next(head_.end.hash, line->content) != line->hash) return false;
    head_.end = {line->number, line->hash};
    head_.offset = end;
    if (line->kind == LineKind::Checkpoint) {
        head_.checkpoint = line->number;
        head_.checkpoint_segment = head_.segment;
    }
    return true;
}

// The highest number that anybody knows of is the last one; what is missing before it will be missed by verify().
Result<void> LogWriter::repair(const std::optional<LogHead>& found, const std::string& fault) {
    const std::vector<std::uint64_t> segments = TRY(folder_.segments());
    open_segment_ = 0;
    TRY(open_segment(segments.empty() ? 1 : segments.back(), LogFolder::Access::Create));
    LogHead next;
    next.segment = open_segment_;
    next.offset = segment_file_.size();
    next.end = head_.end;
    if (found && found->end.records > next.end.records) next.end = found->end;
    const ChainEnd line = TRY(highest_line(segment_file_, {next.segment, next.offset}));
    if (line.records >= next.end.records && line.records != 0) next.end = line;
    if (ends_in_the_middle_of_a_line(segment_file_, next.offset)) {
        if (!segment_file_.write_at(next.offset, bytes_of("\n"))) {
            return system_failure("cannot repair", "the audit log");
        }
        ++next.offset;
    }
    head_ = next;
    std::string text;
    begin_repair(text, host::system_clock()->now() * 1'000'000, fault);
    return put(BegunLines(text), LineKind::Repair);
}

}  // namespace kvp11::audit
