// The tables of the life of a partition and of a key (hsm-sim/partition/life_cycle.hpp): for people, and as graphs for
// graphviz's dot. Pure functions.
#pragma once

#include <string>

namespace kvp11::tools {

std::string partition_states_table();
std::string key_states_table();
std::string partition_states_dot();
std::string key_states_dot();

}  // namespace kvp11::tools
