// kvp11, the command-line tool.
#include <iostream>

#include "tools/command_line.hpp"
#include "tools/commands.hpp"

int main(int count, char** words) {
    using namespace kvp11::tools;
    return run_command_line(all_commands(), {words + 1, words + count}, std::cout, std::cerr);
}
