// A short-lived program of which the output is wanted, started from inside somebody else's process: no shell, none of
// the host's descriptors, its signals as a new program's are, a process group of its own, and killed with it when the
// deadline comes. The host may ignore SIGCHLD or wait for all children itself: then the exit code is not known.
// Thread-safe functions; they block.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "kvp11/result.hpp"
#include "kvp11/secret.hpp"

namespace kvp11::credential {

struct ProgramOutput {
    SecretBytes output;            // standard output
    std::string complaints;        // standard error
    std::optional<int> exit_code;  // absent: the host took it before us; 128 + n for a signal
};

/// The absolute path of an executable in PATH's absolute folders; empty when there is none.
std::string find_program(const std::string& name);

/// FileUnreadable when it cannot be started, DeviceError when it was not done by the deadline or said more than 256
/// KiB. `arguments` begin with the name that the program sees of itself.
Result<ProgramOutput> run_program(const std::string& path, const std::vector<std::string>& arguments,
                                  std::chrono::steady_clock::time_point deadline);

}  // namespace kvp11::credential
