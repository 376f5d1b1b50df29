#include "server_process.hpp"

#include <stdexcept>

namespace kvp11::test {
namespace {

constexpr const char* form_type = "application/x-www-form-urlencoded";

}  // namespace

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

}  // namespace kvp11::test
