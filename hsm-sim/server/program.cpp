#include "server/program.hpp"

#include "partition/life_cycle.hpp"
#include "traffic/admin_commands.hpp"

namespace kvp11::server {
namespace {

std::vector<FileStamp> stamps_of(const http::TlsFiles& files) {
    return {FileStamp::of(files.certificate_chain), FileStamp::of(files.private_key)};
}

std::unique_ptr<AuthorityHandler> handler_of(const ProgramSettings& settings, RequestMetrics& metrics, const Log& log) {
    if (!settings.authority) return nullptr;
    return std::make_unique<AuthorityHandler>(*settings.authority, settings.attestation_authority.get(), metrics, log);
}

}  // namespace

http::ListenerSettings ListenPlace::listener(http::Handler& handler) const {
    http::ListenerSettings settings;
    settings.address = address.address;
    settings.port = address.port;
    settings.inherited_socket = inherited;
    settings.handler = &handler;
    return settings;
}

Program::Program(ProgramSettings settings, const Log& log)
    : settings_(std::move(settings)),
      log_(log),
      request_log_(log),
      traffic_(traffic::Traffic::make()),
      rules_file_(settings_.rules_file, settings_.profile),
      watch_(*settings_.partition),
      workers_(std::make_unique<rest::Workers>(settings_.workers)),
      site_(site_of()),
      service_(site_),
      authority_(handler_of(settings_, metrics_, log)),
      front_(service_, authority_.get()),
      monitoring_(metrics_, watch_, *traffic_) {}

Program::~Program() {
    stop(std::chrono::milliseconds(0));
    workers_.reset();
}

rest::Site Program::site_of() {
    return {settings_.site,
            *settings_.partition,
            *settings_.validator,
            settings_.attestation.get(),
            *traffic_,
            *workers_,
            observers_,
            jobs_};
}

Result<std::unique_ptr<Program>> Program::start(ProgramSettings settings, const Log& log) {
    std::unique_ptr<Program> program(new Program(std::move(settings), log));
    TRY(program->open());
    TRY(program->listen());
    return program;
}

Result<void> Program::open() {
    observers_.add(metrics_);
    observers_.add(request_log_);
    if (!settings_.record_file.empty()) {
        recorder_ = TRY(ExchangeRecorder::open(settings_.record_file));
        observers_.add(*recorder_);
        log_.warning("every request and answer is written to a file, keys and tokens of storage in them: for "
                     "development only",
                     {{"file", std::string_view(settings_.record_file)}});
    }
    if (!settings_.rules_file.empty()) {
        TRY(rules_file_.refresh(*traffic_));
    } else if (!settings_.profile.empty()) {
        TRY(traffic_->set_rules("{\"profile\":\"" + settings_.profile + "\"}"));
    }
    watch_.refresh();
    return {};
}

Result<void> Program::listen() {
    http::ServerSettings settings;
    for (const ListenPlace& place : settings_.listen) {
        settings.listeners.push_back(place.listener(front_));
        settings.listeners.back().tls = settings_.tls;
    }
    if (settings_.metrics) settings.listeners.push_back(settings_.metrics->listener(monitoring_));
    if (settings_.imds) settings.listeners.push_back(settings_.imds->listener(*authority_));
    settings.limits = settings_.limits;
    settings.threads = settings_.threads;
    certificate_stamps_ = stamps_of(settings_.tls);
    server_ = TRY(http::Server::start(std::move(settings)));
    monitoring_.watch(server_->counters());
    return {};
}

std::vector<std::string> Program::places() const {
    std::vector<std::string> lines;
    const auto add = [&](std::string before, const ListenPlace& place, const char* after) {
        ListenAddress address = place.address;
        address.port = server_->port(lines.size());
        lines.push_back(std::move(before) + address.text() + after);
    };
    for (const ListenPlace& place : settings_.listen) add("listening https://", place, "");
    if (settings_.metrics) add("metrics http://", *settings_.metrics, "/metrics");
    if (settings_.imds) add("imds http://", *settings_.imds, "");
    return lines;
}

void Program::reload() {
    reload_certificates();
    refresh_rules();
}

void Program::look_at_files() {
    if (stamps_of(settings_.tls) != certificate_stamps_) reload_certificates();
    refresh_rules();
}

void Program::reload_certificates() {
    certificate_stamps_ = stamps_of(settings_.tls);
    const Result<void> reloaded = server_->reload_certificates();
    if (!reloaded.ok()) {
        return log_.error("the certificates cannot be used, the old ones stay",
                          {{"reason", std::string_view(reloaded.error().message)}});
    }
    log_.info("certificates reloaded");
}

void Program::refresh_rules() {
    if (settings_.rules_file.empty()) return;
    const Result<bool> changed = rules_file_.refresh(*traffic_);
    if (!changed.ok()) {
        return log_.error("the rules cannot be used, the old ones stay",
                          {{"reason", std::string_view(changed.error().message)}});
    }
    if (*changed) log_.info("rules of traffic set", {{"file", std::string_view(settings_.rules_file)}});
}

void Program::run_due() {
    if (watch_.state().life_cycle != LifeCycle::Active) return;
    workers_->post([this] {
        const auto report = settings_.partition->run_due();
        if (!report.ok()) {
            return log_.warning("due keys cannot be looked for",
                                {{"reason", std::string_view(report.error().message)}});
        }
        for (const KeyId& key : report->rotated) log_.info("key rotated", {{"key", std::string_view(key.name)}});
        for (const std::string& key : report->purged) log_.info("key purged", {{"key", std::string_view(key)}});
        for (const std::string& why : report->failed) log_.warning("due key", {{"reason", std::string_view(why)}});
    });
}

std::string Program::status() const {
    const PartitionState seen = watch_.state();
    return std::string(partition::name_of(seen.life_cycle)) + ", " + std::to_string(seen.keys()) + " keys";
}

std::vector<std::string> Program::statistics() const {
    const http::Counters& counters = server_->counters();
    return {"partition " + status(), "requests " + std::to_string(metrics_.requests()),
            "connections " + std::to_string(counters.open.load()), "ok"};
}

std::vector<std::string> Program::answer_admin(std::string_view line) {
    if (line == "stats") return statistics();
    if (line == "reload") {
        reload();
        return {"ok"};
    }
    std::vector<std::string> answer = traffic::answer_admin(line, *traffic_);
    if (line == "help") {
        answer.insert(answer.end() - 1, {"stats         prints the partition's state and what goes on",
                                         "reload        reads certificates and the rules file again"});
    }
    return answer;
}

void Program::stop(std::chrono::milliseconds grace) {
    if (server_) server_->stop(grace);
}

}  // namespace kvp11::server
