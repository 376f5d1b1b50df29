// What the program does so that keys stay in its own memory. Only in the server: a module must not do this to its host.
#pragma once

#include <string>

namespace kvp11::server {

/// No core dump and no debugger of the same user (PR_SET_DUMPABLE); no page in swap (mlockall), where the system lets
/// a process lock as much as it likes. Before any thread. Says in a few words what it could not do; empty: nothing.
std::string protect_process();

}  // namespace kvp11::server
