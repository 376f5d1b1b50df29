// LogFolder: the files of the log: `head` and the segments 000001.jsonl, 000002.jsonl, …
//
// Symbolic links are refused. Keeps nothing open. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audit/audit_log.hpp"
#include "audit/log_file.hpp"

namespace kvp11::audit {

class LogFolder {
public:
    explicit LogFolder(LogSettings settings) : settings_(std::move(settings)) {}

    [[nodiscard]] const LogSettings& settings() const noexcept { return settings_; }

    enum class Access : std::uint8_t { Read, Write, Create };
    /// With Create also the folder. A file that is not there is not open afterwards, which is no failure.
    [[nodiscard]] Result<LogFile> open_head(Access access) const;
    [[nodiscard]] Result<LogFile> open_segment(std::uint64_t number, Access access) const;
    /// Their numbers in order; none when there is no folder.
    [[nodiscard]] Result<std::vector<std::uint64_t>> segments() const;
    /// Whether the folder's head is the file that is open here, and not one that was put in its place.
    [[nodiscard]] bool has_head(const LogFile& file) const;
    /// Puts the segments from `first` to `last`, the head and their names on the disk.
    [[nodiscard]] Result<void> flush(std::uint64_t first, std::uint64_t last) const;

private:
    [[nodiscard]] Result<LogFile> open_folder() const;
    [[nodiscard]] bool is_shared() const;
    [[nodiscard]] Result<void> make_folder() const;
    [[nodiscard]] Result<LogFile> open_file(const std::string& name, Access access) const;
    [[nodiscard]] Result<void> own(const LogFile& file, const std::string& path, unsigned mode) const;

    LogSettings settings_;
};

}  // namespace kvp11::audit
