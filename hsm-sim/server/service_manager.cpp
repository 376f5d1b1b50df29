#include "server/service_manager.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "http/descriptor.hpp"

namespace kvp11::server {
namespace {

std::string text_of_variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string{} : std::string(value);
}

std::optional<long long> number_of(const std::string& text) {
    long long number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc{} || end != text.data() + text.size()) return {};
    return number;
}

}  // namespace

ServiceManager ServiceManager::take_from_environment() {
    const std::string socket = text_of_variable("NOTIFY_SOCKET");
    const auto watchdog = number_of(text_of_variable("WATCHDOG_USEC"));
    const auto process = number_of(text_of_variable("WATCHDOG_PID"));
    for (const char* variable : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) unsetenv(variable);
    const bool is_watched = watchdog && *watchdog > 0 && (!process || *process == getpid());
    if (!is_watched) return ServiceManager(socket);
    return ServiceManager(socket, std::chrono::microseconds(*watchdog));
}

void ServiceManager::ready(std::string_view status) const { send("READY=1\nSTATUS=" + std::string(status)); }

void ServiceManager::reloading() const {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    const long long microseconds = static_cast<long long>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1000;
    send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds));
}

void ServiceManager::stopping() const { send("STOPPING=1"); }

void ServiceManager::alive() const { send("WATCHDOG=1"); }

std::optional<std::chrono::microseconds> ServiceManager::alive_every() const {
    if (!watchdog_) return {};
    return *watchdog_ / 2;
}

void ServiceManager::send(const std::string& state) const {
    sockaddr_un to{};
    if (socket_.empty() || socket_.size() >= sizeof to.sun_path) return;
    to.sun_family = AF_UNIX;
    std::memcpy(to.sun_path, socket_.data(), socket_.size());
    if (to.sun_path[0] == '@') to.sun_path[0] = '\0';  // of the abstract name space
    const http::Descriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
    // Nothing is lost when systemd does not listen.
    [[maybe_unused]] const ssize_t sent =
        sendto(socket.number(), state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&to), size);
}

}  // namespace kvp11::server
