// A running hsm-sim and a client of it. The program is the real one, in a process of its own.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "client.hpp"
#include "support/process.hpp"

namespace kvp11::test {

std::string content_of(const std::string& path);
/// The values of `export NAME='value'` lines.
std::map<std::string, std::string> exported_in(const std::string& path);

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

/// A development server in this folder, on a port of the system's choice, with an admin socket and metrics.
std::vector<std::string> dev_options(const std::string& folder);

/// The application admin (or another) of a development server. One thread's.
class DevClient {
public:
    DevClient(const std::string& folder, std::uint16_t port);
    /// With a token from elsewhere.
    DevClient(const std::string& folder, std::uint16_t port, std::string token);

    /// Over the connection that is open, or a new one. Nothing when the server went away.
    std::optional<Answer> ask(const std::string& method, const std::string& path, const std::string& body = "");
    /// The same, of which the answer must be 200; its JSON.
    boost::json::value must(const std::string& method, const std::string& path, const std::string& body = "");
    /// Signs 32 bytes with the key of this name, and gives the key's kid.
    std::string sign(const std::string& name);
    [[nodiscard]] const std::string& token() const { return token_; }
    [[nodiscard]] const std::map<std::string, std::string>& variables() const { return variables_; }
    /// Sends a request and does not wait for its answer.
    void send(const std::string& method, const std::string& path, const std::string& body = "");
    std::optional<Answer> answer() { return client_->answer(); }

private:
    [[nodiscard]] std::string request_text(const std::string& method, const std::string& path,
                                           const std::string& body) const;
    [[nodiscard]] std::unique_ptr<Client> connected() const;
    void log_in();

    std::map<std::string, std::string> variables_;
    std::string ca_file_;
    std::uint16_t port_;
    std::unique_ptr<Client> client_;
    std::string token_;
};

/// One command of an admin socket; the lines of its answer.
std::string admin(const std::string& socket, const std::string& command);

}  // namespace kvp11::test
