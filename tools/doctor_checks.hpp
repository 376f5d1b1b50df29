// Runs a table of checks in its order. What needs a check that failed is skipped, and says which one that was.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>

#include "tools/doctor_finding.hpp"

namespace kvp11::tools {

template <class Slot>
struct CheckRow {
    Area area;
    std::optional<Area> needs;  // none: is always made
    Finding (*check)(Slot& slot);
};

template <class Slot>
SlotReport run_checks(Slot& slot, std::span<const CheckRow<Slot>> rows) {
    SlotReport report;
    std::map<Area, Area> causes;  // of what failed, itself; of what was skipped for it, what failed
    for (const CheckRow<Slot>& row : rows) {
        const auto cause = row.needs ? causes.find(*row.needs) : causes.end();
        if (cause != causes.end()) {
            causes[row.area] = cause->second;
            report.findings.push_back(
                skipped(row.area, "the check of " + std::string(name_of(cause->second)) + " failed"));
            continue;
        }
        report.findings.push_back(row.check(slot));
        if (report.findings.back().verdict == Verdict::Failed) causes[row.area] = row.area;
    }
    return report;
}

}  // namespace kvp11::tools
