// The three kinds of lines of the log, as text: records, checkpoints, repairs. Functions over values.
//
// A line is begun without its place in the chain, which is known only under the log's lock, and closed with it:
//   {"time":…,"operation":…, … ,"number":17,"chain":"<64 hex digits>"}
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "audit/audit_record.hpp"
#include "audit/chain.hpp"

namespace kvp11::audit {

/// No line is longer. What is torn off a line that a dying process wrote is shorter too.
inline constexpr std::size_t most_line = 96 * 1024;

/// `correlation` stands in where the record has none.
void begin_record(std::string& line, const AuditEntry& record, std::string_view correlation);
void begin_checkpoint(std::string& line, std::int64_t time_us, const ChainHash& sealed, const ChainHash& seal);
/// What was wrong with the log when a writer came to it.
void begin_repair(std::string& line, std::int64_t time_us, std::string_view what);
/// Gives the last line of `text`, which begins at `begin`, its number, its hash and its end; returns the hash.
ChainHash close_line(std::string& text, Chain& chain, const ChainEnd& before, std::size_t begin = 0);

enum class LineKind : std::uint8_t { Record, Checkpoint, Repair };

/// A line as it was found; views into it.
struct LogLine {
    LineKind kind = LineKind::Record;
    std::uint64_t number = 0;
    ChainHash hash{};
    std::string_view content;  // what the hash is over

    /// Of a line without its newline. Looks at the ends of it only; nothing when they are not as we write them.
    static std::optional<LogLine> parse(std::string_view text);
};

/// Nothing when the line is no record that we wrote.
std::optional<AuditRecord> record_of(std::string_view text);

struct SealedChain {
    ChainHash sealed{};
    ChainHash seal{};
};
std::optional<SealedChain> checkpoint_of(std::string_view text);

struct Repair {
    std::string time;
    std::string what;
};
std::optional<Repair> repair_of(std::string_view text);

}  // namespace kvp11::audit
