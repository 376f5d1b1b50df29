// AuditLog: a partition's records in the order in which they happened, written by any number of processes.
//
// A folder of segments of JSON lines, one record each. A record holds its number and the hash of the chain up
// to it; checkpoints, made with a key that only the unsealed partition has, seal the chain. What append()
// acknowledged survives the death of the process. Thread-safe, fork-safe.
// Errors: StoreFull, StoreReadOnly, DeviceError; StoreNotFound when the folder's parent is missing.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audit/audit_record.hpp"
#include "kvp11/bytes.hpp"
#include "kvp11/result.hpp"
#include "kvp11/secret.hpp"

namespace kvp11::audit {

/// What was sealed: that there are this many records with this chain hash.
struct Checkpoint {
    std::uint64_t records = 0;
    Bytes chain;  // 32 bytes
};

/// Where something is wrong, in the words of a report.
struct Finding {
    std::uint64_t record = 0;  // the number of the first record concerned
    std::string what;          // "removed", "changed", "reordered", "inserted", "truncated", "seal", "head", "repaired"
    std::string sentence;
};
struct Verification {
    std::uint64_t records = 0;
    std::uint64_t sealed_records = 0;  // covered by a checkpoint that was checked
    bool seals_checked = false;        // false without the key
    std::vector<Finding> findings;
};

struct LogSettings {
    std::string folder;  // made when the first record is written
    unsigned file_mode = 0600;
    std::string group;                        // empty: as the folder above is, a group's or its owner's
    std::uint64_t segment_size = 64U << 20U;  // a new segment begins after so many bytes: one that editors still open
    bool gathers = false;                     // append() waits for settle(): one turn at the log for many records
};

class AuditLog {
public:
    virtual ~AuditLog() = default;
    static std::unique_ptr<AuditLog> open(LogSettings settings);

    /// Success when a record can be written now, so that nothing is done that could not be recorded.
    [[nodiscard]] virtual Result<void> reserve() = 0;
    virtual Result<void> append(const AuditEntry& record) = 0;

    /// Writes what append() gathered, in that order; what it acknowledges survives the death of the process. When it
    /// fails the records are kept for the next call, and nobody may be told of what they record. Cheap when there is
    /// nothing.
    virtual Result<void> settle() = 0;

    /// Seals what is there and puts it on the disk; what it gives counts the checkpoint itself. Cheap when nothing came
    /// since the last one. append() asks for it by needs_checkpoint().
    virtual Result<Checkpoint> checkpoint(const SecretBytes& seal_key) = 0;
    /// Whether so many records came since the last checkpoint that one is due. Costs a memory read.
    [[nodiscard]] virtual bool needs_checkpoint() const noexcept = 0;

    /// In order. `each` returns false to stop. `after` is the number of a record; 0 for all. Numbers are missing where
    /// a checkpoint stands. AuditBroken, after all others were given, when lines could not be read.
    virtual Result<void> read(std::uint64_t after,
                              const std::function<bool(std::uint64_t number, const AuditRecord&)>& each) const = 0;
    /// `expected` is the last checkpoint as kept elsewhere (the store), to find a truncated log by.
    [[nodiscard]] virtual Result<Verification> verify(const SecretBytes* seal_key,
                                                      const std::optional<Checkpoint>& expected) const = 0;
};

/// One record as Azure's diagnostic logs have it: a line of JSON. `pool` names the partition.
std::string azure_json(const AuditRecord& record, const std::string& pool);

}  // namespace kvp11::audit
