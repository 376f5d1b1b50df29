#include "server/authority_handler.hpp"

#include <boost/json.hpp>

#include "server/request_log.hpp"

namespace kvp11::server {

void AuthorityHandler::handle(http::Request request, http::Respond respond) {
    if (!answers(path_of(request.target))) return respond(refuse(404, "there is nothing here", request.peer));
    auto shared = std::make_shared<http::Request>(std::move(request));
    workers_.post([this, shared, respond] { answer(*shared, respond); });
}

// Not what was asked: a body holds a secret, a query may name one.
void AuthorityHandler::answer(const http::Request& request, const http::Respond& respond) {
    using namespace std::chrono;
    const bool is_attestation = attests(path_of(request.target));
    http::Response response = is_attestation ? attestation_->answer(request) : login_.answer(request);
    const auto duration = duration_cast<microseconds>(steady_clock::now() - request.received);
    metrics_.count(RequestMetrics::authority, response.status, duration);
    log_.write(response.status < 400 ? Severity::Debug : Severity::Info, is_attestation ? "attestation" : "login",
               {{"method", std::string_view(request.method)},
                {"path", shown_path(request.target)},
                {"status", static_cast<std::int64_t>(response.status)},
                {"duration_us", duration.count()},
                {"peer", std::string_view(request.peer.address)}});
    respond(std::move(response));
}

http::Response AuthorityHandler::refuse(unsigned status, std::string_view why, const http::Peer&) {
    const boost::json::object body = {{"error", "invalid_request"}, {"error_description", why}};
    return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = boost::json::serialize(body)};
}

}  // namespace kvp11::server
