// ChainRuns: the log cut where it does not hold together, and what the cuts mean.
//
// A run is a stretch of lines of which each has the number and the hash that follow from the line before it in
// the file. An honest log is one run from 1 to its end; each act of harm cuts it into a few more. Removed, changed,
// reordered and inserted lines are told apart by how the runs' numbers and hashes fit, wherever the runs lie.
// One thread's at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "audit/audit_log.hpp"
#include "audit/chain.hpp"
#include "audit/log_line.hpp"

namespace kvp11::audit {

class ChainRuns {
public:
    /// The next line in the file's order; nothing for one that cannot be read. False when it begins a run.
    bool add(const std::optional<LogLine>& line);
    /// The hash of the line added last; zeros before the first and after one that cannot be read.
    [[nodiscard]] ChainHash last_hash() const noexcept { return runs_.empty() ? ChainHash{} : runs_.back().hash; }

    /// What was removed, changed, reordered and inserted. `promised` is how many records there should be; 0: unknown.
    std::vector<Finding> judge(std::uint64_t promised);

    /// After judge(): the last record, and its hash as its own text and the record before it demand it.
    [[nodiscard]] const ChainEnd& end() const noexcept { return end_; }
    [[nodiscard]] const ChainHash& demanded_end() const noexcept { return demanded_end_; }

private:
    struct Run {
        std::uint64_t first = 0;
        std::uint64_t last = 0;
        ChainHash hash{};           // of the last line, as it says
        ChainHash first_hash{};     // of the first one
        std::string first_content;  // by which one sees what the first one follows
        std::size_t position = 0;
        ChainHash hash_before{};  // of the last but one; zeros when there is none
        bool has_hash = true;     // `hash` is known
        bool is_unreadable = false;
        bool is_changed = false;  // for certain: unreadable, or its number is another one's
    };
    /// Records from `first` to `last` that one thing was done to.
    struct Harm {
        std::uint64_t first = 0;
        std::uint64_t last = 0;
        const char* what = "";
    };

    bool follows(const Run& run, const ChainHash& previous);
    void number_unreadable(std::uint64_t promised);
    void number_misnumbered(std::uint64_t promised);
    bool is_better(const Run& run, const Run& other, const Run* before);
    bool settle_overlap(std::vector<Run>& kept, Run& run);
    [[nodiscard]] std::vector<Run> without_inserted(std::uint64_t promised);
    void judge_joints(const std::vector<Run>& runs);
    void note(std::uint64_t first, std::uint64_t last, const char* what) { harms_.push_back({first, last, what}); }
    [[nodiscard]] std::vector<Finding> findings();

    std::vector<Run> runs_;
    std::vector<Harm> harms_;
    Chain chain_;
    ChainEnd end_;
    ChainHash demanded_end_{};
};

}  // namespace kvp11::audit
