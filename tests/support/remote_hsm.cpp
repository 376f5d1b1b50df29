#include "support/remote_hsm.hpp"

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <mutex>
#include <stdexcept>

#include "access/role.hpp"
#include "http/server.hpp"
#include "identity/principal.hpp"
#include "partition/partition.hpp"
#include "rest/jobs.hpp"
#include "rest/service.hpp"
#include "server/dev_certificates.hpp"

namespace kvp11::test {
namespace {

constexpr const char* host = "lab.managedhsm.localhost";
constexpr const char* token = "token-of-the-client";
constexpr const char* object_id = "00000000-0000-4000-8000-00000000000c";

SecretBytes pin(std::string_view text) { return SecretBytes::copy_of(bytes_of(text)); }

template <class T>
T must(Result<T> result) {
    if (!result.ok()) throw std::runtime_error("the case could not be set up: " + result.error().message);
    return std::move(*result);
}
void must(const Result<void>& result) {
    if (!result.ok()) throw std::runtime_error("the case could not be set up: " + result.error().message);
}

class OneClient final : public identity::Authenticator {
    Result<identity::PrincipalPtr> authenticate(std::string_view given) override {
        if (given != token) return fail(Errc::UserNotLoggedIn, "there is no such token");
        auto principal = std::make_shared<identity::Principal>();
        principal->object_id = object_id;
        principal->application = "remote-test";
        return identity::PrincipalPtr(std::move(principal));
    }
};

class Recorder final : public rest::Observer {
public:
    /// What ask() asks is nobody's request.
    void pause(bool paused) { paused_ = paused; }
    std::vector<Exchange> taken() {
        std::lock_guard lock(mutex_);
        return std::exchange(exchanges_, {});
    }

private:
    void observed(const rest::Observation& seen) noexcept override {
        if (paused_) return;
        std::lock_guard lock(mutex_);
        exchanges_.push_back({std::string(seen.operation), std::string(seen.request.target),
                              std::string(seen.request.body.expose_text()), seen.response.status});
    }

    std::atomic<bool> paused_{false};
    std::mutex mutex_;
    std::vector<Exchange> exchanges_;
};

std::filesystem::path temporary_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "kvp11-remote.XXXXXX").string();
    if (!mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    return name;
}

std::string written(const std::filesystem::path& path, std::string_view text) {
    std::ofstream(path) << text;
    std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    return path.string();
}

std::unique_ptr<partition::Partition> made_partition(const std::filesystem::path& folder) {
    auto partition = must(partition::Partition::open({.path = (folder / "partition").string(),
                                                      .group = {},
                                                      .kdf_cost = partition::least_kdf_cost,
                                                      .audit_level = audit::Level::Off,
                                                      .clock = host::system_clock()}));
    must(partition->initialise(pin("officer-pin"), "lab"));
    must(partition->login(Role::SecurityOfficer, pin("officer-pin")));
    unsigned number = 0;
    for (const std::string role :
         {access::role_id::crypto_user, access::role_id::crypto_officer, access::role_id::release_user}) {
        const std::string id = "00000000-0000-4000-9000-00000000000" + std::to_string(++number);
        must(partition->assign_role({id, object_id, role, "/"}));
    }
    return partition;
}

}  // namespace

struct RemoteHsm::Parts {
    std::filesystem::path folder = temporary_folder();
    std::unique_ptr<partition::Partition> partition = made_partition(folder);
    OneClient authenticator;
    std::unique_ptr<traffic::Traffic> traffic = traffic::Traffic::make();
    Recorder recorder;
    rest::Jobs jobs;
    std::unique_ptr<rest::Workers> workers = std::make_unique<rest::Workers>(2);
    rest::Site site{{}, *partition, authenticator, nullptr, *traffic, *workers, recorder, jobs};
    rest::Service service{site};
    std::unique_ptr<http::Server> server;
    std::string authority_file;
    std::string token_file;
};

RemoteHsm::RemoteHsm() : parts_(std::make_unique<Parts>()) {
    Parts& parts = *parts_;
    const auto certificates = must(server::make_dev_certificates(parts.folder.string(), "lab"));
    parts.authority_file = certificates.authority;
    parts.token_file = written(parts.folder / "token", token);
    http::ListenerSettings listener;
    listener.tls = http::TlsFiles{certificates.certificate, certificates.private_key};
    listener.handler = &parts.service;
    http::ServerSettings settings;
    settings.listeners.push_back(std::move(listener));
    settings.threads = 1;
    parts.server = must(http::Server::start(std::move(settings)));
    const std::string port = std::to_string(parts.server->port(0));
    parts.site.settings.authority = "https://localhost:" + port + "/tenant";
    parts.site.settings.resource = "https://managedhsm.localhost:" + port;
    parts.site.settings.storage = (parts.folder / "storage").string();
}

RemoteHsm::~RemoteHsm() {
    parts_->server->stop(std::chrono::milliseconds(100));
    parts_->workers.reset();
    parts_->server.reset();
    std::error_code ignored;
    std::filesystem::remove_all(parts_->folder, ignored);
}

std::string RemoteHsm::url() const {
    return "https://" + std::string(host) + ":" + std::to_string(parts_->server->port(0));
}

std::string RemoteHsm::folder() const { return parts_->folder.string(); }

managed_hsm::Settings RemoteHsm::settings() const {
    managed_hsm::Settings settings;
    settings.label = "remote";
    settings.cache_folder = parts_->folder.string();
    settings.cache_on_disk = false;
    auto& pipeline = settings.pipeline;
    pipeline.members = {url()};
    pipeline.pacing = pipeline::Pacing::None;
    pipeline.pace_file = (parts_->folder / "pace").string();
    pipeline.transport.ca_file = parts_->authority_file;
    pipeline.transport.addresses = {{host, "127.0.0.1"}};
    pipeline.transport.proxy = "none";
    pipeline.credential.kind = credential::Kind::TokenFile;
    pipeline.credential.token_file = parts_->token_file;
    return settings;
}

std::string RemoteHsm::ask(std::string_view method, const std::string& target, const std::string& body) {
    http::Request request;
    request.method = method;
    request.target = target + (target.find('?') == std::string::npos ? "?" : "&") + "api-version=7.6";
    request.headers.add("Host", std::string(host) + ":" + std::to_string(parts_->server->port(0)));
    request.headers.add("Authorization", "Bearer " + std::string(token));
    request.body = http::Body(body);
    request.peer = {.address = "127.0.0.1", .port = 50000};
    std::promise<http::Response> answered;
    parts_->recorder.pause(true);
    parts_->service.handle(std::move(request),
                           [&](http::Response response) { answered.set_value(std::move(response)); });
    const http::Response response = answered.get_future().get();
    parts_->recorder.pause(false);
    if (response.status < 200 || response.status > 299) {
        throw std::runtime_error(std::string(method) + " " + target + ": " + std::to_string(response.status) + " " +
                                 response.body);
    }
    return response.body;
}

std::vector<Exchange> RemoteHsm::exchanges() { return parts_->recorder.taken(); }

void RemoteHsm::set_rules(std::string_view json) { must(parts_->traffic->set_rules(json)); }

}  // namespace kvp11::test
