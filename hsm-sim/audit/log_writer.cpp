#include "audit/log_writer.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>

#include "host/clock.hpp"
#include "host/fault_points.hpp"

namespace kvp11::audit {
namespace {

// What is kept free behind the last line: as much as a hundred threads may append at once.
constexpr std::uint64_t least_room = 64 * 1024;
// How much room is made at a time: a call to the file system for some six hundred records.
constexpr std::uint64_t room_step = 256 * 1024;
// How many turns pass between looks at whether the open files still have their names.
constexpr std::uint64_t turns_per_look = 256;

// Beyond the limit the kernel does not only refuse: it sends a signal that ends the host.
std::uint64_t file_limit() {
    rlimit limit{};
    const bool is_limited = getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
    return is_limited ? limit.rlim_cur : std::numeric_limits<std::uint64_t>::max();
}

Failure limit_failure() { return fail(Errc::StoreFull, "the audit log would outgrow the process's limit for files"); }

bool has_no_name(const LogFile& file) {
    struct stat facts {};
    return fstat(file.number(), &facts) != 0 || facts.st_nlink == 0;
}

}  // namespace

Result<void> LogWriter::open_head() {
    head_file_ = TRY(folder_.open_head(LogFolder::Access::Create));
    if (!head_file_.is_open()) return fail(Errc::DeviceError, "the audit log's head file vanished");
    segment_file_ = LogFile();
    open_segment_ = 0;
    known_.reset();
    return {};
}

// Somebody who removes the files must not have us write into the void for long.
void LogWriter::look_at_names() {
    if (!folder_.has_head(head_file_)) head_file_ = LogFile();
    if (segment_file_.is_open() && has_no_name(segment_file_)) {
        open_segment_ = 0;
        known_.reset();
    }
}

Result<LogLock> LogWriter::take_turn() {
    for (;;) {
        if (!head_file_.is_open()) TRY(open_head());
        LogLock lock = TRY(LogLock::take(head_file_, LogLock::Kind::Exclusive));
        if (turns_++ % turns_per_look == 0) look_at_names();
        if (!head_file_.is_open()) continue;
        LogHead::Encoded bytes;
        const std::int64_t size = head_file_.read_at(0, bytes);
        if (size < 0) return system_failure("cannot read", "the audit log's head file");
        const bool is_as_left = size == static_cast<std::int64_t>(bytes.size()) && bytes == known_;
        if (!is_as_left || segment_file_.size() != head_.offset) {
            TRY(catch_up(ByteView(bytes).first(static_cast<std::size_t>(size))));
        }
        return lock;
    }
}

Result<void> LogWriter::reserve() {
    const LogLock lock = TRY(take_turn());
    return make_room();
}

Result<void> LogWriter::append(const BegunLines& lines) {
    const LogLock lock = TRY(take_turn());
    TRY(put(lines, LineKind::Record));
    // The record is written; where there is no room for the next one, reserve() will say so.
    if (room_end_ < head_.offset + least_room || head_.offset >= folder_.settings().segment_size) (void)make_room();
    return {};
}

Result<LogWriter::Sealed> LogWriter::checkpoint(const SecretBytes& seal_key) {
    turns_ = 0;
    const LogLock lock = TRY(take_turn());
    if (head_.checkpoint == head_.end.records) return Sealed{head_.end, head_.segment, head_.segment, false};
    const std::uint64_t first_segment = head_.checkpoint_segment;
    std::string line;
    begin_checkpoint(line, host::system_clock()->now() * 1'000'000, head_.end.hash, TRY(seal_of(seal_key, head_.end)));
    TRY(put(BegunLines(line), LineKind::Checkpoint));
    return Sealed{head_.end, first_segment, head_.segment, true};
}

Result<bool> LogWriter::open_segment(std::uint64_t number, LogFolder::Access access) {
    if (open_segment_ == number) return true;
    segment_file_ = TRY(folder_.open_segment(number, access));
    open_segment_ = segment_file_.is_open() ? number : 0;
    room_end_ = 0;
    return segment_file_.is_open();
}

bool LogWriter::write_text(std::string_view line) const {
    using host::FaultPoint;
    std::size_t first = line.size();
    if (host::is_planned(FaultPoint::AuditInLine)) first /= 2;
    host::pass(FaultPoint::AuditBeforeLine);
    if (!segment_file_.write_at(head_.offset, bytes_of(line.substr(0, first)))) return false;
    host::pass(FaultPoint::AuditInLine);
    if (!segment_file_.write_at(head_.offset + first, bytes_of(line.substr(first)))) return false;
    host::pass(FaultPoint::AuditAfterLine);
    return true;
}

Result<void> LogWriter::put(const BegunLines& lines, LineKind kind) {
    LogHead next = head_;
    text_.clear();
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::size_t begin = text_.size();
        text_ += lines[i];
        const ChainHash hash = close_line(text_, chain_, next.end, begin);
        next.end = {next.end.records + 1, hash};
    }
    next.offset += text_.size();
    if (kind == LineKind::Checkpoint) {
        next.checkpoint = next.end.records;
        next.checkpoint_segment = next.segment;
    }
    Result<void> written;
    if (next.offset > room_end_ && next.offset > file_limit()) {
        written = limit_failure();
    } else if (!write_text(text_)) {
        written = system_failure("cannot write", "the audit log");
    } else {
        written = write_head(next);
    }
    if (!written.ok()) {
        has_room_ = false;
        (void)!ftruncate(segment_file_.number(), static_cast<off_t>(head_.offset));
        room_end_ = 0;
        return written;
    }
    host::pass(host::FaultPoint::AuditAfterHead);
    return {};
}

Result<void> LogWriter::write_head(const LogHead& head) {
    const LogHead::Encoded bytes = head.encode();
    if (!head_file_.write_at(0, bytes)) return system_failure("cannot write", "the audit log's head file");
    keep(head);
    return {};
}

void LogWriter::keep(const LogHead& head) {
    head_ = head;
    known_ = head.encode();
    unsealed_ = head.end.records - std::min(head.checkpoint, head.end.records);
}

Result<void> LogWriter::make_room() {
    has_room_ = false;
    if (head_.offset >= folder_.settings().segment_size) TRY(begin_next_segment());
    const std::uint64_t limit = file_limit();
    if (head_.offset + least_room > limit) return limit_failure();
    const std::uint64_t end = std::min(head_.offset + room_step, limit);
    const auto begin = static_cast<off_t>(head_.offset);
    while (fallocate(segment_file_.number(), FALLOC_FL_KEEP_SIZE, begin, static_cast<off_t>(end) - begin) != 0) {
        if (errno == EOPNOTSUPP || errno == ENOSYS) break;
        if (errno != EINTR) return system_failure("no room for", "the audit log");
    }
    room_end_ = end;
    has_room_ = true;
    return {};
}

// The head file names the new segment before anything is in it, so what is in one was begun by its owner.
Result<void> LogWriter::begin_next_segment() {
    LogHead next = head_;
    ++next.segment;
    next.offset = 0;
    LogFile file = TRY(folder_.open_segment(next.segment, LogFolder::Access::Create));
    if (!file.is_open() || file.size() != 0) {
        return fail(Errc::DeviceError, "the audit log cannot go on: the file of its next segment is there already");
    }
    host::pass(host::FaultPoint::AuditAfterSegment);
    TRY(write_head(next));
    (void)!ftruncate(segment_file_.number(), static_cast<off_t>(segment_file_.size()));  // the room that is left
    segment_file_ = std::move(file);
    open_segment_ = next.segment;
    room_end_ = 0;
    return {};
}

}  // namespace kvp11::audit
