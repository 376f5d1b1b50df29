// A running hsm-sim: the real program, in a process of its own that ends with the test's.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "support/process.hpp"

namespace kvp11::test {

std::string content_of(const std::string& path);
/// The values of `export NAME='value'` lines.
std::map<std::string, std::string> exported_in(const std::string& path);

/// Path of hsm-sim: KVP11_HSM_SIM, else what CMake said.
std::string server_program();

class ServerProcess {
public:
    /// `hsm-sim serve` and these; waits until it is ready. Its log goes to `log_file`.
    ServerProcess(std::vector<std::string> options, const std::string& log_file,
                  const std::map<std::string, std::string>& environment = {});

    /// What it printed behind this word at the beginning of a line; empty when there is no such line.
    [[nodiscard]] std::string said(const std::string& word) const;
    [[nodiscard]] std::uint16_t port() const { return port_of("listening"); }
    [[nodiscard]] std::uint16_t port_of(const std::string& word) const;
    [[nodiscard]] Process& process() { return *process_; }
    void signal(int number);
    /// SIGTERM, and how it ended.
    Ended stop();

private:
    std::unique_ptr<Process> process_;
    std::vector<std::string> lines_;
};

/// One command of an admin socket; the lines of its answer.
std::string admin(const std::string& socket, const std::string& command);

}  // namespace kvp11::test
