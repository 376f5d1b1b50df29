// hsm-sim, the server.
#include <iostream>

#include "server/command_line.hpp"

int main(int count, char** words) {
    return kvp11::server::run_command_line({words + 1, words + count}, std::cout, std::cerr);
}
