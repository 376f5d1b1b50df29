// The command line of hsm-sim: serve, routes, --version. Options may also come from the environment: HSM_SIM_ and the
// option's name.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace kvp11::server {

/// Gives the exit code: 0, 1 for a failure, 2 for a wrong command line.
int run_command_line(std::vector<std::string> words, std::ostream& out, std::ostream& err);

}  // namespace kvp11::server
