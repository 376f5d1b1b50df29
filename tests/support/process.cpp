#include "support/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <sstream>
#include <stdexcept>

namespace kvp11::test {
namespace {

Ended as_ended(int status) {
    Ended ended;
    if (WIFSIGNALED(status)) {
        ended.signal = WTERMSIG(status);
    } else {
        ended.exit_code = WEXITSTATUS(status);
    }
    return ended;
}

[[noreturn]] void become(const std::vector<std::string>& command,
                         const std::map<std::string, std::string>& environment) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that dies leaves nothing running
    for (const auto& [name, value] : environment) {
        if (value.empty()) {
            unsetenv(name.c_str());
        } else {
            setenv(name.c_str(), value.c_str(), 1);
        }
    }
    std::vector<char*> arguments;
    for (const std::string& word : command) {
        arguments.push_back(const_cast<char*>(word.c_str()));
    }
    arguments.push_back(nullptr);
    execvp(arguments[0], arguments.data());
    _exit(127);
}

}  // namespace

std::vector<std::string> Ended::lines(const std::string& prefix) const {
    std::vector<std::string> found;
    std::istringstream text(output);
    for (std::string line; std::getline(text, line);) {
        if (line.rfind(prefix, 0) == 0) {
            found.push_back(line.substr(prefix.size()));
        }
    }
    return found;
}

Process::Process(const std::vector<std::string>& command, const std::map<std::string, std::string>& environment) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        throw std::runtime_error("pipe");
    }
    id_ = fork();
    if (id_ == 0) {
        dup2(ends[1], STDOUT_FILENO);
        dup2(ends[1], STDERR_FILENO);
        become(command, environment);
    }
    close(ends[1]);
    output_ = ends[0];
}

Process::~Process() {
    if (id_ > 0) {
        kill();
        waitpid(id_, nullptr, 0);
    }
    close(output_);
}

bool Process::read_some(int milliseconds) {
    pollfd watched{output_, POLLIN, 0};
    if (output_ended_ || poll(&watched, 1, milliseconds) <= 0) {
        return false;
    }
    char buffer[4096];
    const ssize_t size = read(output_, buffer, sizeof buffer);
    if (size <= 0) {
        output_ended_ = true;
        return false;
    }
    text_.append(buffer, static_cast<std::size_t>(size));
    return true;
}

bool Process::read_until(const std::string& text) {
    while (text_.find(text) == std::string::npos) {
        if (!read_some(60000)) {
            return false;
        }
    }
    return true;
}

void Process::kill() { ::kill(id_, SIGKILL); }

Ended Process::wait(int seconds) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
    while (!output_ended_) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0) {
            kill();
            text_ += "\n(killed: it did not end in time)\n";
            break;
        }
        read_some(static_cast<int>(left.count()));
    }
    int status = 0;
    waitpid(id_, &status, 0);
    id_ = -1;
    Ended ended = as_ended(status);
    ended.output = text_;
    return ended;
}

Ended run(const std::vector<std::string>& command, const std::map<std::string, std::string>& environment, int seconds) {
    return Process(command, environment).wait(seconds);
}

Ended in_child(const std::function<int()>& body, unsigned seconds) {
    const pid_t child = fork();
    if (child == 0) {
        signal(SIGALRM, SIG_DFL);
        alarm(seconds);
        _exit(body());
    }
    int status = 0;
    waitpid(child, &status, 0);
    return as_ended(status);
}

}  // namespace kvp11::test
