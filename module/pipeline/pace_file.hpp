// PaceFile: what the processes of a user share about the pace of each vault: a small file that all of them map.
//
// It holds one line per vault and in it a moment per quota, each changed by compare-and-exchange alone: a process may
// be killed anywhere and leaves nothing half done. Moments are of CLOCK_MONOTONIC, which all processes of a host share;
// those of an earlier boot are seen to be none (Pacer). The file is the user's own (mode 0600, no link); where there
// cannot be one, the process paces itself alone, and says so in the log.
//
// No descriptor is kept. A PaceFile owns its mapping; a child of fork inherits it, still shared.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "kvp11/result.hpp"
#include "log/log.hpp"
#include "pipeline/pace_limits.hpp"

namespace kvp11::pipeline {

struct PaceLine {
    std::atomic<std::uint64_t> name{0};  // a hash of the vault's; 0: free
    std::atomic<std::int64_t> moments[quotas];
};
static_assert(std::atomic<std::int64_t>::is_always_lock_free && sizeof(PaceLine) == 8 * (1 + quotas));

/// $XDG_RUNTIME_DIR/kvp11-pace, or /tmp/kvp11-pace-UID.
std::string usual_pace_file();

class PaceFile {
public:
    /// FileUnreadable when the file is not one that may be used.
    static Result<PaceFile> open(const std::string& path);
    /// For a process that paces itself alone.
    static PaceFile private_to_process();
    /// At `path`, or where usual_pace_file() says when that is empty; else that one, and why is a line in the log.
    static PaceFile open_or_private(const std::string& path, log::Level level);

    PaceFile(PaceFile&& other) noexcept : memory_(std::exchange(other.memory_, nullptr)) {}
    PaceFile& operator=(PaceFile&& other) noexcept {
        std::swap(memory_, other.memory_);
        return *this;
    }
    ~PaceFile();

    /// The line of this vault; null when there are too many vaults.
    [[nodiscard]] PaceLine* line(std::string_view vault) const noexcept;

private:
    explicit PaceFile(void* memory) : memory_(memory) {}
    void* memory_;
};

}  // namespace kvp11::pipeline
