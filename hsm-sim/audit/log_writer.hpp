// LogWriter: puts lines at the end of the log, in turn with all other writers of the folder.
//
// Every call waits for the log's lock and begins where the head file says that the log ends. What it finds beyond,
// of a writer that died, is taken over when it is whole and fits the chain, and cut off when it is torn. Where the
// files contradict each other the log goes on behind what is there, with a line that says so: nothing that was
// written is ever removed, and no number is given out twice.
// One thread's at a time, of one process.
#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "audit/begun_lines.hpp"
#include "audit/log_folder.hpp"
#include "audit/log_head.hpp"
#include "audit/log_line.hpp"

namespace kvp11::audit {

class LogWriter {
public:
    explicit LogWriter(const LogFolder& folder) : folder_(folder) {}

    /// Room on the disk for what many threads may append before the next call; StoreFull otherwise.
    Result<void> reserve();
    /// Lines that were begun; gives them their places, all or none.
    Result<void> append(const BegunLines& lines);
    /// `first_segment` is where the one before lies; nothing is new when that one is the last record.
    struct Sealed {
        ChainEnd end;
        std::uint64_t first_segment = 0;
        std::uint64_t last_segment = 0;
        bool is_new = false;
    };
    Result<Sealed> checkpoint(const SecretBytes& seal_key);

    /// What the last call left; any thread may read it.
    [[nodiscard]] bool has_room() const noexcept { return has_room_.load(std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t records_since_checkpoint() const noexcept {
        return unsealed_.load(std::memory_order_relaxed);
    }

private:
    Result<LogLock> take_turn();
    Result<void> open_head();
    void look_at_names();
    Result<bool> open_segment(std::uint64_t number, LogFolder::Access access);
    Result<void> put(const BegunLines& lines, LineKind kind);
    [[nodiscard]] bool write_text(std::string_view line) const;
    Result<void> write_head(const LogHead& head);
    void keep(const LogHead& head);
    Result<void> make_room();
    Result<void> begin_next_segment();

    // log_writer_repair.cpp. The texts say what is wrong, and are empty when nothing is.
    Result<void> catch_up(ByteView head_bytes);
    Result<bool> is_untouched() const;
    Result<std::string> follow(const LogHead& found);
    [[nodiscard]] bool ends_as_said(const LogHead& found) const;
    Result<std::string> take_over_rest();
    Result<bool> take_over_segment();
    bool take_over_line(std::string_view text, std::uint64_t end);
    Result<void> repair(const std::optional<LogHead>& found, const std::string& fault);

    const LogFolder& folder_;
    LogFile head_file_;
    LogFile segment_file_;
    std::uint64_t open_segment_ = 0;
    LogHead head_;
    std::optional<LogHead::Encoded> known_;  // the head file as we left it
    std::uint64_t turns_ = 0;                // since the last look at the names
    std::uint64_t room_end_ = 0;             // in the open segment
    Chain chain_;
    std::string text_;  // of the lines being written
    std::atomic<bool> has_room_{false};
    std::atomic<std::uint64_t> unsealed_{0};
};

}  // namespace kvp11::audit
