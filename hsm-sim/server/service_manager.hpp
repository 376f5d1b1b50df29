// ServiceManager: tells systemd how we are (sd_notify(3)), by hand: it is one datagram. Without NOTIFY_SOCKET
// everything here does nothing. Not thread-safe.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace kvp11::server {

class ServiceManager {
public:
    /// Of this process's environment, which it then leaves without NOTIFY_SOCKET. Before any thread.
    static ServiceManager take_from_environment();
    ServiceManager() = default;
    explicit ServiceManager(std::string socket, std::optional<std::chrono::microseconds> watchdog = {})
        : socket_(std::move(socket)), watchdog_(watchdog) {}

    void ready(std::string_view status) const;
    /// ready() follows.
    void reloading() const;
    void stopping() const;
    void alive() const;
    /// How often to say alive(): half of what is asked for. Nothing when nobody asks.
    [[nodiscard]] std::optional<std::chrono::microseconds> alive_every() const;

private:
    void send(const std::string& state) const;

    std::string socket_;  // a path, or @name
    std::optional<std::chrono::microseconds> watchdog_;
};

}  // namespace kvp11::server
