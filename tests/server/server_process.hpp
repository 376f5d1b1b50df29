// A development server and a client of it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "client.hpp"
#include "support/server_process.hpp"

namespace kvp11::test {

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

}  // namespace kvp11::test
