// A command of kvp11: one word or several, its options, and what it does. One class per file; main.cpp
// lists them all. A Command is used once, by one thread.
#pragma once

#include <iosfwd>
#include <string>

#include "kvp11/result.hpp"

namespace kvp11::tools {

class Options;

class Command {
public:
    virtual ~Command() = default;
    /// How it is called, "hsm create" or "version". All words but the last name groups.
    [[nodiscard]] virtual std::string words() const = 0;
    /// One line for --help.
    [[nodiscard]] virtual std::string summary() const = 0;
    /// Binds members of the command to options; they are set when run() is called.
    virtual void declare(Options& options) = 0;
    /// Writes its result to `out`; nothing else is printed when it succeeds.
    virtual Result<void> run(std::ostream& out) = 0;
    /// The exit code after a run() that succeeded, of commands whose results have several.
    [[nodiscard]] virtual int code_of_result() const { return 0; }
};

}  // namespace kvp11::tools
