// Other processes: a program run to its end with its output, and a function run in a forked child.
#pragma once

#include <sys/types.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace kvp11::test {

struct Ended {
    int exit_code = -1;  // meaningful when signal is 0
    int signal = 0;
    std::string output;  // standard output and error together

    bool is_clean() const { return signal == 0 && exit_code == 0; }
    /// The output's lines that start with `prefix`, without it.
    std::vector<std::string> lines(const std::string& prefix) const;
};

/// A running program. Killed and waited for by the destructor when nobody did before.
class Process {
public:
    /// `environment` is added to ours; an empty value takes the variable away.
    Process(const std::vector<std::string>& command, const std::map<std::string, std::string>& environment = {});
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    /// Reads until the output holds `text` or ends; false when it ended first.
    bool read_until(const std::string& text);
    void kill();
    /// Reads the rest and waits. After `seconds` the program is killed.
    Ended wait(int seconds = 60);
    pid_t id() const { return id_; }

private:
    bool read_some(int milliseconds);

    pid_t id_ = -1;
    int output_ = -1;
    bool output_ended_ = false;
    std::string text_;
};

Ended run(const std::vector<std::string>& command, const std::map<std::string, std::string>& environment = {},
          int seconds = 60);

/// Runs `body` in a forked child that ends with its result, by _exit. A child that hangs is ended by SIGALRM.
Ended in_child(const std::function<int()>& body, unsigned seconds = 30);

}  // namespace kvp11::test
