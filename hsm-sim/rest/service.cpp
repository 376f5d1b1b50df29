#include "rest/service.hpp"

#include <algorithm>

#include "partition/service_error.hpp"
#include "rest/request_id.hpp"

namespace kvp11::rest {
namespace {

// No request waits longer for the others of its thread, and one of them more.
constexpr std::chrono::milliseconds longest_turn{1};
// Answers without looking at anything, for load balancers and as the measure of what transport costs.
constexpr std::string_view health_target = "/healthz";

// Kids are made of it, so it must be nothing but a host and a port.
bool is_host(std::string_view text) noexcept {
    constexpr std::string_view others = ".-_:[]";
    const auto is_letter = [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
               others.find(c) != others.npos;
    };
    return !text.empty() && std::all_of(text.begin(), text.end(), is_letter);
}

std::string base_url_of(const http::Request& request, const Site& site) {
    const std::string_view host = request.headers.find("Host").value_or("");
    std::string url("https://");
    if (is_host(host)) return url.append(host);
    return url.append(site.settings.name).append(".managedhsm.azure.net");
}

std::optional<Method> method_of(const http::Request& request) {
    const auto override_name = request.headers.find("X-HTTP-METHOD");
    return method_named(override_name && request.method == "POST" ? *override_name : std::string_view(request.method));
}

std::string resource_of(const Exchange& exchange) {
    std::string resource;
    for (const std::string& segment : exchange.target().segments) resource += "/" + segment;
    return resource.empty() ? "/" : resource;
}

std::string_view operation_of(const Exchange& exchange) {
    return exchange.route ? partition::row_of(exchange.route->operation).name : "Unknown";
}

// Whoever was authenticated is in the audit log with every request that fails, also with one that no operation of the
// partition came of.
void record_unless_recorded(const Exchange& exchange, const Reply& reply) {
    constexpr unsigned least_error = 400;
    if (reply.status < least_error || !exchange.partition || exchange.partition->was_recorded()) return;
    exchange.partition->record_refusal(operation_of(exchange), resource_of(exchange), reply.status, reply.code);
}

Reply reply_of(const Error& error) {
    const partition::ServiceError& named = partition::service_error(error.code);
    return refusal(named.status, std::string(named.code), error.message);
}

partition::Caller caller_of(const Exchange& exchange) {
    partition::Caller caller;
    caller.object_id = exchange.principal->object_id;
    caller.groups = exchange.principal->groups;
    caller.application = exchange.principal->application;
    caller.user_name = exchange.principal->user_name;
    caller.address = exchange.request.peer.address;
    caller.client_info = std::string(exchange.request.headers.find("User-Agent").value_or("unknown"));
    caller.correlation_id = exchange.request_id;
    caller.operation_version = exchange.version_name();
    caller.request_uri.reserve(exchange.base_url.size() + exchange.request.target.size());
    caller.request_uri.append(exchange.base_url).append(exchange.request.target);
    return caller;
}

}  // namespace

Service::Service(Site& site) : site_(site), availability_(site) {}

void Service::handle(http::Request request, http::Respond respond) {
    gather(std::move(request), std::move(respond));
    while (work_off()) continue;
}

void Service::gather(http::Request request, http::Respond respond) {
    ExchangePtr exchange = begin(std::move(request), respond);
    if (exchange) put_off().push_back({std::move(exchange), std::move(respond), {}});
}

bool Service::work_off() {
    using Clock = std::chrono::steady_clock;
    std::vector<PutOff>& waiting = put_off();
    const auto begun = Clock::now();
    auto next = waiting.begin();
    while (next != waiting.end() && Clock::now() - begun < longest_turn) {
        next->reply = next->exchange->route->handle(*next->exchange);
        ++next;
    }
    for (auto each = waiting.begin(); each != next; ++each) {
        conclude(each->exchange, std::move(*each->reply), each->respond);
    }
    waiting.erase(waiting.begin(), next);
    return !waiting.empty();
}

std::vector<Service::PutOff>& Service::put_off() {
    thread_local std::vector<PutOff> waiting;
    return waiting;
}

Service::ExchangePtr Service::begin(http::Request request, const http::Respond& respond) const {
    if (request.target == health_target) {
        respond({.status = 200});
        return nullptr;
    }
    auto exchange = std::make_shared<Exchange>(site_);
    exchange->request = std::move(request);
    exchange->request_id = new_request_id();
    exchange->base_url = base_url_of(exchange->request, site_);
    if (std::optional<Reply> early = prepare(*exchange)) {
        finish(*exchange, std::move(*early), respond);
        return nullptr;
    }
    if (exchange->route->place == Place::Connection) return exchange;
    run_on_worker(exchange, respond);
    return nullptr;
}

std::optional<Reply> Service::prepare(Exchange& exchange) const {
    if (!site_.traffic.admits(exchange.request.peer.address)) {
        return refusal(403, "Forbidden",
                       "Client address is not authorized: " + exchange.request.peer.address + " is not allowed here");
    }
    std::optional<Reply> unknown;
    if (auto reply = find_route(exchange, unknown)) return reply;
    bool token_expired = false;
    if (auto reply = follow_plan(exchange, token_expired)) return reply;
    if (auto reply = authenticate(exchange, token_expired)) return reply;
    if (!unknown) unknown = availability_.refusal_of(exchange.route->operation);
    if (!unknown) unknown = read_body(exchange);
    return unknown;
}

// A request without a token learns nothing of which routes there are: `unknown` is for those who have shown one.
std::optional<Reply> Service::find_route(Exchange& exchange, std::optional<Reply>& unknown) const {
    const std::optional<Method> method = method_of(exchange.request);
    Result<ResolutionPtr> resolved = resolve(router_, method, exchange.request.target);
    if (!resolved.ok()) return refusal(400, "BadParameter", resolved.error().message);
    exchange.resolution = std::move(*resolved);
    exchange.route = exchange.resolution->route;
    exchange.version = exchange.resolution->version;
    if (exchange.route) {
        if (exchange.version_name().empty() && exchange.route->version == VersionUse::Required) {
            unknown = refusal(400, "BadParameter", "The query parameter api-version is missing");
        }
    } else if (!method || exchange.resolution->other_method) {
        unknown = refusal(405, "MethodNotAllowed", "This resource does not know the method " + exchange.request.method);
    } else {
        unknown = refusal(404, "NotFound", "There is no resource at " + resource_of(exchange));
    }
    return {};
}

std::optional<Reply> Service::follow_plan(Exchange& exchange, bool& token_expired) const {
    traffic::Plan plan = site_.traffic.plan(operation_of(exchange));
    exchange.delivery = plan.delivery;
    token_expired = plan.token_expired;
    std::optional<Reply> reply;
    if (plan.partition_lost) reply = refusal(503, "ServiceUnavailable", "The partition is not available");
    if (plan.status) {
        const bool is_throttled = *plan.status == 429;
        reply = refusal(*plan.status, is_throttled ? "Throttled" : "InternalServerError",
                        is_throttled ? "Too many requests" : "The service failed, as a rule of its traffic says");
        if (*plan.status == 503) reply->code = "ServiceUnavailable";
    }
    if (reply && plan.retry_after) reply->headers.add("Retry-After", *plan.retry_after);
    return reply;
}

std::optional<Reply> Service::authenticate(Exchange& exchange, bool token_expired) const {
    constexpr std::string_view scheme = "bearer ";
    const auto header = exchange.request.headers.find("Authorization");
    if (!header || header->size() <= scheme.size() || !equal_folded(header->substr(0, scheme.size()), scheme)) {
        return challenge(exchange, false);
    }
    if (token_expired) return challenge(exchange, true);
    Result<identity::PrincipalPtr> principal = site_.authenticator.authenticate(header->substr(scheme.size()));
    if (!principal.ok()) {
        Reply reply = challenge(exchange, true);
        reply.message = principal.error().message;  // for the log
        return reply;
    }
    exchange.principal = std::move(*principal);
    exchange.partition = site_.partition.as_principal(caller_of(exchange));
    return {};
}

// The service says why in no way; the first request of every client gets this answer, body or not.
Reply Service::challenge(const Exchange& exchange, bool token_was_bad) const {
    Reply reply{.status = 401, .body = exchange.request.method == "GET" ? "OK" : ""};
    std::string value =
        "Bearer authorization=\"" + site_.settings.authority + "\", resource=\"" + site_.settings.resource + "\"";
    if (token_was_bad) value += ", error=\"invalid_token\"";
    reply.headers.add("WWW-Authenticate", std::move(value));
    reply.code = "Unauthorized";
    return reply;
}

std::optional<Reply> Service::read_body(Exchange& exchange) const {
    if (exchange.route->body == BodyUse::None) return {};
    Result<json::value> body = parse_json(exchange.request.body.expose_text(), &exchange.memory);
    if (!body.ok()) return refusal(400, "BadParameter", body.error().message);
    if (!body->is_object()) return refusal(400, "BadParameter", "The request body must be a JSON object");
    exchange.body = std::move(*body);
    return {};
}

void Service::run_on_worker(const ExchangePtr& exchange, const http::Respond& respond) const {
    exchange->on_worker = true;
    site_.workers.post([this, exchange, respond] { run(exchange, respond); });
}

void Service::run(const ExchangePtr& exchange, const http::Respond& respond) const {
    conclude(exchange, exchange->route->handle(*exchange), respond);
}

void Service::conclude(const ExchangePtr& exchange, Result<Reply> reply, const http::Respond& respond) const {
    if (reply.ok() && reply->for_workers && !exchange->on_worker) return run_on_worker(exchange, respond);
    finish(*exchange, reply.ok() ? std::move(*reply) : reply_of(reply.error()), respond);
}

void Service::finish(Exchange& exchange, Reply reply, const http::Respond& respond) const {
    using namespace std::chrono;
    record_unless_recorded(exchange, reply);
    const auto took = duration_cast<microseconds>(steady_clock::now() - exchange.request.received);
    http::Response response = response_to(exchange, reply, took);
    const Observation observation{
        .request_id = exchange.request_id,
        .operation = operation_of(exchange),
        .route = exchange.route ? exchange.route->pattern : std::string_view{},
        .principal = exchange.principal ? std::string_view(exchange.principal->object_id) : std::string_view{},
        .code = reply.code,
        .message = reply.message,
        .duration = took,
        .request = exchange.request,
        .response = response,
    };
    site_.observer.observed(observation);
    respond(std::move(response));
}

}  // namespace kvp11::rest
