#include "worker.hpp"

#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <functional>
#include <stdexcept>

#include "worker_life.hpp"

namespace kvp11::test {
namespace {

// A line of at most what a socket takes at once; nothing when the other end is gone.
std::optional<std::string> read_line(int socket) {
    std::string line(1 << 16, '\0');
    const ssize_t got = recv(socket, line.data(), line.size(), 0);
    if (got <= 0) return std::nullopt;
    line.resize(static_cast<std::size_t>(got));
    return line;
}

bool write_line(int socket, const std::string& line) {
    return send(socket, line.data(), line.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(line.size());
}

[[noreturn]] void serve(int socket, const std::string& folder) {
    WorkerLife life(folder);
    while (const auto line = read_line(socket)) {
        if (!write_line(socket, life.perform(from_line(*line)))) break;
    }
    _exit(0);
}

}  // namespace

Worker::Worker(const std::string& folder, const std::string& kill_plan) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) throw std::runtime_error("socketpair");
    process_ = fork();
    if (process_ == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(ends[0]);
        if (!kill_plan.empty()) setenv("KVP11_TEST_KILL", kill_plan.c_str(), 1);
        serve(ends[1], folder);
    }
    close(ends[1]);
    to_ = from_ = ends[0];
}

Worker::~Worker() {
    close(to_);
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
}

std::optional<std::string> Worker::ask(const Action& action) {
    if (!write_line(to_, to_line(action))) return std::nullopt;
    return read_line(from_);
}

namespace {

std::string in_a_process(const std::function<std::string()>& work) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) != 0) throw std::runtime_error("socketpair");
    const pid_t child = fork();
    if (child == 0) {
        write_line(ends[1], work());
        _exit(0);
    }
    close(ends[1]);
    const auto answer = read_line(ends[0]);
    close(ends[0]);
    waitpid(child, nullptr, 0);
    return answer.value_or("the process died");
}

}  // namespace

void lay_out_partition(const std::string& folder) {
    const std::string made = in_a_process([&] { return WorkerLife::lay_out(folder); });
    if (made != "ok") throw std::runtime_error(made);
}

std::string audit_findings(const std::string& folder) {
    return in_a_process([&] { return WorkerLife(folder).audit_findings(); });
}

}  // namespace kvp11::test
