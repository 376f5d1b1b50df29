// Jobs: backups, restores and security-domain operations that go on after their request was answered, and how they
// ended. Thread-safe; lives in this process only: after a restart nothing goes on, and nothing is known of it.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>

#include "kvp11/error.hpp"
#include "kvp11/result.hpp"

namespace kvp11::rest {

enum class JobKind : std::uint8_t {
    Backup,
    PreBackup,  // only looks whether a backup could be made
    Restore,
    SelectiveRestore,
    PreRestore,
    SecurityDomainDownload,
    SecurityDomainUpload,
};
/// What a client asks about at one URL.
enum class JobFamily : std::uint8_t { Backup, Restore, SecurityDomain };
JobFamily family_of(JobKind kind) noexcept;

/// How a job ended: `place` is where a backup is, empty otherwise.
struct JobOutcome {
    std::optional<Error> error;
    std::string place;
};

struct Job {
    std::string id;  // 32 lower-case hex digits
    JobKind kind = JobKind::Backup;
    std::int64_t started = 0;
    std::optional<std::int64_t> ended;  // nothing: it goes on
    JobOutcome outcome;
};

class Jobs {
public:
    /// StoreConflict while another one goes on: of backups and restores there is one at a time, of security-domain
    /// operations too. Forgets what ended a day ago, and the oldest of too many.
    Result<Job> begin(JobKind kind, std::int64_t now);
    /// One that was over when its request was answered.
    Result<void> note_done(JobKind kind, std::int64_t now);
    void end(const std::string& id, JobOutcome outcome, std::int64_t now);
    /// Of this family only; an id in either case of letters.
    [[nodiscard]] std::optional<Job> find(JobFamily family, const std::string& id, std::int64_t now);
    /// The one that began last.
    [[nodiscard]] std::optional<Job> latest(JobFamily family, std::int64_t now);
    [[nodiscard]] std::optional<Job> latest(JobKind kind, std::int64_t now);
    /// A full restore goes on: the HSM does nothing else.
    [[nodiscard]] bool is_restoring() const noexcept { return is_restoring_; }

private:
    void forget_old(std::int64_t now);
    template <class Wanted>
    std::optional<Job> last_of(std::int64_t now, Wanted wanted);

    std::mutex mutex_;
    std::deque<Job> jobs_;  // in the order of their beginning
    std::atomic<bool> is_restoring_{false};
};

}  // namespace kvp11::rest
