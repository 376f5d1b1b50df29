// Program: the server put together: partition, identity, traffic, REST API, logs and metrics, and what listens.
//
// Owns them all, in the order in which they need each other. start(), refresh(), reload() and stop() are one thread's;
// requests come on others.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "rest/jobs.hpp"
#include "rest/service.hpp"
#include "server/authority_handler.hpp"
#include "server/exchange_recorder.hpp"
#include "server/file_stamp.hpp"
#include "server/front.hpp"
#include "server/monitoring.hpp"
#include "server/observers.hpp"
#include "server/program_settings.hpp"
#include "server/request_log.hpp"
#include "traffic/rules_file.hpp"

namespace kvp11::server {

class Program {
public:
    /// Listens when it returns. Fails as its parts do.
    static Result<std::unique_ptr<Program>> start(ProgramSettings settings, const Log& log);
    ~Program();
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    /// "listening https://127.0.0.1:8443", "metrics http://…", "imds http://…", one for each listener.
    [[nodiscard]] std::vector<std::string> places() const;
    [[nodiscard]] std::uint16_t port() const { return server_->port(0); }

    /// Certificates and the rules file, now; what is wrong with them is logged, and the old ones stay.
    void reload();
    /// What is to be done every second: files that changed, the audit log's seal.
    void look_at_files();
    void tend_audit() { settings_.partition->tend_audit(); }
    /// What is to be done every few seconds.
    void look_at_partition() { watch_.refresh(); }
    /// Rotates and purges the keys whose time has come, on a worker thread.
    void run_due();
    [[nodiscard]] std::vector<std::string> answer_admin(std::string_view line);
    /// "active, 12 keys", for people.
    [[nodiscard]] std::string status() const;

    void stop(std::chrono::milliseconds grace);

private:
    Program(ProgramSettings settings, const Log& log);
    Result<void> open();
    Result<void> listen();
    [[nodiscard]] rest::Site site_of();
    void reload_certificates();
    void refresh_rules();
    [[nodiscard]] std::vector<std::string> statistics() const;

    ProgramSettings settings_;
    const Log& log_;
    RequestMetrics metrics_;
    RequestLog request_log_;
    std::unique_ptr<ExchangeRecorder> recorder_;
    Observers observers_;
    std::unique_ptr<traffic::Traffic> traffic_;
    traffic::RulesFile rules_file_;
    PartitionWatch watch_;
    rest::Jobs jobs_;
    std::unique_ptr<rest::Workers> workers_;  // goes first: what it runs needs everything else
    rest::Site site_;
    rest::Service service_;
    std::unique_ptr<AuthorityHandler> authority_;
    Front front_;
    Monitoring monitoring_;
    std::vector<FileStamp> certificate_stamps_;
    std::unique_ptr<http::Server> server_;
};

}  // namespace kvp11::server
