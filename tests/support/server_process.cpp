#include "support/server_process.hpp"

#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace kvp11::test {
namespace {

std::string folder_variable(const std::string& line) {
    const std::size_t equals = line.find('=');
    return line.substr(7, equals - 7);
}

}  // namespace

std::string content_of(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

std::map<std::string, std::string> exported_in(const std::string& path) {
    std::map<std::string, std::string> all;
    std::istringstream lines(content_of(path));
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("export ")) continue;
        const std::size_t begin = line.find('\'') + 1;
        all[folder_variable(line)] = line.substr(begin, line.rfind('\'') - begin);
    }
    return all;
}

std::string server_program() {
    const char* value = std::getenv("KVP11_HSM_SIM");
    return value != nullptr && *value != '\0' ? value : KVP11_HSM_SIM_DEFAULT;
}

// The shell gives the log a file of its own: what the program prints for scripts and what it logs are two things.
ServerProcess::ServerProcess(std::vector<std::string> options, const std::string& log_file,
                             const std::map<std::string, std::string>& environment) {
    const std::string ready = log_file + ".ready";
    unlink(ready.c_str());
    std::vector<std::string> command = {"sh",    "-c",           "log=$1; shift; exec \"$@\" 2>>\"$log\"",
                                        "sh",    log_file,       server_program(),
                                        "serve", "--ready-file", ready};
    command.insert(command.end(), options.begin(), options.end());
    process_ = std::make_unique<Process>(command, environment);
    if (!process_->read_until("\nready ")) {
        throw std::runtime_error("hsm-sim did not start: " + process_->wait().output + content_of(log_file));
    }
    while (access(ready.c_str(), R_OK) != 0) sched_yield();
    std::istringstream lines(content_of(ready));
    for (std::string line; std::getline(lines, line);) lines_.push_back(line);
}

std::string ServerProcess::said(const std::string& word) const {
    for (const std::string& line : lines_) {
        if (line.starts_with(word + " ")) return line.substr(word.size() + 1);
    }
    return {};
}

std::uint16_t ServerProcess::port_of(const std::string& word) const {
    const std::string url = said(word);
    return static_cast<std::uint16_t>(std::stoi(url.substr(url.find(':', 8) + 1)));
}

void ServerProcess::signal(int number) { ::kill(process_->id(), number); }

Ended ServerProcess::stop() {
    signal(SIGTERM);
    return process_->wait(30);
}

std::string admin(const std::string& path, const std::string& command) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    std::string answer;
    if (connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
        write(socket, (command + "\n").data(), command.size() + 1) > 0) {
        std::array<char, 4096> piece{};
        while (!answer.ends_with("ok\n") && answer.find("error: ") == answer.npos) {
            const ssize_t got = read(socket, piece.data(), piece.size());
            if (got <= 0) break;
            answer.append(piece.data(), static_cast<std::size_t>(got));
        }
    }
    close(socket);
    return answer;
}

}  // namespace kvp11::test
