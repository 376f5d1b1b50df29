#include "server/monitoring.hpp"

#include <boost/json.hpp>

#include "partition/life_cycle.hpp"
#include "server/exposition.hpp"
#include "server/process_metrics.hpp"
#include "server/request_log.hpp"

namespace kvp11::server {
namespace {

namespace json = boost::json;

struct CounterRow {
    const char* name;
    const char* type;
    const char* help;
    std::atomic<std::uint64_t> http::Counters::*value;
};
constexpr CounterRow counter_rows[] = {
    {"hsm_sim_connections_accepted_total", "counter", "Connections that were accepted.", &http::Counters::accepted},
    {"hsm_sim_connections_open", "gauge", "Connections that are open.", &http::Counters::open},
    {"hsm_sim_connections_refused_total", "counter", "Connections above the limit.", &http::Counters::refused},
    {"hsm_sim_handshakes_failed_total", "counter", "TLS handshakes that failed.", &http::Counters::handshakes_failed},
    {"hsm_sim_timeouts_total", "counter", "Connections that were closed for being slow.", &http::Counters::timed_out},
    {"hsm_sim_malformed_total", "counter", "Requests that were not HTTP.", &http::Counters::malformed},
    {"hsm_sim_http_requests_total", "counter", "Requests over all listeners.", &http::Counters::requests},
};

// What happened on purpose, as the rules tell it.
void write_traffic(Exposition& exposition, const std::string& rules) {
    boost::system::error_code problem;
    const json::value document = json::parse(rules, problem);
    if (problem || !document.is_object()) return;
    exposition.family("hsm_sim_traffic_total", "counter", "Requests that the traffic rules refused or delayed.");
    if (const json::value* happened = document.get_object().if_contains("happened")) {
        for (const auto& [name, count] : happened->get_object()) {
            exposition.sample(count.to_number<double>(), {{"rule", name}});
        }
    }
    const json::value* faults = document.get_object().if_contains("faults");
    if (faults == nullptr || !faults->is_array() || faults->get_array().empty()) return;
    exposition.family("hsm_sim_faults_total", "counter", "Requests that a scripted fault struck.");
    std::size_t index = 0;
    for (const json::value& fault : faults->get_array()) {
        const json::value* count = fault.get_object().if_contains("happened");
        const std::string number = std::to_string(index++);
        if (count) exposition.sample(count->to_number<double>(), {{"fault", number}});
    }
}

http::Response text_response(std::string body, const char* type) {
    return {.status = 200, .headers = {{"Content-Type", type}}, .body = std::move(body)};
}

}  // namespace

std::string Monitoring::metrics() const {
    Exposition exposition;
    exposition.family("hsm_sim_build_info", "gauge", "1, with the release as a label.");
    exposition.sample(1, {{"version", KVP11_VERSION}});
    partition_.write(exposition);
    requests_.write(exposition);
    if (const http::Counters* counters = counters_) {
        for (const CounterRow& row : counter_rows) {
            exposition.single(row.name, row.type, row.help, static_cast<double>((counters->*row.value).load()));
        }
    }
    write_traffic(exposition, traffic_.rules());
    write_process_metrics(exposition, started_);
    return exposition.text();
}

http::Response Monitoring::health() const {
    const PartitionState seen = partition_.state();
    const json::object body = {{"status", partition::name_of(seen.life_cycle)}, {"keys", seen.keys()}};
    http::Response response = text_response(json::serialize(body) + "\n", "application/json");
    response.status = seen.life_cycle == LifeCycle::Active ? 200 : 503;
    return response;
}

void Monitoring::handle(http::Request request, http::Respond respond) {
    const std::string_view path = path_of(request.target);
    if (request.method != "GET" && request.method != "HEAD") return respond(refuse(405, "only GET", request.peer));
    if (path == "/metrics") return respond(text_response(metrics(), "text/plain; version=0.0.4; charset=utf-8"));
    if (path == "/health") return respond(health());
    respond(refuse(404, "want /metrics or /health", request.peer));
}

http::Response Monitoring::refuse(unsigned status, std::string_view why, const http::Peer&) {
    http::Response response = text_response(std::string(why) + "\n", "text/plain; charset=utf-8");
    response.status = status;
    return response;
}

}  // namespace kvp11::server
