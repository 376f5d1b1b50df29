#include "audit/chain_runs.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace kvp11::audit {
namespace {

// A log with more cuts is rubble; its later pieces are not looked at.
constexpr std::size_t most_runs = 10'000;

struct Wording {
    const char* what;
    const char* of_one;
    const char* of_many;
};
constexpr Wording wordings[] = {
    {"removed", " is missing", " are missing"},
    {"changed", " is not what was written", " are not what was written"},
    {"reordered", " is not where it was written", " are not where they were written"},
    {"inserted", " was put in: a line with that number does not belong here",
     " were put in: lines with these numbers do not belong here"},
};

std::string sentence_of(std::uint64_t first, std::uint64_t last, const char* what) {
    const bool is_one = first == last;
    std::string sentence = is_one ? "record " : "records ";
    sentence += std::to_string(first);
    if (!is_one) sentence += " to " + std::to_string(last);
    for (const Wording& wording : wordings) {
        if (std::strcmp(wording.what, what) == 0) sentence += is_one ? wording.of_one : wording.of_many;
    }
    return sentence;
}

}  // namespace

bool ChainRuns::add(const std::optional<LogLine>& line) {
    if (line && !runs_.empty()) {
        Run& run = runs_.back();
        const bool follows_on =
            !run.is_unreadable && line->number == run.last + 1 && chain_.next(run.hash, line->content) == line->hash;
        if (follows_on) {
            run.last = line->number;
            run.hash_before = std::exchange(run.hash, line->hash);
            return true;
        }
    }
    if (runs_.size() >= most_runs) return false;
    Run run;
    run.position = runs_.size();
    run.is_unreadable = run.is_changed = !line;
    run.has_hash = line.has_value();
    if (line) {
        run.first = run.last = line->number;
        run.hash = run.first_hash = line->hash;
        run.first_content = line->content;
    }
    runs_.push_back(std::move(run));
    return false;
}

bool ChainRuns::follows(const Run& run, const ChainHash& previous) {
    return !run.is_unreadable && chain_.next(previous, run.first_content) == run.first_hash;
}

// Between two runs as many lines as records are missing are these records; what is more was put in.
void ChainRuns::number_unreadable(std::uint64_t promised) {
    std::uint64_t before = 0;
    for (std::size_t i = 0; i < runs_.size(); ++i) {
        if (!runs_[i].is_unreadable) {
            before = runs_[i].last;
            continue;
        }
        const auto next = std::find_if(runs_.begin() + static_cast<std::ptrdiff_t>(i), runs_.end(),
                                       [](const Run& run) { return !run.is_unreadable; });
        const std::uint64_t stop = next == runs_.end() ? promised + 1 : next->first;
        Run& run = runs_[i];
        run.first = run.last = before + 1;
        run.is_changed = before + 1 < stop;
        if (run.is_changed) ++before;
    }
}

// A line whose number was edited stands where its own number is missing, and the next one follows its hash.
void ChainRuns::number_misnumbered(std::uint64_t promised) {
    for (std::size_t i = 0; i < runs_.size(); ++i) {
        Run& run = runs_[i];
        const std::uint64_t wanted = (i == 0 ? 0 : runs_[i - 1].last) + 1;
        if (run.is_unreadable || run.first != run.last || run.first == wanted) continue;
        const bool is_last = i + 1 == runs_.size();
        const bool is_followed = !is_last && runs_[i + 1].first == wanted + 1 && follows(runs_[i + 1], run.hash);
        const bool is_needed = is_last && wanted == promised && (run.first > promised || run.first < wanted);
        if (!is_followed && !is_needed) continue;
        run.first = run.last = wanted;
        run.is_changed = true;
    }
}

/// Which of two runs that begin with the same number is the log's.
bool ChainRuns::is_better(const Run& run, const Run& other, const Run* before) {
    const ChainHash previous = before ? before->hash : ChainHash{};
    const bool fits = follows(run, previous);
    if (fits != follows(other, previous)) return fits;
    return run.last > other.last;
}

// Of two runs that claim the same numbers the one that goes on is the log's; true when that is `run`, which then
// follows what is left of the other.
bool ChainRuns::settle_overlap(std::vector<Run>& kept, Run& run) {
    Run& other = kept.back();
    if (run.first == other.first) {
        const Run* before = kept.size() > 1 ? &kept[kept.size() - 2] : nullptr;
        if (is_better(run, other, before)) std::swap(run, other);
        return false;
    }
    if (run.last <= other.last) return false;
    note(run.first, other.last, "inserted");
    other.has_hash = run.first == other.last;
    other.hash = other.hash_before;
    other.last = run.first - 1;
    return true;
}

std::vector<ChainRuns::Run> ChainRuns::without_inserted(std::uint64_t promised) {
    std::vector<Run> sorted = runs_;
    std::stable_sort(sorted.begin(), sorted.end(), [](const Run& a, const Run& b) { return a.first < b.first; });
    std::vector<Run> kept;
    for (Run& run : sorted) {
        const std::uint64_t reached = kept.empty() ? 0 : kept.back().last;
        const bool is_beyond = promised != 0 && run.first > promised && run.first > reached + 1;
        const bool is_surplus = run.is_unreadable && !run.is_changed;
        const bool is_possible = !is_beyond && !is_surplus;
        if (is_possible && (run.first > reached || settle_overlap(kept, run))) {
            kept.push_back(std::move(run));
        } else {
            note(run.first, run.last, "inserted");
        }
    }
    return kept;
}

void ChainRuns::judge_joints(const std::vector<Run>& runs) {
    const Run* before = nullptr;
    ChainHash demanded{};  // the hash that the record before should have
    std::size_t furthest = 0;
    for (const Run& run : runs) {
        const std::uint64_t wanted = before ? before->last + 1 : 1;
        const ChainHash stated = before ? before->hash : ChainHash{};
        const bool is_known = run.first == wanted && !(before && !before->has_hash);
        const bool fits = !is_known || follows(run, stated) || follows(run, demanded);
        if (run.first > wanted) note(wanted, run.first - 1, "removed");
        if (run.is_changed || !fits) note(run.first, run.first, "changed");
        if (before && run.position < furthest) note(run.first, run.last, "reordered");
        const bool can_demand = is_known && !run.is_unreadable && run.first == run.last;
        demanded = can_demand ? chain_.next(stated, run.first_content) : run.hash;
        furthest = std::max(furthest, run.position);
        before = &run;
    }
    if (before) end_ = {before->last, before->hash};
    demanded_end_ = demanded;
}

std::vector<Finding> ChainRuns::findings() {
    std::stable_sort(harms_.begin(), harms_.end(), [](const Harm& a, const Harm& b) { return a.first < b.first; });
    std::vector<Finding> findings;
    for (std::size_t i = 0; i < harms_.size();) {
        Harm harm = harms_[i++];
        while (i < harms_.size() && harms_[i].what == harm.what && harms_[i].first == harm.last + 1) {
            harm.last = harms_[i++].last;
        }
        findings.push_back({harm.first, harm.what, sentence_of(harm.first, harm.last, harm.what)});
    }
    return findings;
}

std::vector<Finding> ChainRuns::judge(std::uint64_t promised) {
    number_unreadable(promised);
    number_misnumbered(promised);
    judge_joints(without_inserted(promised));
    return findings();
}

}  // namespace kvp11::audit
