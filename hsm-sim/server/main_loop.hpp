// MainLoop: what the program's first thread does while others answer requests: signals, the timer, the admin socket.
#pragma once

#include <csignal>
#include <optional>

#include "http/descriptor.hpp"
#include "server/admin_socket.hpp"
#include "server/program.hpp"
#include "server/service_manager.hpp"

namespace kvp11::server {

/// SIGTERM, SIGINT and SIGHUP, blocked in this thread and in those that it starts later.
sigset_t block_signals();

class MainLoop {
public:
    /// Everything outlives it. DeviceError when the system has no descriptors left.
    static Result<MainLoop> make(Program& program, AdminSocket* admin, const ServiceManager& manager, const Log& log,
                                 const sigset_t& signals);
    /// Until SIGTERM or SIGINT comes; gives which.
    int run();

private:
    MainLoop(Program& program, AdminSocket* admin, const ServiceManager& manager, const Log& log)
        : program_(program), admin_(admin), manager_(manager), log_(log) {}
    /// The signal that ends the program.
    std::optional<int> read_signal();
    void read_timer();
    void reload();

    Program& program_;
    AdminSocket* admin_;
    const ServiceManager& manager_;
    const Log& log_;
    http::Descriptor signals_;
    http::Descriptor timer_;
    std::uint64_t ticks_ = 0;
};

}  // namespace kvp11::server
