#include "server_process.hpp"

#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace kvp11::test {
namespace {

constexpr const char* form_type = "application/x-www-form-urlencoded";

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

// The shell gives the log a file of its own: what the program prints for scripts and what it logs are two things.
ServerProcess::ServerProcess(std::vector<std::string> options, const std::string& log_file,
                             const std::map<std::string, std::string>& environment) {
    const std::string ready = log_file + ".ready";
    unlink(ready.c_str());
    std::vector<std::string> command = {"sh",    "-c",           "log=$1; shift; exec \"$@\" 2>>\"$log\"",
                                        "sh",    log_file,       KVP11_HSM_SIM,
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

std::vector<std::string> dev_options(const std::string& folder) {
    return {"--dev",          "--folder",         folder,   "--port",     "0", "--metrics", "127.0.0.1:0",
            "--admin-socket", folder + ".socket", "--imds", "127.0.0.1:0"};
}

DevClient::DevClient(const std::string& folder, std::uint16_t port)
    : variables_(exported_in(folder + "/env")), ca_file_(folder + "/ca.pem"), port_(port), client_(connected()) {
    log_in();
}

DevClient::DevClient(const std::string& folder, std::uint16_t port, std::string token)
    : variables_(exported_in(folder + "/env")),
      ca_file_(folder + "/ca.pem"),
      port_(port),
      client_(connected()),
      token_(std::move(token)) {}

std::unique_ptr<Client> DevClient::connected() const {
    ClientTls tls;
    tls.ca_file = ca_file_;
    return std::make_unique<Client>(port_, tls);
}

void DevClient::log_in() {
    const std::string body = "grant_type=client_credentials&client_id=" + variables_.at("AZURE_CLIENT_ID") +
                             "&client_secret=" + variables_.at("AZURE_CLIENT_SECRET") +
                             "&scope=https%3A%2F%2Fmanagedhsm.localhost%3A" + std::to_string(port_) + "%2F.default";
    const std::string head = "POST /" + variables_.at("AZURE_TENANT_ID") +
                             "/oauth2/v2.0/token HTTP/1.1\r\nHost: localhost:" + std::to_string(port_) +
                             "\r\nContent-Type: " + form_type + "\r\nContent-Length: " + std::to_string(body.size()) +
                             "\r\n\r\n";
    const auto answer = client_->ask(head + body);
    if (!answer || answer->status != 200) throw std::runtime_error("no token: " + (answer ? answer->body : ""));
    token_ = std::string(boost::json::parse(answer->body).at("access_token").as_string());
}

std::string DevClient::request_text(const std::string& method, const std::string& path, const std::string& body) const {
    return method + " " + path + (path.find('?') == path.npos ? "?api-version=7.4" : "") +
           " HTTP/1.1\r\nHost: lab.managedhsm.localhost:" + std::to_string(port_) + "\r\nAuthorization: Bearer " +
           token_ + "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

void DevClient::send(const std::string& method, const std::string& path, const std::string& body) {
    if (!client_->send(request_text(method, path, body))) throw std::runtime_error("the server takes nothing");
}

std::optional<Answer> DevClient::ask(const std::string& method, const std::string& path, const std::string& body) {
    return client_->ask(request_text(method, path, body));
}

boost::json::value DevClient::must(const std::string& method, const std::string& path, const std::string& body) {
    const auto answer = ask(method, path, body);
    if (!answer || answer->status != 200) {
        throw std::runtime_error(method + " " + path + ": " + (answer ? answer->head + answer->body : "no answer"));
    }
    return boost::json::parse(answer->body);
}

std::string DevClient::sign(const std::string& name) {
    const std::string digest(43, 'A');
    const auto answer = must("POST", "/keys/" + name + "//sign", R"({"alg":"ES256","value":")" + digest + "\"}");
    return std::string(answer.at("kid").as_string());
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
