// What every answer of the service has: its headers, and the shape of its errors.
#include "rest/request_id.hpp"
#include "rest/service.hpp"

namespace kvp11::rest {
namespace {

constexpr std::size_t around_address = 48;
constexpr std::size_t usual_headers = 12;
constexpr std::size_t usual_letters = 600;

const http::Headers& fixed_headers() {
    static const http::Headers headers = {{"Cache-Control", "no-cache"},
                                          {"Content-Security-Policy", "default-src 'self'"},
                                          {"Strict-Transport-Security", "max-age=31536000; includeSubDomains"},
                                          {"X-Content-Type-Options", "nosniff"},
                                          {"X-Frame-Options", "SAMEORIGIN"}};
    return headers;
}

std::string network_info(const http::Peer& peer) {
    const std::string_view family = peer.is_ipv6 ? "Ipv6" : "Ipv4";
    std::string info;
    info.reserve(around_address + peer.address.size());
    info.append("conn_type=").append(family).append(";addr=").append(peer.address);
    info.append(";act_addr_fam=").append(family).append(";");
    return info;
}

// A 401 has no error object, as the service's has none; an error with a body of its own keeps it.
bool is_error_object(const Reply& reply) { return !reply.code.empty() && reply.status != 401 && reply.body.empty(); }

}  // namespace

std::string error_body(std::string_view code, std::string_view message, std::string_view request_id) {
    const std::string text = std::string(message) + " (Activity ID: " + std::string(request_id) + ")";
    return wire_text({{"error", {{"code", json::string_view(code.data(), code.size())}, {"message", text}}}});
}

http::Response Service::response_to(const Exchange& exchange, Reply& reply, std::chrono::microseconds took) const {
    http::Response response;
    response.status = reply.status;
    response.headers = std::move(reply.headers);
    response.headers.reserve(usual_headers, usual_letters);
    response.body =
        is_error_object(reply) ? error_body(reply.code, reply.message, exchange.request_id) : std::move(reply.body);
    response.delivery = exchange.delivery;
    if (!response.body.empty()) response.headers.add("Content-Type", "application/json; charset=utf-8");
    response.headers.add(fixed_headers());
    const auto latency = std::chrono::duration_cast<std::chrono::milliseconds>(took);
    response.headers.add("x-ms-request-id", exchange.request_id);
    response.headers.add("x-ms-server-latency", std::to_string(latency.count()));
    response.headers.add("x-ms-keyvault-region", site_.settings.region);
    response.headers.add("x-ms-keyvault-network-info", network_info(exchange.request.peer));
    if (exchange.request.method == "GET") response.headers.add("x-ms-build-version", "kvp11");
    return response;
}

bool Service::settle() {
    const Result<void> settled = site_.partition.settle_audit();
    if (!settled.ok()) site_.observer.unsettled(settled.error());
    return settled.ok();
}

http::Response Service::refuse(unsigned status, std::string_view why, const http::Peer& peer) {
    const std::string id = new_request_id();
    http::Response response;
    response.status = status;
    response.body = error_body(status == 503 ? "ServiceUnavailable" : "BadParameter", why, id);
    response.headers.add("Content-Type", "application/json; charset=utf-8");
    response.headers.add(fixed_headers());
    response.headers.add("x-ms-request-id", id);
    response.headers.add("x-ms-keyvault-region", site_.settings.region);
    response.headers.add("x-ms-keyvault-network-info", network_info(peer));
    if (status == 503) response.headers.add("Retry-After", "1");
    return response;
}

}  // namespace kvp11::rest
