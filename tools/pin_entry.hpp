// Where a PIN or a password comes from: a file, the environment, or the terminal without echo;
// never the command line, which every process of the machine can read.
#pragma once

#include <string>

#include "kvp11/result.hpp"
#include "kvp11/secret.hpp"

namespace kvp11::tools {

enum class Entry : bool { Once, Twice };

struct PinSource {
    std::string file;         // empty: not a file
    std::string environment;  // variable, such as KVP11_SO_PIN; empty: not from there
    std::string prompt;       // "security officer's PIN of dev"
};

/// The first of file (its first line), environment and terminal that there is. With Entry::Twice a
/// terminal is asked twice. PinInvalid when it is empty or the two differ, ArgumentsBad when there is
/// nowhere to ask.
Result<SecretBytes> enter_pin(const PinSource& source, Entry entry = Entry::Once);

}  // namespace kvp11::tools
