// A process of its own that does one action after the other on the partition, and may be killed at any time. Owned by
// the driver, one thread's at a time.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "action.hpp"

namespace kvp11::test {

class Worker {
public:
    /// `kill_plan` is what KVP11_TEST_KILL is to be in it; empty: it lives.
    Worker(const std::string& folder, const std::string& kill_plan);
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;
    /// Ends it and waits for it.
    ~Worker();

    /// The answer, or nothing when the worker died before it gave one.
    std::optional<std::string> ask(const Action& action);

private:
    pid_t process_ = -1;
    int to_ = -1;
    int from_ = -1;
};

/// Makes the partition that the workers share, in a process of its own.
void lay_out_partition(const std::string& folder);
/// Success, or what the audit log's verification found, by a process of its own.
std::string audit_findings(const std::string& folder);

}  // namespace kvp11::test
