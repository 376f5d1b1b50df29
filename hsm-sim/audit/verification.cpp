#include "audit/verification.hpp"

#include <algorithm>

#include "audit/chain_runs.hpp"
#include "audit/log_line.hpp"
#include "audit/log_reader.hpp"

namespace kvp11::audit {
namespace {

// More tell a reader nothing; the last one says how many there are.
constexpr std::size_t most_findings = 100;

std::string records_of(std::uint64_t first, std::uint64_t last) {
    if (first == last) return "record " + std::to_string(first);
    return "records " + std::to_string(first) + " to " + std::to_string(last);
}

class Verifier {
public:
    Verifier(const LogExtent& extent, const SecretBytes* seal_key, const std::optional<Checkpoint>& expected)
        : extent_(extent), seal_key_(seal_key), expected_(expected) {
        result_.seals_checked = seal_key != nullptr;
    }

    Result<bool> see(const FoundLine& found);
    Verification conclude();

private:
    Result<void> check_seal(const FoundLine& found, const LogLine& line, bool follows, const ChainHash& before);
    void note(std::uint64_t record, const char* what, std::string sentence) {
        result_.findings.push_back({record, what, std::move(sentence)});
    }
    [[nodiscard]] std::uint64_t promised() const;
    void check_expected();
    void check_end();
    void check_head(const LogHead& head, bool is_whole_so_far);

    const LogExtent& extent_;
    const SecretBytes* seal_key_;
    const std::optional<Checkpoint>& expected_;
    Verification result_;
    ChainRuns runs_;
    std::uint64_t good_seal_ = 0;        // number of the last checkpoint whose seal is right
    std::uint64_t last_checkpoint_ = 0;  // of those that the head file counts
    std::optional<ChainHash> at_expected_;
    struct {
        bool is_found = false;
        ChainHash hash{};
        std::uint64_t segment = 0;
        std::uint64_t end = 0;
    } at_head_;
};

std::uint64_t Verifier::promised() const {
    return std::max(extent_.head ? extent_.head->end.records : 0, expected_ ? expected_->records : 0);
}

// Returns true: nothing stops it.
Result<bool> Verifier::see(const FoundLine& found) {
    const bool is_torn = !found.is_whole && found.segment == extent_.segments.back().number;
    if (is_torn) return true;
    const std::optional<LogLine> line = LogLine::parse(found.text);
    const ChainHash before = runs_.last_hash();
    const bool follows = runs_.add(line);
    if (!line) return true;
    ++result_.records;
    if (expected_ && line->number == expected_->records) at_expected_ = line->hash;
    if (extent_.head && line->number == extent_.head->end.records) {
        at_head_ = {true, line->hash, found.segment, found.end};
    }
    if (line->kind == LineKind::Checkpoint) TRY(check_seal(found, *line, follows, before));
    if (line->kind == LineKind::Repair) {
        const Repair repair = repair_of(found.text).value_or(Repair{"an unknown time", "something was wrong"});
        note(line->number, "repaired", "the log was found broken at " + repair.time + ": " + repair.what);
    }
    return true;
}

Result<void> Verifier::check_seal(const FoundLine& found, const LogLine& line, bool follows, const ChainHash& before) {
    if (extent_.head && line.number <= extent_.head->end.records) last_checkpoint_ = line.number;
    const std::optional<SealedChain> checkpoint = checkpoint_of(found.text);
    const bool fits = checkpoint && (!follows || checkpoint->sealed == before);
    bool is_right = fits;
    if (fits && seal_key_)
        is_right = TRY(seal_of(*seal_key_, {line.number - 1, checkpoint->sealed})) == checkpoint->seal;
    if (!is_right) {
        const std::string covered =
            line.number == 1 ? "" : ": " + records_of(good_seal_ + 1, line.number - 1) + " may have been written anew";
        note(line.number, "seal",
             "the seal of record " + std::to_string(line.number) + ", a checkpoint, is wrong" + covered);
        return {};
    }
    if (!seal_key_) return {};
    good_seal_ = line.number;
    result_.sealed_records = std::max(result_.sealed_records, line.number - 1);
    return {};
}

void Verifier::check_expected() {
    if (!expected_ || !at_expected_) return;
    const bool is_same =
        std::equal(at_expected_->begin(), at_expected_->end(), expected_->chain.begin(), expected_->chain.end());
    if (is_same) {
        result_.sealed_records = std::max(result_.sealed_records, expected_->records);
    } else {
        note(expected_->records, "seal",
             "the log up to record " + std::to_string(expected_->records) + " is not the one that was sealed then");
    }
}

void Verifier::check_end() {
    const std::uint64_t last = runs_.end().records;
    if (promised() > last) {
        note(last + 1, "truncated",
             records_of(last + 1, promised()) + (last + 1 == promised() ? " was" : " were") + " cut off the end");
    }
    if (extent_.has_head && !extent_.head) note(last + 1, "head", "the head file is damaged");
    if (!extent_.has_head && !extent_.segments.empty()) {
        note(last + 1, "head",
             "the head file is missing: it would show whether the log ends with record " + std::to_string(last));
    }
}

// One line beyond the head is what a writer leaves that died before it acknowledged.
void Verifier::check_head(const LogHead& head, bool is_whole_so_far) {
    const ChainEnd& end = runs_.end();
    const auto say = [&](const std::string& sentence) { note(head.end.records, "head", sentence); };
    if (head.end.records + 1 < end.records) {
        return say("the head file counts " + std::to_string(head.end.records) + " records, the log has " +
                   std::to_string(end.records));
    }
    const bool is_demanded = head.end.records == end.records && head.end.hash == runs_.demanded_end();
    if (at_head_.is_found && head.end.hash != at_head_.hash && !is_demanded) {
        return say("the head file has another hash for record " + std::to_string(head.end.records));
    }
    if (!is_whole_so_far) return;
    const bool is_elsewhere = head.segment == at_head_.segment ? head.offset != at_head_.end : head.offset != 0;
    if (at_head_.is_found && is_elsewhere) return say("the head file says that the log ends elsewhere");
    if (head.checkpoint != 0 && head.checkpoint != last_checkpoint_) say("the head file names another checkpoint");
}

Verification Verifier::conclude() {
    std::vector<Finding> harms = runs_.judge(promised());
    result_.findings.insert(result_.findings.end(), harms.begin(), harms.end());
    check_expected();
    check_end();
    if (extent_.head) check_head(*extent_.head, result_.findings.empty());
    auto& findings = result_.findings;
    std::stable_sort(findings.begin(), findings.end(),
                     [](const Finding& a, const Finding& b) { return a.record < b.record; });
    if (findings.size() > most_findings) {
        const std::size_t more = findings.size() - most_findings;
        findings.resize(most_findings);
        findings.back().sentence += "; and " + std::to_string(more) + " findings more";
    }
    return std::move(result_);
}

}  // namespace

Result<Verification> verify_log(const LogFolder& folder, const SecretBytes* seal_key,
                                const std::optional<Checkpoint>& expected) {
    const LogExtent extent = TRY(extent_of(folder));
    Verifier verifier(extent, seal_key, expected);
    std::optional<Error> error;
    TRY(each_line(folder, extent, [&](const FoundLine& found) {
        const Result<bool> seen = verifier.see(found);
        if (!seen.ok()) error = seen.error();
        return seen.ok();
    }));
    if (error) return fail(*error);
    return verifier.conclude();
}

}  // namespace kvp11::audit
