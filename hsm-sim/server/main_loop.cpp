#include "server/main_loop.hpp"

#include <sys/signalfd.h>
#include <sys/timerfd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace kvp11::server {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

constexpr microseconds longest_tick = seconds(1);
constexpr std::uint64_t partition_ticks = 5;
constexpr std::uint64_t due_ticks = 60;

Result<void> start_timer(const http::Descriptor& timer, microseconds every) {
    const itimerspec times{.it_interval = {every.count() / 1'000'000, every.count() % 1'000'000 * 1000},
                           .it_value = {0, 1'000'000}};
    if (timer.number() < 0 || timerfd_settime(timer.number(), 0, &times, nullptr) != 0) {
        return fail(Errc::DeviceError, std::string("there is no timer: ") + std::strerror(errno));
    }
    return {};
}

}  // namespace

sigset_t block_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    return signals;
}

Result<MainLoop> MainLoop::make(Program& program, AdminSocket* admin, const ServiceManager& manager, const Log& log,
                                const sigset_t& signals) {
    MainLoop loop(program, admin, manager, log);
    loop.signals_ = http::Descriptor(signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
    loop.timer_ = http::Descriptor(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
    if (loop.signals_.number() < 0) {
        return fail(Errc::DeviceError, std::string("signals cannot be read: ") + std::strerror(errno));
    }
    TRY(start_timer(loop.timer_, std::min(longest_tick, manager.alive_every().value_or(longest_tick))));
    return loop;
}

int MainLoop::run() {
    for (;;) {
        std::vector<pollfd> descriptors = {{signals_.number(), POLLIN, 0}, {timer_.number(), POLLIN, 0}};
        if (admin_ != nullptr) admin_->add_to(descriptors);
        if (poll(descriptors.data(), descriptors.size(), -1) < 0) continue;
        if (descriptors[0].revents != 0) {
            if (const std::optional<int> end = read_signal()) return *end;
        }
        if (descriptors[1].revents != 0) read_timer();
        for (std::size_t i = 2; i < descriptors.size(); ++i) admin_->serve(descriptors[i]);
    }
}

std::optional<int> MainLoop::read_signal() {
    signalfd_siginfo information{};
    if (read(signals_.number(), &information, sizeof information) != sizeof information) return {};
    if (information.ssi_signo != SIGHUP) return static_cast<int>(information.ssi_signo);
    reload();
    return {};
}

void MainLoop::reload() {
    manager_.reloading();
    program_.reload();
    manager_.ready(program_.status());
}

void MainLoop::read_timer() {
    std::uint64_t expired = 0;
    if (read(timer_.number(), &expired, sizeof expired) != sizeof expired) return;
    if (manager_.alive_every()) manager_.alive();
    if (ticks_ % partition_ticks == 0) program_.look_at_partition();
    if (ticks_ % due_ticks == 0) program_.run_due();
    program_.look_at_files();
    program_.tend_audit();
    ++ticks_;
}

}  // namespace kvp11::server
