#include "rest/jobs.hpp"

#include <algorithm>
#include <array>

#include "partition/key_names.hpp"
#include "rest/target.hpp"

namespace kvp11::rest {
namespace {

constexpr std::int64_t kept_seconds = 24 * 60 * 60;
constexpr std::size_t most_kept = 1000;

// Backups and restores exclude each other.
bool excludes(JobKind one, JobKind other) noexcept {
    return (family_of(one) == JobFamily::SecurityDomain) == (family_of(other) == JobFamily::SecurityDomain);
}

std::string_view text_of(JobKind kind) noexcept {
    constexpr auto texts = std::to_array<std::string_view>(
        {"A backup", "A check for a backup", "A restore", "A restore of a key", "A check for a restore",
         "A download of the security domain", "An upload of the security domain"});
    return texts[static_cast<std::size_t>(kind)];
}

}  // namespace

JobFamily family_of(JobKind kind) noexcept {
    if (kind >= JobKind::SecurityDomainDownload) return JobFamily::SecurityDomain;
    return kind >= JobKind::Restore ? JobFamily::Restore : JobFamily::Backup;
}

Result<Job> Jobs::begin(JobKind kind, std::int64_t now) {
    std::string id = TRY(partition::random_id());
    const std::lock_guard lock(mutex_);
    forget_old(now);
    for (const Job& job : jobs_) {
        if (job.ended || !excludes(job.kind, kind)) continue;
        return fail(Errc::StoreConflict, std::string(text_of(job.kind)) + " is in progress: job " + job.id);
    }
    jobs_.push_back({.id = std::move(id), .kind = kind, .started = now, .ended = {}, .outcome = {}});
    if (kind == JobKind::Restore) is_restoring_ = true;
    return jobs_.back();
}

Result<void> Jobs::note_done(JobKind kind, std::int64_t now) {
    std::string id = TRY(partition::random_id());
    const std::lock_guard lock(mutex_);
    forget_old(now);
    jobs_.push_back({.id = std::move(id), .kind = kind, .started = now, .ended = now, .outcome = {}});
    return {};
}

void Jobs::end(const std::string& id, JobOutcome outcome, std::int64_t now) {
    const std::lock_guard lock(mutex_);
    for (Job& job : jobs_) {
        if (job.id != id || job.ended) continue;
        job.ended = now;
        job.outcome = std::move(outcome);
        if (job.kind == JobKind::Restore) is_restoring_ = false;
    }
}

template <class Wanted>
std::optional<Job> Jobs::last_of(std::int64_t now, Wanted wanted) {
    const std::lock_guard lock(mutex_);
    forget_old(now);
    const auto found = std::find_if(jobs_.rbegin(), jobs_.rend(), wanted);
    return found == jobs_.rend() ? std::nullopt : std::optional(*found);
}

std::optional<Job> Jobs::find(JobFamily family, const std::string& id, std::int64_t now) {
    return last_of(now, [&](const Job& job) { return family_of(job.kind) == family && equal_folded(job.id, id); });
}

std::optional<Job> Jobs::latest(JobFamily family, std::int64_t now) {
    return last_of(now, [&](const Job& job) { return family_of(job.kind) == family; });
}

std::optional<Job> Jobs::latest(JobKind kind, std::int64_t now) {
    return last_of(now, [&](const Job& job) { return job.kind == kind; });
}

void Jobs::forget_old(std::int64_t now) {
    std::erase_if(jobs_, [&](const Job& job) { return job.ended && *job.ended + kept_seconds <= now; });
    while (jobs_.size() > most_kept) {
        const auto oldest =
            std::find_if(jobs_.begin(), jobs_.end(), [](const Job& job) { return job.ended.has_value(); });
        if (oldest == jobs_.end()) return;
        jobs_.erase(oldest);
    }
}

}  // namespace kvp11::rest
