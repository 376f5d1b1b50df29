#include "audit/audit_log.hpp"

#include <atomic>
#include <mutex>

#include "audit/correlation.hpp"
#include "audit/log_folder.hpp"
#include "audit/log_line.hpp"
#include "audit/log_reader.hpp"
#include "audit/log_writer.hpp"
#include "audit/verification.hpp"
#include "host/clock.hpp"
#include "host/fault_points.hpp"
#include "host/process_mark.hpp"

namespace kvp11::audit {
namespace {

// What a thief of the disk could rewrite unseen: with every signature recorded some tenths of a second under full
// load, and a checkpoint's flush, some milliseconds, is spread over so many.
constexpr std::uint64_t records_per_checkpoint = 4096;
constexpr std::size_t usual_line = 1000;

class FileLog final : public AuditLog {
public:
    // All that is made at first use is made here: a child that is forked while another thread makes it would wait
    // for ever for that thread to end.
    explicit FileLog(LogSettings settings) : folder_(std::move(settings)) {
        LogFile::prepare_for_forks();
        (void)host::is_planned(host::FaultPoint::AuditInLine);
        (void)host::system_clock();
        (void)process();
    }
    ~FileLog() override {
        Process* const process = process_.load();
        if (!process || process->mark != host::process_mark()) return;
        (void)settle();
        delete process;
    }

    [[nodiscard]] Result<void> reserve() override {
        Process& here = process();
        if (here.writer.has_room()) return {};
        const std::lock_guard lock(here.mutex);
        // Another thread may have made it, for whose sake we waited.
        return here.writer.has_room() ? Result<void>{} : here.writer.reserve();
    }

    Result<void> append(const AuditEntry& record) override {
        Process& here = process();
        if (folder_.settings().gathers) {
            gather(here, record);
            return {};
        }
        std::string line;
        line.reserve(usual_line);
        begin(here, line, record);
        const std::lock_guard lock(here.mutex);
        return here.writer.append(BegunLines(line));
    }

    // Who finds nothing gathered may still have to wait for another thread that is writing its records.
    Result<void> settle() override {
        Process& here = process();
        if (!folder_.settings().gathers) return {};
        const std::lock_guard lock(here.mutex);
        {
            const std::lock_guard taking(here.gathering);
            if (here.settling.empty()) std::swap(here.settling, here.gathered);
            here.settling.add(here.gathered);  // behind what could not be written
            here.gathered.clear();
        }
        if (here.settling.empty()) return {};
        TRY(here.writer.append(here.settling));
        here.settling.clear();
        return {};
    }

    Result<Checkpoint> checkpoint(const SecretBytes& seal_key) override {
        Process& here = process();
        TRY(settle());
        std::unique_lock lock(here.mutex);
        const LogWriter::Sealed sealed = TRY(here.writer.checkpoint(seal_key));
        lock.unlock();
        if (sealed.is_new) TRY(folder_.flush(sealed.first_segment, sealed.last_segment));
        return Checkpoint{sealed.end.records, copy_of(sealed.end.hash)};
    }

    [[nodiscard]] bool needs_checkpoint() const noexcept override {
        const Process* const here = process_.load(std::memory_order_acquire);
        return here && here->mark == host::process_mark() &&
               here->writer.records_since_checkpoint() >= records_per_checkpoint;
    }

    Result<void> read(std::uint64_t after,
                      const std::function<bool(std::uint64_t, const AuditRecord&)>& each) const override;

    [[nodiscard]] Result<Verification> verify(const SecretBytes* seal_key,
                                              const std::optional<Checkpoint>& expected) const override {
        return verify_log(folder_, seal_key, expected);
    }

private:
    /// What must not cross a fork.
    struct Process {
        explicit Process(const LogFolder& folder) : writer(folder) {}
        std::uint64_t mark = host::process_mark();
        std::mutex mutex;  // taken before the log's lock
        LogWriter writer;
        BegunLines settling;   // of `mutex`: taken, and not yet written
        std::mutex gathering;  // taken after `mutex`, held for a moment only
        BegunLines gathered;
        Correlations correlations;
    };

    static void begin(Process& here, std::string& line, const AuditEntry& record) {
        begin_record(line, record,
                     record.correlation_id.empty() ? here.correlations.next().view() : std::string_view());
    }

    static void gather(Process& here, const AuditEntry& record) {
        // One memory for all that a thread writes. Servers gather, not the module, which may be unloaded before a
        // thread ends.
        thread_local std::string line;
        line.clear();
        begin(here, line, record);
        const std::lock_guard lock(here.gathering);
        here.gathered.add(line);
    }

    // A parent's is abandoned in the child: its mutex may be locked for ever.
    Process& process() const {
        Process* found = process_.load(std::memory_order_acquire);
        if (found && found->mark == host::process_mark()) return *found;
        auto fresh = std::make_unique<Process>(folder_);
        if (!process_.compare_exchange_strong(found, fresh.get())) return *found;
        return *fresh.release();
    }

    LogFolder folder_;
    mutable std::atomic<Process*> process_{nullptr};
};

Result<void> FileLog::read(std::uint64_t after,
                           const std::function<bool(std::uint64_t, const AuditRecord&)>& each) const {
    const LogExtent extent = TRY(extent_of(folder_));
    std::uint64_t last = 0;
    std::uint64_t unreadable = 0;
    std::uint64_t unreadable_after = 0;
    TRY(each_line(folder_, extent, [&](const FoundLine& found) {
        const auto line = LogLine::parse(found.text);
        if (line) last = line->number;
        if (line && (line->number <= after || line->kind != LineKind::Record)) return true;
        if (!found.is_whole && found.segment == extent.segments.back().number) return true;
        const auto record = line ? record_of(found.text) : std::nullopt;
        if (record) return each(line->number, *record);
        if (unreadable++ == 0) unreadable_after = last;
        return true;
    }));
    if (unreadable == 0) return {};
    return fail(Errc::AuditBroken, std::to_string(unreadable) +
                                       " lines of the audit log could not be read, the first " + "after record " +
                                       std::to_string(unreadable_after));
}

}  // namespace

std::unique_ptr<AuditLog> AuditLog::open(LogSettings settings) {
    return std::make_unique<FileLog>(std::move(settings));
}

}  // namespace kvp11::audit
