// From the words of a command line to the one command that they name, and to an exit code.
#pragma once

#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "tools/command.hpp"

namespace kvp11::tools {

/// Parses `words` (without the program's name), runs the command and returns the exit code. Results
/// and help go to `out`; a failure is one sentence on `err` and a line on what to do.
int run_command_line(const std::vector<std::unique_ptr<Command>>& commands, std::vector<std::string> words,
                     std::ostream& out, std::ostream& err);

}  // namespace kvp11::tools
