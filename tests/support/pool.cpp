#include "support/pool.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>

#include "support/subject.hpp"

namespace kvp11::test {
namespace {

namespace fs = std::filesystem;

/// The applications that a development server must have. The secret of the first is the PIN of all tests.
void write_identities(const fs::path& folder) {
    const fs::path file = folder / "identities.json";
    std::ofstream(file) << R"({"tenant": ")" << Pool::tenant << R"(", "identityHeader": "tests", "applications": [
  {"name": "admin", "clientId": ")"
                        << Pool::client_id << R"(", "objectId": "c5f8a0b2-9d57-4a3e-8d51-7a1f5f2f9f31", "secret": ")"
                        << user_pin << R"("},
  {"name": "user", "clientId": "1c7d1f0a-2f43-4f0c-9a3a-5e6d7c8b9a02",
   "objectId": "6f1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c42", "secret": "user-secret-4711"},
  {"name": "auditor", "clientId": "2d8e2a1b-3a54-4a1d-8b4b-6f7e8d9cab13",
   "objectId": "7a2c3d4e-5f6a-4b7c-9d8e-0f1a2b3c4d53", "secret": "auditor-secret-4712"},
  {"name": "managed-identity", "clientId": "3e9f3b2c-4b65-4b2e-9c5c-7a8f9eadbc24",
   "objectId": "8b3d4e5f-6a7b-4c8d-8e9f-1a2b3c4d5e64", "secret": ""}]})"
                        << "\n";
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
}

/// Held while it lives, by one process at a time.
class FileLock {
public:
    explicit FileLock(const fs::path& file) : descriptor_(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
        if (descriptor_ < 0 || flock(descriptor_, LOCK_EX) != 0) {
            throw std::system_error(errno, std::generic_category(), file.string());
        }
    }
    ~FileLock() { close(descriptor_); }
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

private:
    int descriptor_;
};

/// A folder in which this very hsm-sim has been started once.
fs::path prepared_folder() {
    struct stat program {};
    if (stat(server_program().c_str(), &program) != 0) throw std::runtime_error("there is no " + server_program());
    const fs::path all = KVP11_PREPARED_POOLS;
    fs::create_directories(all);
    const fs::path wanted = all / (std::to_string(program.st_mtim.tv_sec) + "-" + std::to_string(program.st_size));
    const FileLock lock(all / "lock");
    if (fs::exists(wanted)) return wanted;
    const fs::path making = all / "making";
    fs::remove_all(making);
    fs::create_directories(making);
    fs::permissions(making, fs::perms::owner_all);
    write_identities(making);
    ServerProcess({"--dev", "--folder", making.string(), "--port", "0"}, (all / "log").string()).stop();
    fs::rename(making, wanted);
    return wanted;
}

/// The body of GET /metrics.
std::string metrics_of(std::uint16_t port) {
    const int connection = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const std::string request = "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    std::string answer;
    if (connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
        write(connection, request.data(), request.size()) == static_cast<ssize_t>(request.size())) {
        char piece[4096];
        for (ssize_t got = 0; (got = read(connection, piece, sizeof piece)) > 0;) {
            answer.append(piece, static_cast<std::size_t>(got));
        }
    }
    close(connection);
    return answer;
}

bool is_sample_of(const std::string& line, const std::string& name, const std::vector<std::string>& labels) {
    if (!line.starts_with(name) || (line[name.size()] != '{' && line[name.size()] != ' ')) return false;
    for (const std::string& label : labels) {
        if (line.find(label) == std::string::npos) return false;
    }
    return true;
}

}  // namespace

Pool::Pool(fs::path folder, std::vector<std::string> options)
    : folder_(std::move(folder)), options_(std::move(options)) {
    fs::copy(prepared_folder(), folder_, fs::copy_options::recursive);
    fs::permissions(folder_, fs::perms::owner_all);
    start();
}

std::string Pool::url() const { return "https://lab.managedhsm.localhost:" + std::to_string(port_); }
fs::path Pool::log_file() const { return folder_.string() + ".log"; }

void Pool::start() {
    std::vector<std::string> options = {"--dev",
                                        "--folder",
                                        folder_.string(),
                                        "--port",
                                        std::to_string(port_),
                                        "--metrics",
                                        "127.0.0.1:0",
                                        "--admin-socket",
                                        folder_.string() + ".socket",
                                        "--log-level",
                                        "info"};
    options.insert(options.end(), options_.begin(), options_.end());
    server_ = std::make_unique<ServerProcess>(options, log_file().string());
    port_ = server_->port();
}

void Pool::kill() {
    server_->process().kill();
    server_->process().wait();
    server_.reset();
}

std::string Pool::slot(const std::string& label, const std::string& more) const {
    std::ostringstream text;
    text << "[[slot]]\nid = 0\nbackend = \"managed-hsm\"\nlabel = \"" << label << "\"\nurl = \"" << url()
         << "\"\ncredential = \"client-secret\"\ntenant = \"" << tenant << "\"\nclient_id = \"" << client_id
         << "\"\nauthority_host = \"https://localhost:" << port_ << "\"\nlogin = \"pin\"\nca_file = \""
         << (folder_ / "ca.pem").string()
         << "\"\naddresses = [\"lab.managedhsm.localhost=127.0.0.1\"]\ncache_folder = \"" << folder_.string()
         << "-cache\"\nrecords = \"" << folder_.string() << "-records\"\n"
         << more;
    return text.str();
}

std::string Pool::admin(const std::string& command) const {
    const std::string answer = test::admin(folder_.string() + ".socket", command);
    if (!answer.ends_with("ok\n")) throw std::runtime_error(command + ": " + answer);
    return answer;
}

double Pool::metric(const std::string& name, const std::vector<std::string>& labels) const {
    std::istringstream lines(metrics_of(server_->port_of("metrics")));
    double sum = 0;
    for (std::string line; std::getline(lines, line);) {
        if (is_sample_of(line, name, labels)) sum += std::stod(line.substr(line.rfind(' ')));
    }
    return sum;
}

}  // namespace kvp11::test
