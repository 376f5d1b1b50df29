// The exit codes of kvp11, and what a user can do about a failure: one table. Thread-safe.
#pragma once

#include <string_view>

#include "kvp11/error.hpp"

namespace kvp11::tools {

enum class ExitCode : int {
    Success = 0,
    Failure = 1,        // anything without a code of its own
    Usage = 2,          // options, configuration, an output file that exists
    Refused = 3,        // a PIN or a role
    QuorumNotMet = 4,   // officers are missing
    UnusableInput = 5,  // a file that is unreadable, changed or of something else
    Store = 6,          // the partition's folder
    State = 7,          // the partition is not in the state that the command needs
    Key = 8,            // there is no such key, it is in the way, or not what the command needs
    AuditBroken = 9,    // the audit log is not what was written
    // From 20 on: what `kvp11 doctor` found first, Area in doctor_finding.hpp
};

ExitCode exit_code(Errc code);

/// A sentence on what to do, empty when there is nothing general to say.
std::string_view advice(Errc code);

}  // namespace kvp11::tools
