// Listening sockets that systemd made and handed over (sd_listen_fds(3)): descriptors from 3 on, named by
// FileDescriptorName= of the socket unit. Values.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kvp11/result.hpp"

namespace kvp11::server {

struct InheritedSocket {
    int descriptor = -1;
    std::string name;
};

/// What the variables LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES say to the process `own`; null for one that is not
/// set. None when they are for another process. ConfigurationInvalid for numbers that are none.
Result<std::vector<InheritedSocket>> inherited_sockets(const char* pid, const char* count, const char* names,
                                                       pid_t own);

/// The same of this process's environment. Takes the variables away, so that no child believes them, and keeps the
/// descriptors from children. ConfigurationInvalid for a descriptor that is no listening socket. Before any thread.
Result<std::vector<InheritedSocket>> take_inherited_sockets();

/// The one of this name, taken out of `sockets`.
std::optional<int> take_socket(std::vector<InheritedSocket>& sockets, std::string_view name);

}  // namespace kvp11::server
